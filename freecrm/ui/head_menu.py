"""The menu of a column's head: sort, group, filter by it, hide it, keep it in sight. All of it can be done
elsewhere, too."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from freecrm.core.arrangement import TITLE_MOST, is_title
from freecrm.core.problems import Known
from freecrm.core.query import Sort
from freecrm.core.words import N_, _, say
from freecrm.ui import look
from freecrm.ui.levels import sort_words
from freecrm.ui.name_popup import NamePopup

if TYPE_CHECKING:
    from freecrm.ui.list_page import ListPage


def head_menu(page: ListPage, section: int) -> QMenu:
    """What can be done with a column."""
    arranger, model = page.arranger, page.model
    f = model.fields[section]
    made = QMenu(page)

    def add(text: str, icon: str, act: object) -> None:
        action = made.addAction(text)
        look.dress(action, icon, 16)
        action.triggered.connect(act)

    up, down = sort_words(f)
    add(_("Sort {way}").format(way=up), "arrow-up", partial(page.grid.sort_by, section, down=False))
    add(_("Sort {way}").format(way=down), "arrow-down", partial(page.grid.sort_by, section, down=True))
    if model.query.sort and model.query.sort[0].field != f.name:
        add(_("Then sort by this"), "arrow-up-down", partial(add_sort, page, f.name))
    made.addSeparator()
    if any(one.field == f.name for one in model.query.group):
        add(_("Don't group"), "layers", partial(arranger.set_group, ()))
    else:
        add(_("Group by this"), "layers", partial(arranger.group_by, f.name))
    add(_("Filter by this…"), "funnel", partial(page.bar.filters.add, f.name))
    made.addSeparator()
    if page.grid.frozen != section + 1:
        add(_("Keep in sight up to here"), "panel-left", partial(keep_in_sight, page, section + 1))
    if page.grid.frozen:
        add(_("Scroll all columns"), "columns-3", partial(arranger.set_frozen, 0))
    add(_("Fit the width"), "chevron-right", partial(page.grid.columns.fit_one, section))
    if page.grid.columns.own:
        add(_("Fit all columns"), "columns-3", arranger.refit)
    add(_("Rename here…"), "pencil", partial(rename, page, section))
    if section != model.title_column:
        others = [name for name in model.columns if name != f.name]
        add(_("Hide this column"), "minus", partial(arranger.set_columns, others))
    add(_("Choose the columns…"), "columns-3", page.bar.choose_columns)
    return made


def keep_in_sight(page: ListPage, count: int, *_triggered: object) -> None:
    """Keep so many columns at the left in sight; say how many there is room for, where it is less."""
    page.arranger.set_frozen(count)
    if page.grid.staying < count:
        text = _("There is room to keep {n} of these {count} columns in sight. Make them narrower for more.")
        page.hint_wanted.emit(text.format(n=page.grid.staying, count=count))


def rename(page: ListPage, section: int, *_triggered: object) -> None:
    """Ask what a column is called in this view."""
    f = page.model.fields[section]
    now = page.model.titles.get(f.name, f.title)
    made = NamePopup(page.grid.horizontalHeader(), _("Rename here"), now, f.title)
    made.shift = page.grid.column_left(section)

    def taken(text: str) -> None:
        if text.strip() and not is_title(" ".join(text.split())):
            made.refuse(
                Known(
                    say(N_("A column's name takes {most} characters at most. Shorten it."), most=TITLE_MOST)
                )
            )
        else:
            made.dismiss()
            page.arranger.set_title(f.name, text)

    made.taken.connect(taken)
    made.open()


def add_sort(page: ListPage, name: str) -> None:
    """Sort by one field more, behind those there are; by the last one, the other way round."""
    sort = page.model.query.sort
    if sort and sort[-1].field == name:
        page.arranger.set_sort((*sort[:-1], replace(sort[-1], down=not sort[-1].down)))
    else:
        page.arranger.set_sort((*(one for one in sort if one.field != name), Sort(name))[-3:])
