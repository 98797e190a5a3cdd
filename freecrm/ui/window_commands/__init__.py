"""What the window can be told to do: the one list that menu, palette, key list and buttons are made from.

A file per menu; what a command acts on is asked of `shown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.ui.window_commands import arrange, edit, file, record, tools, view

if TYPE_CHECKING:
    from freecrm.ui.commands import Command
    from freecrm.ui.window import MainWindow


def commands_of(window: MainWindow) -> list[Command]:
    """Every command of a window, menu by menu, in the order menus show them."""
    from freecrm.ui import activity_desk, plans_desk, points_desk, pool_desk, tidy_desk, today_desk
    from freecrm.ui.differences import desk as differences_desk
    from freecrm.ui.leads import desk as leads_desk
    from freecrm.ui.money import desk as money_desk
    from freecrm.ui.orders import desk as orders_desk
    from freecrm.ui.reminders import commands as reminders
    from freecrm.ui.rights import desk as rights_desk

    return [
        *file.of_file(window),
        *file.of_paper(window),
        *edit.of_edit(window),
        *edit.of_cells(window),
        *edit.of_log(window),
        *view.of_view(window),
        *view.of_look(window),
        *arrange.of_arrange(window),
        *record.of_records(window),
        *record.of_doubles(window),
        *record.of_record_page(window),
        *activity_desk.commands(window),
        *plans_desk.commands(window),
        *today_desk.commands(window),
        *points_desk.commands(window),
        *pool_desk.commands(window),
        *leads_desk.commands(window),
        *money_desk.commands(window),
        *orders_desk.commands(window),
        *tools.of_tools(window),
        *tools.of_team(window),
        *differences_desk.commands(window),
        *rights_desk.commands(window),
        *tidy_desk.commands(window),
        *reminders.commands(window),
        *tools.of_help(window),
    ]
