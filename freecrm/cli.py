"""The command line: everything that needs no screen, in Chinese and English, never needing a display.

Exit codes: 0 done · 1 the world said no (a sentence on stderr) · 2 wrong words on the command
line · 3 nothing found · 130 stopped with Ctrl+C (everything is as it was before).
"""

from __future__ import annotations

import argparse
import errno
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import words
from freecrm.core.home import default_file
from freecrm.core.problems import Cancelled, Known
from freecrm.core.words import N_, _, plural, say

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.store.database import Store

DONE, REFUSED, USAGE, NOTHING, STOPPED = 0, 1, 2, 3, 130
SHOWN = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Without a command the window opens."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    words.use(_language(given))
    for stream in (sys.stdout, sys.stderr):  # a Windows console of another code page must not stop us
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(given)
    if options.command is None:
        from freecrm import app

        return app.run(options.file)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except Known as problem:
        _tell_refusal(problem, getattr(options, "json", False))
        return REFUSED
    except (Cancelled, KeyboardInterrupt):
        _err(_("Stopped. Everything is as it was before."))
        return STOPPED
    except BrokenPipeError:  # the reader of our output went away (| head)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stays open until we end
        return DONE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            _tell_mistake(error)
            return REFUSED
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - what is left of it cannot be told
        _err(_("The disk is full, so not everything could be written. Make some room and try again."))
        return REFUSED
    except Exception as error:  # our own mistake: a report on this computer and one sentence
        _tell_mistake(error)
        return REFUSED


def _tell_mistake(error: Exception) -> None:
    from freecrm.core import logs
    from freecrm.core.home import log_folder

    logs.log.addHandler(logging.NullHandler())  # else the log's own line would stand before ours
    try:
        path = logs.report_crash(log_folder(), type(error), error, error.__traceback__)
    except OSError:  # a full disk must not hide the mistake itself
        raise error from None
    _err(
        _(
            "FreeCRM made a mistake and stopped; what was begun was taken back. The report is in {file}; "
            "please send it to those who look after FreeCRM."
        ).format(file=path)
    )


def _language(given: Sequence[str]) -> str:
    for i, word in enumerate(given):
        if word == "--language" and i + 1 < len(given):
            return given[i + 1]
        if word.startswith("--language="):
            return word.partition("=")[2]
    return os.environ.get("FREECRM_LANGUAGE") or words.of_system()


# ---- the words of the command line

_ARGPARSE = {
    "usage: ": N_("Usage: "),
    "positional arguments": N_("What it takes"),
    "options": N_("Options"),
    "show this help message and exit": N_("show this help"),
    "%(prog)s: error: %(message)s\n": N_("%(message)s “%(prog)s --help” shows what there is.\n"),
    "the following arguments are required: %s": N_("Something is missing: %s."),
    "unrecognized arguments: %s": N_("There is no such word here: %s."),
    "argument %(argument_name)s: %(message)s": N_("%(argument_name)s: %(message)s"),
    "invalid choice: %(value)r (choose from %(choices)s)": N_(
        "there is no %(value)r; choose from %(choices)s."
    ),
    "invalid %(type)s value: %(value)r": N_("%(value)r is not a whole number."),
    "expected one argument": N_("a value is missing behind it."),
    "expected at least one argument": N_("a value is missing behind it."),
    "ambiguous option: %(option)s could match %(matches)s": N_(
        "%(option)s may mean several: %(matches)s. Write one of them out."
    ),
    "ignored explicit argument %r": N_("it takes no value, but got %r."),
}
"""argparse's sentences -> ours: it speaks English only, and of errors."""


def _argparse_word(text: str) -> str:
    return _(_ARGPARSE.get(text, text))


