"""Looking up and taking back: find, history, undo, redo."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from freecrm.cli.telling import DONE, NOTHING, SHOWN, as_json, err, more, open_file, out
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.store.database import Store


def find(options: argparse.Namespace) -> int:
    """List what the words find."""
    store = open_file(options)
    asked = " ".join(options.words)
    reader = store.reader()
    hits = reader.find(asked, limit=options.limit)
    if options.json:
        as_json(
            [
                {
                    "entity": hit.record.entity,
                    "id": hit.record.id.hex(),
                    "name": hit.record["name"],
                    "phone": hit.record["main_phone"],
                    "customer": hit.record["firm"],
                    "city": hit.record["city"],
                }
                for hit in hits
            ]
        )
    else:
        for hit in hits:
            out(_hit_line(store, hit.record))
        if not hits:
            err(_("Nothing was found for “{words}”.").format(words=asked))
    store.close()
    return DONE if hits else NOTHING


def _hit_line(store: Store, record: Any) -> str:
    from freecrm.core import phone_text

    entity = store.schema.entity(record.entity)
    phone = record["main_phone"]
    parts = [
        record["name"] or "",
        record["firm"] or record["main_contact"] or "",
        phone_text.show(phone) if phone else "",
        record["city"] or "",
    ]
    return f"{_(entity.label)}\t" + "\t".join(part for part in parts if part)


def show(options: argparse.Namespace) -> int:
    """List the steps, or the recycle bin."""
    from freecrm.store import history

    store = open_file(options)
    if options.bin:
        binned = history.bin(store, options.limit)
        if options.json:
            as_json(
                [
                    {
                        "entity": b.entity,
                        "id": b.id.hex(),
                        "name": b.title,
                        "at": b.at.isoformat(),
                        "step": b.step,
                    }
                    for b in binned
                ]
            )
        else:
            for b in binned:
                out(
                    f"{b.at.astimezone():%Y-%m-%d %H:%M}  {_(store.schema.entity(b.entity).label)}  {b.title}"
                )
        return DONE
    found = history.steps(store, options.limit)
    if options.json:
        as_json(
            [
                {
                    "n": s.n,
                    "title": str(s),
                    "at": s.at.isoformat(),
                    "origin": s.origin,
                    "undone": s.undone,
                    "counts": s.counts,
                }
                for s in found
            ]
        )
    else:
        for s in found:
            mark = "  " + _("(undone)") if s.undone else ""
            out(f"{s.n:>5}  {s.at.astimezone():%Y-%m-%d %H:%M}  {s}{mark}")
    store.close()
    return DONE


def undo_step(options: argparse.Namespace) -> int:
    """Take a step back."""
    from freecrm.store import history, undo

    store = open_file(options)
    if options.step is not None and history.step(store, options.step) is None:
        raise Known(
            say(N_("There is no step {n}. “freecrm history” lists the steps there are."), n=options.step)
        )
    return _tell_taken(store, options, undo.undo(store, options.step))


def redo_step(options: argparse.Namespace) -> int:
    """Bring back what was undone last."""
    from freecrm.store import undo

    store = open_file(options)
    return _tell_taken(store, options, undo.redo(store))


def _tell_taken(store: Store, options: argparse.Namespace, touched: Touched) -> int:
    from freecrm.store import history

    step = history.step(store, touched.step) if touched.step else None
    if options.json:
        as_json(
            {
                "step": touched.step,
                "title": str(step) if step else "",
                "counts": touched.counts,
                "kept": [{"entity": k.entity, "name": k.title, "why": str(k.why)} for k in touched.kept],
            }
        )
    else:
        out(str(step) if step else "")
        for entity, counts in touched.counts.items():
            titles = (N_("new"), N_("changed"), N_("deleted"))
            shown = ", ".join(f"{_(t)} {c:,}" for t, c in zip(titles, counts, strict=True) if c)
            out(f"  {_(store.schema.entity(entity).plural)}: {shown}")
        if touched.kept:
            out(_("Left as they are:"))
            for k in touched.kept[:SHOWN]:
                out(f"  · {k.title}: {k.why}")
            more(SHOWN, len(touched.kept))
    store.close()
    return DONE
