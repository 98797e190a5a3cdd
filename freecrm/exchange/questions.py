"""The questions of an import: each has a key, the answers it takes, and a safe one already chosen.

Answers come back through `Options.answers`, key -> value. A question keeps its key as long as the
file and its columns are the same, so an answer outlives every new reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from freecrm.core.words import N_, Said, say
from freecrm.exchange.changeset import Answer, Decision
from freecrm.exchange.mapping import Column

if TYPE_CHECKING:
    from freecrm.exchange.tidy import Trouble

KEEP, BLANK, REJECT, FREE = "keep", "blank", "reject", "free"

ROWS_NAMED = 50
_KINDS = {"phone": "phone", "nophone": "phone", "date": "date", "taken": "taken"}
_TEXTS = {
    KEEP: N_("kept as it stands and tagged “To check”"),
    BLANK: N_("left blank, the words go to the remark"),
    REJECT: N_("the row is left out"),
    FREE: N_("the next free code, the old one goes to the remark"),
}
_ORDERS = {"dmy": N_("day first"), "mdy": N_("month first")}
_JOINS = {
    "first": N_("the first that is filled"),
    "last": N_("the last that is filled"),
    "join: ": N_("both, a space between"),
    "join: / ": N_("both, “/” between"),
    "join:, ": N_("both, a comma between"),
}


def of_trouble(head: str, code: str, why: Said) -> str:
    """The key of the question about all cells of a column that could not be taken for one reason."""
    return f"unread:{head}:{code}:{why.text}"


def as_it_is(text: str) -> Said:
    """A name or word of the user's own inside a list of answers: never translated."""
    return Said("{value}", value=text)


def word_of(answers: tuple[Answer, ...], value: str) -> Said:
    """How the answer in force reads."""
    return next((a.text for a in answers if a.value == value), as_it_is(value))


@dataclass
class _Held:
    why: Said
    code: str
    head: str
    count: int = 0
    rows: list[int] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)


class Questions:
    """Gathers the cells that could not be taken, and says what is to happen with them."""

    def __init__(self, columns: list[Column], answers: Keyed[str, str], general: str) -> None:
        """general: what happens where nothing was answered, "keep" or "reject"."""
        self.columns, self.answers, self.general = columns, answers, general
        self.gives_codes = False  # whether a code that is taken can give way to the next by the firm's rule
        self.held: dict[str, _Held] = {}

    def rejects(self, troubles: list[Trouble]) -> Said | None:
        """Why a row with these troubles is left out; None when it is not."""
        for t in troubles:
            if self.chosen(t) == REJECT:
                return t.why
        return None

    def chosen(self, t: Trouble) -> str:
        """What is to happen with a cell: one of `answers_to`."""
        return self._chosen(of_trouble(self.columns[t.column].head, t.code, t.why), t.code)

    def _chosen(self, key: str, code: str) -> str:
        told = self.answers.get(key)
        if told in self._answers_to(code):
            return told
        if self.general == REJECT:
            return REJECT
        return self._answers_to(code)[0]

    def _answers_to(self, code: str) -> tuple[str, ...]:
        """What can be answered, the safe one first."""
        if code == "phone":
            return (KEEP, BLANK, REJECT)
        return (FREE, BLANK, REJECT) if code == "taken" and self.gives_codes else (BLANK, REJECT)

    def note(self, row: int, trouble: Trouble) -> None:
        """One more cell; words of pick-lists and names have questions of their own."""
        if trouble.code.startswith(("choice:", "link:")):
            return
        head = self.columns[trouble.column].head
        key = of_trouble(head, trouble.code, trouble.why)
        held = self.held.get(key)
        if held is None:
            held = self.held[key] = _Held(trouble.why, trouble.code, head)
        held.count += 1
        held.texts[trouble.text] += 1
        if len(held.rows) < ROWS_NAMED:
            held.rows.append(row)

    def decisions(self) -> list[Decision]:
        """A question for each column and reason."""
        made = []
        for key, held in self.held.items():
            answers = tuple(Answer(value, say(_TEXTS[value])) for value in self._answers_to(held.code))
            chosen = self._chosen(key, held.code)
            text = ", ".join(t for t, _n in held.texts.most_common(4))
            made.append(
                Decision(
                    held.head,
                    text,
                    held.why,
                    held.count,
                    tuple(held.rows),
                    word_of(answers, chosen),
                    key,
                    _KINDS.get(held.code, "unread"),
                    answers,
                    chosen,
                )
            )
        return made


def of_order(head: str) -> str:
    """The key of the question whether a column's dates begin with the day or the month."""
    return f"order:{head}"


def order_question(column: Column, texts: Counter[str], told: str) -> Decision:
    """The question about the dates of one column that can be read both ways (`texts`)."""
    slashes = sum(n for text, n in texts.items() if "/" in text)
    chosen = told or ("mdy" if slashes * 2 >= texts.total() else "dmy")
    answers = tuple(Answer(value, say(text)) for value, text in _ORDERS.items())
    why = say(N_("These dates can be read as day/month or month/day."))
    text = ", ".join(t for t, _n in texts.most_common(4))
    key = of_order(column.head)
    return Decision(
        column.head, text, why, texts.total(), (), word_of(answers, chosen), key, "order", answers, chosen
    )


def of_join(target: str) -> str:
    """The key of the question how the columns that go to one field come together."""
    return f"join:{target}"


def join_question(target: str, columns: list[Column], is_text: bool, told: str) -> Decision:
    """The question how columns that go to the same field come together."""
    values = [value for value in _JOINS if is_text or not value.startswith("join:")]
    answers = tuple(Answer(value, say(_JOINS[value])) for value in values)
    chosen = told if told in values else "first"
    why = say(N_("These columns go to the same field."))
    heads = ", ".join(column.head for column in columns)
    key = of_join(target)
    return Decision(heads, "", why, len(columns), (), word_of(answers, chosen), key, "join", answers, chosen)
