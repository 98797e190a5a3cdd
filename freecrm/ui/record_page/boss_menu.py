"""Who somebody reports to, chosen from the people of the same firm: only those are offered that the door takes."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from freecrm.core.pieces import Relations
from freecrm.core.words import _
from freecrm.store import relations
from freecrm.store.database import Store
from freecrm.store.relations import Around, Seat
from freecrm.ui import look, talk
from freecrm.ui.tasks import Tasks

MOST = 40


def fill_bosses(
    menu: QMenu, store: Store, tasks: Tasks, show: Relations, around: Around, seat: Seat
) -> QMenu:
    """A menu in `menu` with the people of the firm to whom `seat` may report, and nobody."""
    made = menu.addMenu(relations.boss_of(store.schema, show).title)
    look.dress(made.menuAction(), "network", 16)
    below = _below(around, seat)
    for other in [one for one in around.seats if one.person.id not in below][:MOST]:
        text = " · ".join(part for part in (other.person.name, other.work) if part)
        action = made.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(seat.boss is not None and seat.boss.id == other.person.id)
        action.triggered.connect(partial(_write, store, tasks, show, seat, other.person.id))
    if not made.isEmpty():
        made.addSeparator()
    nobody = made.addAction(_("No boss"))
    nobody.setCheckable(True)
    nobody.setChecked(seat.boss is None)
    nobody.triggered.connect(partial(_write, store, tasks, show, seat, None))
    return made


def _below(around: Around, seat: Seat) -> set[bytes]:
    """Somebody and all who report to them, by way of others too."""
    found = {seat.person.id}
    while True:
        more = {
            one.person.id for one in around.seats if one.boss is not None and one.boss.id in found
        } - found
        if not more:
            return found
        found |= more


def _write(
    store: Store, tasks: Tasks, show: Relations, seat: Seat, boss: bytes | None, _checked: bool = False
) -> None:
    tasks.run(relations.seat_boss, store, show, seat, boss, failed=talk.tell_problem, writes=True)
