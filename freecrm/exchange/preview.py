"""The first rows as an import would take them, at once: what step 3 of the wizard shows while the whole is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from freecrm.core.module import Together
from freecrm.core.words import Said
from freecrm.exchange import guess, mapping
from freecrm.exchange.changeset import Options, SampleRow
from freecrm.exchange.heads import Layout
from freecrm.exchange.mapping import Mapping
from freecrm.exchange.peek import Peek
from freecrm.exchange.proposing import linked_names, propose, remembered, with_new_fields
from freecrm.exchange.questions import of_order
from freecrm.exchange.reading import spread
from freecrm.exchange.sheets import Cell, Row
from freecrm.exchange.shown import Shower
from freecrm.exchange.sieve import Sieve
from freecrm.exchange.tidy import Tidier
from freecrm.exchange.tidying import in_words
from freecrm.exchange.words_of import resolve_words
from freecrm.store.database import Store


@dataclass
class Preview:
    """The mapping as it is now, and the first rows under it. targets, tidied: as in a ChangeSet. template: the
    name of the one that was taken."""

    mapping: Mapping
    targets: list[str]
    rows: list[SampleRow]
    tidied: dict[int, Said] = field(default_factory=dict)
    template: str = ""


def data_rows(seen: Peek) -> list[Row]:
    """The data rows among the first rows of a file."""
    layout: Layout = seen.layout
    return list(Sieve(layout).through(spread(_copied(seen.first), seen.merged, layout.first_data_row)))


def _copied(rows: list[Row]) -> list[Row]:
    """`spread` fills cells in, and the rows are looked at again."""
    return [(number, list(cells)) for number, cells in rows]


def preview(store: Store, plan: Together, seen: Peek, options: Options, most: int = 100) -> Preview:
    """What these options make of the first rows. Nothing is written."""
    rows = data_rows(seen)
    samples = [cells for _number, cells in rows]
    found = propose(store, plan, seen.layout, samples, options)
    schema = with_new_fields(store.schema, found)
    texts: dict[int, Counter[str]] = {
        column.index: mapping.words_of_cells(schema, column, _texts(samples, column.index))
        for column, _f in mapping.word_columns(schema, found)
    }
    made = resolve_words(store, schema, found, options, texts, plan)
    names = linked_names(store, made.schema, found, made.operations)
    orders = {
        c.index: options.order
        or guess.day_order(str(v) for v in guess.values_of(samples, c.index) if isinstance(v, str))
        or options.answers.get(of_order(c.head), "")
        for c in mapping.date_columns(schema, found)
    }
    tidier = Tidier(
        made.schema,
        plan,
        found,
        epoch1904=seen.source.epoch1904,
        order=options.order,
        orders=orders,
        answers=options.answers,
    )
    shower = Shower(made.schema, plan, found, names, made.fresh)
    shown = [shower.row(number, cells, tidier.row(cells)) for number, cells in rows[:most]]
    tidied = in_words(shower, list(zip(samples, shown, strict=False)))
    kept = remembered(store, seen.layout, options) or {}
    return Preview(found, shower.targets, shown, tidied, str(kept.get("name", "")))


def _texts(samples: list[list[Cell]], index: int) -> Counter[str]:
    return Counter(str(v).strip() for row in samples if (v := row[index]) is not None)