argparse._ = _argparse_word  # type: ignore[attr-defined]  # the one way argparse leaves to say it otherwise
argparse.ngettext = lambda one, many, n: _argparse_word(one if n == 1 else many)  # type: ignore[attr-defined]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="freecrm",
        description=_("FreeCRM: a small firm's customers on its own computer."),
    )
    common = argparse.ArgumentParser(add_help=False)
    for one in (parser, common):
        # SUPPRESS: the same option given before the command is not undone by the command's default
        default: Any = None if one is parser else argparse.SUPPRESS
        one.add_argument(
            "--file", type=Path, default=default, metavar="PATH", help=_("the FreeCRM file to work on")
        )
        one.add_argument(
            "--language", choices=sorted(words.LANGUAGES), default=default, help=_("language of all texts")
        )
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("Commands"))

    def command(name: str, help: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help, parents=[common])
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help=_("answer as JSON"))
        return made

    made = command("import", _("bring in a list (xlsx, xls, ods, csv, vcf)"), _import)
    made.add_argument("list", type=Path, metavar="FILE")
    made.add_argument("--map", metavar="NAME", default="", help=_("use and keep the mapping of this name"))
    made.add_argument("--dry-run", action="store_true", help=_("only show what would happen"))
    made.add_argument("--sheet", help=_("name of the sheet"))
    made.add_argument("--header", type=int, metavar="ROW", help=_("row of the heads (0 = there is none)"))
    made.add_argument("--encoding", help=_("encoding of a csv"))
    made.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="HEAD=FIELD",
        help=_("where a column goes, such as --to 备注=customer.remark; nothing after = leaves it out"),
    )
    made.add_argument(
        "--known",
        choices=("update", "fill", "skip", "new"),
        default="update",
        help=_("what happens to customers that are here already"),
    )
    made.add_argument(
        "--doubtful",
        choices=("auto", "new", "update", "fill", "skip"),
        default="auto",
        help=_("what happens to rows that may be doubles"),
    )
    made.add_argument(
        "--row",
        action="append",
        default=[],
        metavar="ROW=ACTION",
        help=_("decide one row: new, update, fill or skip"),
    )
    made.add_argument("--blank-wipes", action="store_true", help=_("an empty cell clears the field"))
    made.add_argument(
        "--unread",
        choices=("keep", "reject"),
        default="keep",
        help=_("rows with a cell that cannot be read: keep them without it, or leave them out"),
    )
    made.add_argument(
        "--dates", choices=("dmy", "mdy"), default="", help=_("order of day and month in doubtful dates")
    )
    made.add_argument("--tag", default="", help=_("a tag put on every new customer"))
    made.add_argument(
        "--left-out", type=Path, metavar="XLSX", help=_("write the rows left out, with the reasons")
    )

    made = command("export", _("write customers or contacts to xlsx, csv or vcf"), _export)
    made.add_argument("target", type=Path, metavar="FILE")
    made.add_argument("--what", default="customer", metavar="ENTITY", help=_("customer or contact"))
    made.add_argument("--find", default="", metavar="WORDS", help=_("only what these words find"))
    made.add_argument("--template", action="store_true", help=_("an empty workbook to fill in"))

    made = command("bring-back", _("take over the changes made in an exported workbook"), _bring_back)
    made.add_argument("workbook", type=Path, metavar="XLSX")
    made.add_argument("--dry-run", action="store_true", help=_("only show what would happen"))
    made.add_argument(
        "--theirs", action="store_true", help=_("where both sides changed, take the workbook's value")
    )

    made = command("find", _("find by name, pinyin, initials, phone, mail, address"), _find)
    made.add_argument("words", nargs="+", metavar="WORDS")
    made.add_argument("--limit", type=int, default=20)

    made = command("history", _("what was done, newest first"), _history)
    made.add_argument("--limit", type=int, default=20)
    made.add_argument("--bin", action="store_true", help=_("the recycle bin"))

    made = command("undo", _("take back the latest step, or the step of this number"), _undo)
    made.add_argument("step", type=int, nargs="?", metavar="N")
    command("redo", _("bring back what was undone last"), _redo)

    made = command("doubles", _("list customers that may be the same"), _doubles)
    made.add_argument("--limit", type=int, default=50)

    made = command("backup", _("take a backup and prove it"), _backup)
    made.add_argument("--to", type=Path, metavar="FOLDER", help=_("another folder than the usual one"))
    command("check", _("look whether the file is sound"), _check)
    return parser


# ---- telling


