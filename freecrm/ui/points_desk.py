"""What is done with points by command: on a customer's page, to the customers chosen in the list, to all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from freecrm.core.words import N_, say
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage

if TYPE_CHECKING:
    from freecrm.core.jobs import Progress
    from freecrm.store.points import Lost
    from freecrm.ui.window import MainWindow

OWNER, FIELD, TAB = "customer", "points", "points"
TEXTS = {
    "earn": N_("Earn points…"),
    "spend": N_("Spend points…"),
    "adjust": N_("Correct points…"),
}
TOLD = 8
"""So many who lost points are named; the step in the history has them all."""


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands; none of them is seen in a firm that gives no points."""

    def given() -> bool:
        return not window.store.schema.fields(OWNER)[FIELD].hidden

    def on_page() -> bool:
        place = window.navigator.place
        return given() and place is not None and place.kind == "record" and _of_page(window) is not None

    def on_rows() -> bool:
        page = window.navigator.page
        here = isinstance(page, ListPage) and page.entity.entity == OWNER
        return given() and here and isinstance(page, ListPage) and page.states.has_rows

    for kind, text in TEXTS.items():
        yield Command(
            f"points.{kind}",
            text,
            partial(_begin, window, kind),
            "record",
            group=4,
            icon="star",
            enabled=on_page,
            when=given,
            also=("loyalty", "积分", "会员"),
        )
    yield Command(
        "batch.points",
        N_("Give points to the selected…"),
        partial(_give, window),
        "record",
        group=4,
        icon="star",
        enabled=on_rows,
        when=given,
        also=("loyalty", "积分", "批量"),
    )
    yield Command(
        "points.expire",
        N_("Write off points that have run out"),
        partial(_expire, window),
        "tools",
        icon="star",
        enabled=given,
        when=given,
        also=("loyalty", "积分", "过期"),
    )


def _of_page(window: MainWindow) -> Callable[[str], None] | None:
    """What begins a line of points on the page that is shown; None where there is no ledger."""
    from freecrm.ui.record_page.page import RecordPage

    page = window.navigator.page
    if not isinstance(page, RecordPage) or all(tab.name != TAB for tab in page.tabs) or page.is_gone:
        return None

    def begin(kind: str) -> None:
        page.show_tab(TAB)
        made = page.made.get(TAB)
        if made is not None:
            made.begin(kind)  # type: ignore[attr-defined]

    return begin


def _begin(window: MainWindow, kind: str) -> None:
    begin = _of_page(window)
    if begin is not None:
        begin(kind)


def _expire(window: MainWindow) -> None:
    from freecrm.store import points

    window.tasks.run(points.expire, window.store, then=tell_lost, failed=talk.tell_problem, writes=True)


def tell_lost(lost: list[Lost]) -> None:
    """Say whose points ran out, and how many."""
    if not lost:
        talk.tell(say(N_("No points have run out.")))
        return
    total = f"{sum(one.points for one in lost):,}"
    names = [f"{one.name} −{one.points:,}" for one in lost[:TOLD]]
    if len(lost) > TOLD:
        names.append("…")
    what = N_("{points} points ran out: {names}. “History” lists every line.")
    talk.tell(say(what, points=total, names=names))


def _give(window: MainWindow) -> None:
    from freecrm.store import points
    from freecrm.ui.points_give import GiveDialog

    page = window.navigator.page
    if not isinstance(page, ListPage):
        return
    numbers = page.cells.numbers()
    if not numbers:
        return

    def agreed(n: int, reason: str) -> None:
        def work(progress: Progress) -> int:
            return points.give(window.store, numbers, n, reason, progress=progress)

        page.cells.work(say(N_("Points are given")), work)

    dialog = GiveDialog(page, len(numbers), agreed)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda _code: page.focus_first())
    dialog.open()
