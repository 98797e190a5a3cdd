"""Lists in and out: import, export, bring back, doubles, merge."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from freecrm.cli.telling import DONE, as_json, open_file, out, progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.core.query import Query
    from freecrm.store.database import Store


def import_list(options: argparse.Namespace) -> int:
    """Bring a list in, or show what that would do."""
    from freecrm.exchange import applier, importer, telling, whose
    from freecrm.exchange.changeset import ACTIONS, Options
    from freecrm.exchange.ical import ENDINGS

    if options.list.suffix.lower() in ENDINGS:
        from freecrm.cli import calendar

        return calendar.import_calendar(options)
    store = open_file(options, create=True)
    told = {}
    for pair in options.to:
        head, equals, path = pair.rpartition("=")
        if not equals:
            raise Known(
                say(N_("“{value}” is not of the form HEAD=FIELD, such as 备注=customer.remark."), value=pair)
            )
        told[head] = _checked_path(store, path)
    decisions = {}
    for pair in options.row:
        row, _equals, action = pair.partition("=")
        if not row.isdigit() or action not in ACTIONS:
            raise Known(say(N_("“{value}” is not of the form ROW=ACTION, such as 12=skip."), value=pair))
        decisions[int(row)] = action
    wishes = Options(
        sheet=options.sheet,
        header_row=options.header,
        encoding=options.encoding,
        told=told,
        decisions=decisions,
        existing=options.known,
        doubtful=options.doubtful,
        blank_wipes=options.blank_wipes,
        unread=options.unread,
        order=options.dates,
        tag=options.tag,
        name=options.map,
    )
    if options.about:
        plan = store.model.imported(options.about)
    else:
        plan = whose.of_file(store.schema, options.list, options.sheet, options.header, options.encoding)
    touched: Touched | None = None
    if options.dry_run:
        made = importer.prepare(store, options.list, plan, wishes, progress=progress())
        made.discard()
    else:
        made, touched = applier.bring_in(store, options.list, plan, wishes, progress=progress())
    if options.left_out and made.left_out:
        from freecrm.exchange.exporter import left_out

        rows = [(r.row, list(r.cells), r.why) for r in made.left_out]
        left_out(options.left_out, made.heads, [(cells, str(why)) for _row, cells, why in rows])
    if options.json:
        as_json(telling.report(made, touched))
    else:
        for line in telling.lines(store.schema, made, touched, dry_run=options.dry_run):
            out(line)
    store.close()
    return DONE


def _checked_path(store: Store, path: str) -> str:
    from freecrm.exchange.mapping import field_at

    if path in ("", "+customer"):
        return path
    entity = path.partition(".")[0]
    if entity not in store.model.entities or field_at(store.schema, path) is None:
        names = [f"{e.entity}.{f.name}" for e in store.model.roots() for f in store.schema.shown(e.entity)]
        raise Known(say(N_("There is no field “{value}”. There are: {fields}."), value=path, fields=names))
    return path


def export(options: argparse.Namespace) -> int:
    """Write records to a workbook, csv or vCards."""
    from freecrm.exchange import exporter

    if options.ics or options.target.suffix.lower() == ".ics":
        from freecrm.cli import calendar

        return calendar.export_calendar(options)
    store = open_file(options)
    if options.what not in {e.entity for e in store.model.roots()}:
        what = N_("There is nothing called “{value}” to export. There is {known}.")
        raise Known(say(what, value=options.what, known=_listed(store)))
    if options.template:
        exporter.template(store, options.what, options.target)
        if options.json:
            as_json({"file": str(options.target), "rows": 0, "notes": []})
        else:
            out(_("An empty workbook is in {file}.").format(file=options.target))
        store.close()
        return DONE
    made = exporter.export(store, _asked(store, options), options.target, progress=progress())
    if options.json:
        as_json({"file": str(made.path), "rows": made.rows, "notes": [str(n) for n in made.notes]})
    else:
        out(plural("{n} row is in {file}.", "{n} rows are in {file}.", made.rows, file=made.path))
        for note in made.notes:
            out(f"  · {note}")
    store.close()
    return DONE


def _asked(store: Store, options: argparse.Namespace) -> Query:
    """The records that are meant, by what they are called."""
    from freecrm.core.query import Query, Sort

    return Query(options.what, sort=(Sort(store.model.entities[options.what].title),), words=options.find)


def _listed(store: Store) -> str:
    """The kinds of record that have a list, as the command line calls them."""
    return ", ".join(page.entity for page in store.model.pages())


def print_list(options: argparse.Namespace) -> int:
    """Write a list as PDF, with the columns that its page shows."""
    from freecrm.exchange.pdf.sheet import Paper
    from freecrm.exchange.printing import ListPrint, Wishes

    store = open_file(options)
    page = next((page for page in store.model.pages() if page.entity == options.what), None)
    if page is None:
        what = N_("There is nothing called “{value}” to print. There is {known}.")
        raise Known(say(what, value=options.what, known=_listed(store)))
    wishes = Wishes(Paper(options.paper, options.turn))
    made = ListPrint(store, _asked(store, options), page.columns).make(options.target, wishes, progress())
    if options.json:
        as_json({"file": str(made.path), "rows": made.rows, "pages": made.pages, "missing": made.missing})
    else:
        out(plural("{n} page is in {file}.", "{n} pages are in {file}.", made.pages, file=made.path))
        if made.note is not None:
            out(f"  · {made.note}")
    store.close()
    return DONE


def bring_back(options: argparse.Namespace) -> int:
    """Take over what was changed in an exported workbook."""
    from freecrm.exchange import exporter

    store = open_file(options)
    difference = exporter.returned(store, options.workbook)
    report = difference.report()
    touched = None
    if not options.dry_run:
        touched = exporter.take(store, difference, theirs=options.theirs)
    if options.json:
        as_json({**report, "step": touched.step if touched else None})
    else:
        for line in difference.lines():
            out(line)
        if touched is not None and touched.step is not None:
            out(_("Done in step {n}. “freecrm undo {n}” takes it back for 90 days.").format(n=touched.step))
        elif options.dry_run:
            out(_("Nothing was written (--dry-run)."))
    store.close()
    return DONE


def doubles(options: argparse.Namespace) -> int:
    """List the customers that may be the same."""
    from freecrm.exchange.doublescan import scan

    store = open_file(options)
    groups = scan(store, "customer", progress=progress())
    if options.json:
        as_json(
            [
                {
                    "score": round(group.value, 2),
                    "members": [{"id": m.id.hex(), "name": m.name} for m in group.members],
                    "why": [str(reason) for pair in group.pairs for reason in pair.score.reasons],
                }
                for group in groups
            ]
        )
    else:
        for group in groups[: options.limit]:
            reasons = dict.fromkeys(str(reason) for pair in group.pairs for reason in pair.score.reasons)
            out(
                f"{group.value:.2f}  "
                + " = ".join(m.name for m in group.members)
                + f"  ({_(', ').join(reasons)})"
            )
        out(plural("{n} group of possible doubles", "{n} groups of possible doubles", len(groups)))
    store.close()
    return DONE


def merge(options: argparse.Namespace) -> int:
    """Make one record of several, with the safe choice of every field."""
    from freecrm.store import compare, merging

    store = open_file(options)
    if options.what not in {e.entity for e in store.model.roots()}:
        what = N_("There is nothing called “{value}” to merge. Try customer or contact.")
        raise Known(say(what, value=options.what))
    ids = [_id(text) for text in options.ids]
    found = compare.compare(store, options.what, ids)
    master = _id(options.keep) if options.keep else found.master
    touched = None
    if not options.dry_run:
        touched = merging.merge(store, options.what, ids, master, seen=found.seen)
    moves = found.moves.get(master, [])
    if options.json:
        counts = {one.entity: one.count for one in moves}
        as_json({"kept": master.hex(), "moves": counts, "step": touched.step if touched else None})
    else:
        for line in [*found.loops, *([compare.counted(moves)] if moves else [])]:
            out(str(line))
        if touched is not None:
            out(_("Done in step {n}. “freecrm undo {n}” takes it back for 90 days.").format(n=touched.step))
        else:
            out(_("Nothing was written (--dry-run)."))
    store.close()
    return DONE


def _id(text: str) -> bytes:
    try:
        id = bytes.fromhex(text)
    except ValueError:
        id = b""
    if len(id) != 16:
        what = N_("“{text}” is not the id of a record. “freecrm doubles --json” names them.")
        raise Known(say(what, text=text))
    return id
