"""Dunning letters and receipts put into the words that stand on paper.

DunningPrint(store, due, speak="en").make(path, Wishes())
ReceiptPrint(store, receipt, "R2603-001").make(path, Wishes())
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core import dunning as rules
from freecrm.core.capitals import capitals
from freecrm.core.fields import Money
from freecrm.core.jobs import Progress
from freecrm.core.money import show
from freecrm.core.problems import Known
from freecrm.core.words import LANGUAGES, N_, _, language, plural, say, speaking
from freecrm.exchange import firm_paper, leaving
from freecrm.exchange.pdf.sheet import Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Tick, Wishes, firm_name
from freecrm.exchange.saving import saving
from freecrm.store import dunning
from freecrm.store.dunning import Due

if TYPE_CHECKING:
    from freecrm.exchange.pdf.letter_pdf import Letter
    from freecrm.store.database import Store


@dataclass(frozen=True)
class _Spoken:
    """Paper in a language of its own. speak: "" = as spoken."""

    store: Store
    speak: str = ""
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    def letters(self, shown: frozenset[str] = frozenset()) -> list[Letter]:
        """What stands on it. shown: the names of the ticks that are set."""
        raise NotImplementedError

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """What may stand on it or not: the seal, by those who may print it."""
        return (Tick(firm_paper.SEAL, N_("Seal")),) if firm_paper.may_seal(self.store) else ()

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import letter_pdf

        leaving.refuse_page(self.store)
        shown = frozenset(tick.name for tick in self.ticks if wishes.wants(tick))
        with saving(path) as part, speaking(self.speak or language()):
            made = letter_pdf.write(part, self.letters(shown), paper=wishes.paper, progress=progress)
        made.path = path
        return made

    def _in(self) -> str:
        return {"zh_CN": _("in Chinese"), "en": _("in English")}[self.speak or language()]

    def _pictures(self, shown: frozenset[str]) -> tuple[bytes, bytes]:
        """Logo and seal. Known when a file is no picture."""
        seal = firm_paper.picture(self.store, "seal") if firm_paper.SEAL in shown else b""
        return firm_paper.picture(self.store, "logo"), seal


@dataclass(frozen=True)
class DunningPrint(_Spoken):
    """Letters that ask customers for what is overdue, each on a page of its own."""

    due: Sequence[Due] = field(default=())

    @property
    def title(self) -> str:
        """What it is called in the preview and in its file's name."""
        n = len(self.due)
        return f"{plural('{n} dunning letter', '{n} dunning letters', n)} · {self._in()}"

    def letters(self, shown: frozenset[str] = frozenset()) -> list[Letter]:
        """One for each customer."""
        pictures = self._pictures(shown)
        return [self._letter(one, *pictures) for one in self.due]

    def _letter(self, one: Due, logo: bytes, seal: bytes) -> Letter:
        from freecrm.exchange.pdf.letter_pdf import Letter

        values, f = dunning.values_of(self.store, one), self.store.schema.fields("receivable")["amount"]
        assert isinstance(f, Money)
        values["amount"] = show(one.amount, f.currency, True)
        rows = [
            [
                item.name or _("Opening balance"),
                _shown(item.day),
                _shown(item.due),
                f"{item.late(one.day):,}",
                f.show(item.left),
            ]
            for item in one.items
        ]
        open_ = sum(item.left for item in one.items)
        after = []
        if open_ != one.amount:
            text = _("Your credit of {credit} is taken off: {amount} is to be paid.")
            after.append(text.format(credit=f.show(open_ - one.amount), amount=values["amount"]))
        return Letter(
            firm=firm_name(self.store),
            under_firm=firm_paper.setting(self.store, "latin", "address", "phone"),
            title=_(rules.TITLES[one.level - 1]),
            facts=(
                [(_("Addressed to"), one.name)],
                [(_("Date"), one.day.isoformat()), (_("Pay by"), values["until"])],
            ),
            text=[rules.fill(dunning.wording(self.store, one.level), values)],
            columns=[
                Column(_("What for"), 150),
                Column(_("Day"), 70),
                Column(_("Due"), 70),
                Column(_("Days overdue"), 60, True),
                Column(_("Still open"), 80, True),
            ],
            rows=rows,
            total=["", "", "", _("In total"), f.show(open_)],
            after=after,
            signs=[f"{firm_name(self.store)} ({_('seal')})"],
            foot=firm_paper.setting(self.store, "bank"),
            logo=logo,
            seal=seal,
        )


@dataclass(frozen=True)
class ReceiptPrint(_Spoken):
    """A receipt (收据) for money that came, with what it settles and its sum in capitals."""

    id: bytes = b""
    name: str = ""

    @property
    def title(self) -> str:
        """What it is called in the preview and in its file's name."""
        return f"{_('Receipt')} {self.name} · {self._in()}".replace("  ", " ")

    def letters(self, shown: frozenset[str] = frozenset()) -> list[Letter]:
        """The receipt. Known when it is gone."""
        from freecrm.exchange.pdf.letter_pdf import Letter

        record = self.store.reader().record("receipt", self.id)
        if record is None:
            raise Known(
                say(
                    N_(
                        "The receipt is no longer there; somebody deleted it. Undo the deletion to get it back."
                    )
                )
            )
        logo, seal = self._pictures(shown)
        fields = self.store.schema.fields("receipt")
        f, amount = fields["amount"], int(record["amount"] or 0)
        assert isinstance(f, Money)
        chinese = f.currency == "CNY" and language() != "en"
        rows = [
            [row.get("receivable_title") or _("Opening balance"), f.show(row["amount"])]
            for row in record["matches"] or ()
        ]
        free = amount - int(record["matched"] or 0)
        if free and rows:
            rows.append([_("Kept as credit"), f.show(free)])
        facts = [(_("Receipt no."), str(record["number"] or "–")), (_("Day"), _shown(record["day"]))]
        return [
            Letter(
                firm=firm_name(self.store),
                under_firm=firm_paper.setting(self.store, "latin", "address", "phone"),
                title=_(_TITLE) if amount >= 0 else _("Refund note"),
                facts=(
                    [
                        (
                            _("Received from") if amount >= 0 else _("Paid back to"),
                            record["customer_title"] or "",
                        ),
                        (fields["method"].title, fields["method"].show(record["method"]) or "–"),
                        *([(fields["reference"].title, record["reference"])] if record["reference"] else []),
                    ],
                    facts,
                ),
                large=(_("Amount"), show(abs(amount), f.currency, True)),
                capitals=(_("In capitals"), "人民币" + capitals(abs(amount))) if chinese else None,
                columns=[Column(_("For"), 240), Column(_("Amount"), 90, True)],
                rows=rows,
                total=[_("In total"), f.show(amount)] if rows else (),
                after=[str(record["note"])] if record["note"] else (),
                signs=[_("Received by"), f"{firm_name(self.store)} ({_('seal')})"],
                foot=firm_paper.setting(self.store, "bank"),
                logo=logo,
                seal=seal,
            )
        ]


_TITLE = N_("RECEIPT")


def receipts(store: Store, id: bytes, name: str) -> list[ReceiptPrint]:
    """What a preview offers of a receipt: the language spoken now first."""
    return [ReceiptPrint(store, speak=one, id=id, name=name) for one in _spoken()]


def letters_of(store: Store, due: Sequence[Due]) -> list[DunningPrint]:
    """What a preview offers of dunning letters: the language spoken now first."""
    return [DunningPrint(store, speak=one, due=due) for one in _spoken()]


def _spoken() -> list[str]:
    return [language(), *(one for one in LANGUAGES if one != language())]


def _shown(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()
