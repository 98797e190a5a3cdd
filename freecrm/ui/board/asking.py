"""What is asked before a deal comes to a stage, the same on the board and on its page: only what is missing there.

before(over, store, tasks, deal, stage, then)     then(values) at once where nothing is missing
bring(store, deal, stage, values)                 the step for these values
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from freecrm.core.day_words import this_day
from freecrm.core.fields import Field, Link, YesNo
from freecrm.core.words import N_, _
from freecrm.store import deal_acts, deals
from freecrm.store.deals import LOST, WON, Stage
from freecrm.ui.board.ask_box import CLOSED, ORDER, PASSED, REASON, RIVAL, AskBox, day_field

if TYPE_CHECKING:
    from freecrm.store.checks import Check
    from freecrm.store.database import Store
    from freecrm.ui.tasks import Tasks

Values = dict[str, Any]


class Subject(NamedTuple):
    """The deal that is asked about. about: what it is called above the form."""

    id: bytes
    name: str
    about: str


class Asked(NamedTuple):
    """The words of the form and its fields. fields, needed, reasons, known: as of `AskBox`."""

    title: str
    take: str
    fields: dict[str, Field]
    needed: Sequence[str]
    reasons: Sequence[tuple[bytes, str]] = ()
    known: dict[str, Any] | None = None


def before(
    over: QWidget,
    store: Store,
    tasks: Tasks,
    deal: Subject,
    stage: Stage,
    then: Callable[[Values], object],
    done: Callable[[], object] | None = None,
) -> None:
    """Ask what is missing before a deal comes to a stage, then go on with it. done: the form has gone.

    Known when the deal or the stage is gone, or the pipeline does not allow the way."""
    row = store.reader().record("deal", deal.id)
    pipe, to = deals.stage_of(store, stage.id)
    here = row["stage"] if row is not None else None
    if not pipe.allows(here, to.id):
        was = next((one.name for one in pipe.stages if one.id == here), "")
        raise deals.not_allowed(deal.name, was, to.name)
    fields = store.schema.fields("deal")
    needs = {name: fields[name] for name in deals.missing(store, deal.id, to.id)} if here != to.id else {}
    left = deals.to_do(store, deal.id, to)
    if to.outcome == WON:
        asked = won(needs, order=row is not None and row["customer"] is not None)
    elif to.outcome == LOST:
        asked = lost(store, pipe.id, needs)
    elif needs or left:
        title = _("“{stage}” needs a little more").format(stage=to.name)
        asked = Asked(title, _("Move to “{stage}”").format(stage=to.name), needs, tuple(needs))
    else:
        then({})
        return
    box = made(over, store, tasks, deal.about, asked, left, then)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if done is not None:
        box.finished.connect(lambda _result: done())
    box.open()


def made(
    over: QWidget,
    store: Store,
    tasks: Tasks,
    about: str,
    asked: Asked,
    left: Sequence[Check],
    then: Callable[[Values], object],
) -> AskBox:
    """The form for what is asked."""
    return AskBox(
        over, store, tasks, asked.title, about, asked.take, asked.fields, asked.needed, then,
        reasons=asked.reasons, known=asked.known, open_=left,
    )  # fmt: skip


def won(needs: dict[str, Field], *, order: bool = False) -> Asked:
    """When it was won, and what its stage needs. order: it is offered to make the draft of an order of it."""
    fields: dict[str, Field] = {
        CLOSED: day_field(N_("Won on")),
        **{k: f for k, f in needs.items() if k != CLOSED},
    }
    needed = tuple(fields)
    if order:
        made = YesNo(N_("Make an order of it"))
        made.name, made.entity = ORDER, "deal"
        fields[ORDER] = made
    return Asked(_("Deal won"), _("Mark as won"), fields, needed, known={CLOSED: this_day()})


def lost(store: Store, pipe: bytes, needs: dict[str, Field]) -> Asked:
    """Why it was lost, in whose words, to whom, when."""
    rival = Link(N_("Competitor"), "competitor")
    rival.name, rival.entity = "competitor", "deal_rival"
    fields: dict[str, Field] = {
        "why": store.schema.fields("deal")["why"],
        RIVAL: rival,
        CLOSED: day_field(N_("Lost on")),
        **{key: field for key, field in needs.items() if key not in ("why", REASON, CLOSED)},
    }
    needed = (CLOSED, *(key for key in needs if key not in (REASON, CLOSED)))
    reasons, known = deal_acts.reasons(store, pipe), {CLOSED: this_day()}
    return Asked(_("Deal lost"), _("Mark as lost"), fields, needed, reasons, known)


def bring(
    store: Store, id: bytes, stage: Stage, values: Mapping[str, Any], after: bytes | None = None
) -> None:
    """Bring a deal to a stage with what was asked, as one step; after: as of `deal_acts.drop`."""
    known = dict(values)
    rival, passed, order = known.pop(RIVAL, None), known.pop(PASSED, ""), known.pop(ORDER, False)
    if stage.outcome == LOST:
        deal_acts.lose(store, id, known, rival)
    elif stage.outcome == WON:
        deal_acts.win(store, id, known, passed, order=bool(order))
    else:
        deal_acts.drop(store, id, stage.id, after, known, passed)
