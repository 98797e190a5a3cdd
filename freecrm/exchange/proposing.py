"""The mapping of one file in one store: proposed from heads, samples, memory and what the user said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freecrm.core.custom import Schema, field_of
from freecrm.core.fields import Link
from freecrm.core.module import Together
from freecrm.exchange import mapping, packing
from freecrm.exchange.changeset import (
    Options,
)
from freecrm.exchange.heads import Layout
from freecrm.exchange.words_of import Operation
from freecrm.store.database import Store

REMEMBERED = "mapping."


def propose(
    store: Store, plan: Together, layout: Layout, samples: Sequence[Sequence[Any]], options: Options
) -> mapping.Mapping:
    """The mapping of a file, with what was remembered for such heads and what the user said."""
    return mapping.propose(
        store.schema,
        plan,
        layout.heads,
        samples,
        remembered=remembered(store, layout, options),
        told=options.told,
        joined=len(layout.header_rows) > 1,
    )


def remembered(store: Store, layout: Layout, options: Options) -> dict[str, Any] | None:
    """The mapping kept for files with these heads, or under the name that the user said; "name" in it: of a
    template."""
    kept = REMEMBERED + (options.name or mapping.signature(layout.heads))
    found: dict[str, Any] | None = None if options.forget else store.kept(kept)
    return found


def linked_names(
    store: Store, schema: Schema, found: mapping.Mapping, operations: Sequence[Operation]
) -> dict[bytes, str]:
    """Id -> name of all that the words of the columns mean, those that the import makes too."""
    names: dict[bytes, str] = {}
    reader = store.reader()
    for column, f in mapping.word_columns(schema, found):
        if isinstance(f, Link) and f.to:
            names |= reader.titles(f.to, {bytes.fromhex(word) for word in column.words.values() if word})
    names.update({id: str(values["name"]) for _entity, id, values in operations if values.get("name")})
    return names


def with_new_fields(schema: Schema, found: mapping.Mapping) -> Schema:
    """The schema with the custom fields that this import adds."""
    made = schema.copy()
    for column in found.columns:
        if column.new is not None:
            values = packing.custom_values(column.new)
            f = field_of(values)
            if f is not None:
                made.put(f)
    return made
