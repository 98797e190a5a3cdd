"""An import told: as plain data for programs, line by line for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from freecrm.core.change import Touched
from freecrm.core.custom import Schema
from freecrm.core.fields import Choice
from freecrm.core.rows import Rows
from freecrm.core.words import N_, _
from freecrm.exchange.changeset import CHANGED, DOUBTFUL, NEW, REJECTED, SAME, SKIPPED, ChangeSet

SHOWN = 12  # of each kind; --json lists all that is kept


def report(made: ChangeSet, touched: Touched | None) -> dict[str, Any]:
    """The import's outcome as plain data: counts that add up to `rows`, the step, what to look at."""
    return {
        "file": str(made.path),
        "sheet": made.sheet,
        "header_row": made.header_row,
        "rows": made.rows,
        **{kind: made.count(kind) for kind in (NEW, CHANGED, SAME, DOUBTFUL, SKIPPED, REJECTED)},
        "actions": made.actions,
        "step": touched.step if touched else None,
        "columns": [
            {"head": c.head, "to": c.target, "how": c.how, "filled": c.filled, "new_field": c.new}
            for c in made.columns
        ],
        "notes": [str(note) for note in (*made.notes, *made.advice)],
        "unread": made.trouble_count,
        "troubles": [
            {"row": t.row, "head": t.head, "text": t.text, "why": str(t.why)} for t in made.troubles
        ],
        "doubts": [
            {
                "row": d.row,
                "name": d.name,
                "of": d.of,
                "of_row": d.of_row,
                "score": round(d.score, 2),
                "why": [str(r) for r in d.reasons],
                "action": d.action,
            }
            for d in made.doubts
        ],
        "changes": [
            {"row": c.row, "name": c.name, "cells": [list(cell) for cell in c.cells]} for c in made.changes
        ],
        "left_out": [{"row": r.row, "why": str(r.why)} for r in made.left_out],
        "decisions": [
            {"head": d.head, "text": d.text, "why": str(d.why), "count": d.count, "answer": str(d.answer)}
            for d in made.decisions
        ],
    }


def lines(
    schema: Schema, made: ChangeSet, touched: Touched | None, *, dry_run: bool = False
) -> Iterator[str]:
    """The import told line by line, in the language spoken now. touched: None when nothing was written."""
    yield (
        _("{file}, sheet “{sheet}”: {rows} rows").format(
            file=made.path.name, sheet=made.sheet, rows=f"{made.rows:,}"
        )
    )
    for note in (*made.notes, *made.advice):
        yield (f"  · {note}")
    yield ""
    for column in made.columns:
        where = target_title(schema, column.target, column.new)
        yield (f"  {column.head}  →  {where}")
    titles = {
        NEW: N_("new"),
        CHANGED: N_("changed"),
        SAME: N_("same as before"),
        DOUBTFUL: N_("doubtful"),
        SKIPPED: N_("left as they were"),
        REJECTED: N_("left out"),
    }
    counts = [f"{_(title)} {made.count(kind):,}" for kind, title in titles.items() if made.count(kind)]
    if counts:
        yield ""
        yield ("  " + " · ".join(counts))
    if made.decisions:
        yield ""
        yield (_("Decided for you, have a look:"))
        line = _("{head} “{text}” ({n}): {why} → {answer}")
        for d in made.decisions:
            yield "  · " + line.format(head=d.head, text=d.text, n=d.count, why=d.why, answer=d.answer)
    if made.doubts:
        yield ""
        yield (_("May be doubles:"))
        line = _("{row} {name} = {other} {of}: {why} → {answer}")
        for doubt in made.doubts[:SHOWN]:
            yield "  · " + line.format(
                row=_("row {row}").format(row=doubt.row),
                name=doubt.name,
                other=_("row {row}").format(row=doubt.of_row) if doubt.of_row else _("a customer"),
                of=doubt.of,
                why=_(", ").join(str(r) for r in doubt.reasons),
                answer=_action(doubt.action),
            )
        yield from _more(len(made.doubts), made.count(DOUBTFUL))
    for change in made.changes[:SHOWN]:
        cells = _("; ").join(f"{title} {old or '—'} → {new or '—'}" for title, old, new in change.cells)
        yield (f"  · {_('row {row}').format(row=change.row)} {change.name}: {cells}")
    if len(made.changes) > SHOWN:
        yield from _more(SHOWN, made.count(CHANGED))
    for row in made.left_out[:SHOWN]:
        yield (f"  · {_('row {row}').format(row=row.row)}: {row.why}")
    if len(made.left_out) > SHOWN:
        yield from _more(SHOWN, len(made.left_out))
    yield ""
    if dry_run:
        yield (_("Nothing was written (--dry-run)."))
    elif touched is None or touched.step is None:
        yield (_("There was nothing to write."))
    else:
        yield (_("Done in step {n}. “freecrm undo {n}” takes it back for 90 days.").format(n=touched.step))


def _action(action: str) -> str:
    names = {
        "new": N_("new record"),
        "fill": N_("fills the blanks"),
        "update": N_("updates"),
        "skip": N_("left out"),
    }
    return _(names[action])


def _more(shown: int, count: int) -> Iterator[str]:
    if count > min(shown, SHOWN):
        yield ("  " + _("… and {n} more (--json lists them)").format(n=f"{count - min(shown, SHOWN):,}"))


def target_title(schema: Schema, target: str, new: dict[str, Any] | None) -> str:
    """Where a column goes, in words."""
    if not target:
        return _("left out")
    if new is not None:
        return _("new field “{name}”").format(name=new["name"])
    entity, _dot, rest = target.partition(".")
    name, _dot, part = rest.replace(":", ".").partition(".")
    declared = schema.entity(entity)
    f = schema.fields(entity).get(name)
    title = f.title if f else name
    of = f.of if isinstance(f, Rows) else ""
    shown = [_part_title(schema, of, word) for word in part.split(".") if word]
    return " · ".join([_(declared.label), title, *shown])


_NAME_PARTS = {"given": N_("Given name"), "family": N_("Family name"), "middle": N_("Middle name")}


def _part_title(schema: Schema, child: str, part: str) -> str:
    """The name of a part of an address or a person's name, of a kind of phone or address."""
    fields = schema.fields(child) if child else {}
    if part in fields:
        return fields[part].title
    kind = fields.get("kind")
    entry = kind.options.get(part) if isinstance(kind, Choice) else None
    return entry.title if entry else _(_NAME_PARTS.get(part, part))