def _out(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def _err(text: str) -> None:
    sys.stderr.write(text + "\n")


def _json(value: Any) -> None:
    _out(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _tell_refusal(problem: Known, as_json: bool) -> None:
    if as_json:
        _json({"error": str(problem), "details": problem.details})
    _err(str(problem))


def _progress() -> Any:
    """A line of progress on a terminal; Ctrl+C cancels cleanly."""
    from freecrm.core.jobs import Progress

    if not sys.stderr.isatty():
        return Progress()

    def heard(progress: Progress) -> None:
        share = f"{progress.done:,} / {progress.total:,}" if progress.total else ""
        sys.stderr.write(f"\r\x1b[K{progress.what or ''}  {share}")
        if progress.total and progress.done >= progress.total:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return Progress(heard)


def _open(options: argparse.Namespace, *, create: bool = False) -> Store:
    from freecrm.modules import model
    from freecrm.store.database import open_store

    return open_store(options.file or default_file(), model(), create=create)


# ---- the commands


def _import(options: argparse.Namespace) -> int:
    from freecrm.exchange import applier, importer, telling
    from freecrm.exchange.changeset import ACTIONS, Options

    store = _open(options, create=True)
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
        country=store.setting("firm.country"),
    )
    plan = store.model.imported("customer")
    touched: Touched | None = None
    if options.dry_run:
        made = importer.prepare(store, options.list, plan, wishes, progress=_progress())
        made.discard()
    else:
        made, touched = applier.bring_in(store, options.list, plan, wishes, progress=_progress())
    if options.left_out and made.left_out:
        from freecrm.exchange.exporter import left_out

        rows = [(r.row, list(r.cells), r.why) for r in made.left_out]
        left_out(options.left_out, made.heads, [(cells, str(why)) for _row, cells, why in rows])
    if options.json:
        _json(telling.report(made, touched))
    else:
        for line in telling.lines(store.schema, made, touched, dry_run=options.dry_run):
            _out(line)
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


def _more(shown: int, count: int) -> None:
    if count > min(shown, SHOWN):
        _out("  " + _("… and {n} more (--json lists them)").format(n=f"{count - min(shown, SHOWN):,}"))


def _export(options: argparse.Namespace) -> int:
    from freecrm.core.query import Query, Sort
    from freecrm.exchange import exporter

    store = _open(options)
    if options.what not in {e.entity for e in store.model.roots()}:
        raise Known(
            say(
                N_("There is nothing called “{value}” to export. Try customer or contact."),
                value=options.what,
            )
        )
    if options.template:
        exporter.template(store, options.what, options.target)
        if options.json:
            _json({"file": str(options.target), "rows": 0, "notes": []})
        else:
            _out(_("An empty workbook is in {file}.").format(file=options.target))
        store.close()
        return DONE
    query = Query(options.what, sort=(Sort("name"),), words=options.find)
    made = exporter.export(store, query, options.target, progress=_progress())
    if options.json:
        _json({"file": str(made.path), "rows": made.rows, "notes": [str(n) for n in made.notes]})
    else:
        _out(plural("{n} row is in {file}.", "{n} rows are in {file}.", made.rows, file=made.path))
        for note in made.notes:
            _out(f"  · {note}")
    store.close()
    return DONE


def _bring_back(options: argparse.Namespace) -> int:
    from freecrm.exchange import exporter

    store = _open(options)
    difference = exporter.returned(store, options.workbook)
    report = difference.report()
    touched = None
    if not options.dry_run:
        touched = exporter.take(store, difference, theirs=options.theirs)
    if options.json:
        _json({**report, "step": touched.step if touched else None})
    else:
        for line in difference.lines():
            _out(line)
        if touched is not None and touched.step is not None:
            _out(_("Done in step {n}. “freecrm undo {n}” takes it back for 90 days.").format(n=touched.step))
        elif options.dry_run:
            _out(_("Nothing was written (--dry-run)."))
    store.close()
    return DONE


def _find(options: argparse.Namespace) -> int:
    store = _open(options)
    asked = " ".join(options.words)
    reader = store.reader()
    hits = reader.find(asked, limit=options.limit)
    if options.json:
        _json(
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
            _out(_hit_line(store, hit.record))
        if not hits:
            _err(_("Nothing was found for “{words}”.").format(words=asked))
    store.close()
    return DONE if hits else NOTHING


def _hit_line(store: Store, record: Any) -> str:
    from freecrm.core import phones

    entity = store.schema.entity(record.entity)
    phone = record["main_phone"]
    parts = [
        record["name"] or "",
        record["firm"] or record["main_contact"] or "",
        phones.show(phone) if phone else "",
        record["city"] or "",
    ]
    return f"{_(entity.label)}\t" + "\t".join(part for part in parts if part)


def _history(options: argparse.Namespace) -> int:
    from freecrm.store import history

    store = _open(options)
    if options.bin:
        binned = history.bin(store, options.limit)
        if options.json:
            _json(
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
                _out(
                    f"{b.at.astimezone():%Y-%m-%d %H:%M}  {_(store.schema.entity(b.entity).label)}  {b.title}"
                )
        return DONE
    found = history.steps(store, options.limit)
    if options.json:
        _json(
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
            _out(f"{s.n:>5}  {s.at.astimezone():%Y-%m-%d %H:%M}  {s}{mark}")
    store.close()
    return DONE


def _undo(options: argparse.Namespace) -> int:
    from freecrm.store import history, undo

    store = _open(options)
    if options.step is not None and history.step(store, options.step) is None:
        raise Known(
            say(N_("There is no step {n}. “freecrm history” lists the steps there are."), n=options.step)
        )
    return _tell_taken(store, options, undo.undo(store, options.step))


def _redo(options: argparse.Namespace) -> int:
    from freecrm.store import undo

    store = _open(options)
    return _tell_taken(store, options, undo.redo(store))


def _tell_taken(store: Store, options: argparse.Namespace, touched: Touched) -> int:
    from freecrm.store import history

    step = history.step(store, touched.step) if touched.step else None
    if options.json:
        _json(
            {
                "step": touched.step,
                "title": str(step) if step else "",
                "counts": touched.counts,
                "kept": [{"entity": k.entity, "name": k.title, "why": str(k.why)} for k in touched.kept],
            }
        )
    else:
        _out(str(step) if step else "")
        for entity, counts in touched.counts.items():
            titles = (N_("new"), N_("changed"), N_("deleted"))
            shown = ", ".join(f"{_(t)} {c:,}" for t, c in zip(titles, counts, strict=True) if c)
            _out(f"  {_(store.schema.entity(entity).plural)}: {shown}")
        if touched.kept:
            _out(_("Left as they are:"))
            for k in touched.kept[:SHOWN]:
                _out(f"  · {k.title}: {k.why}")
            _more(SHOWN, len(touched.kept))
    store.close()
    return DONE


def _doubles(options: argparse.Namespace) -> int:
    from freecrm.exchange.doublescan import scan

    store = _open(options)
    groups = scan(store, "customer", progress=_progress())
    if options.json:
        _json(
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
            _out(
                f"{group.value:.2f}  "
                + " = ".join(m.name for m in group.members)
                + f"  ({_(', ').join(reasons)})"
            )
        _out(plural("{n} group of possible doubles", "{n} groups of possible doubles", len(groups)))
    store.close()
    return DONE


def _backup(options: argparse.Namespace) -> int:
    from freecrm.store import backup

    store = _open(options)
    copy = backup.take(store, folder=options.to, progress=_progress())
    if options.json:
        _json({"file": str(copy.path), "counts": copy.counts, "files": copy.files, "missing": copy.missing})
    else:
        _out(_("Backup made and proven: {file}").format(file=copy.path))
    store.close()
    return DONE


def _check(options: argparse.Namespace) -> int:
    from freecrm.store import check

    store = _open(options)
    found = check.check(store, progress=_progress())
    if options.json:
        _json({"problems": [str(p) for p in found]})
    else:
        for problem in found:
            _out(f"· {problem}")
        if not found:
            _out(_("All is well."))
    store.close()
    return REFUSED if found else DONE


if __name__ == "__main__":
    sys.exit(main())
