"""The words of the command line, in the language spoken now.

argparse speaks English only, and of errors: its sentences are replaced by ours.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from freecrm.core import words
from freecrm.core.words import N_, _

Command = Callable[[str, str, str], argparse.ArgumentParser]
"""name, help, where: "module.function" in this package -> the command's parser."""

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


def read(given: Sequence[str]) -> argparse.Namespace:
    """What was asked for; ends the program where the words are wrong.

    A word that may be left out is taken behind the options, too, where argparse looks for none: `late` names it."""
    made = parser()
    options, left = made.parse_known_args(given)
    late = getattr(options, "late", "")
    if late and len(left) == 1 and not left[0].startswith("-") and getattr(options, late) is None:
        setattr(options, late, left[0])
    elif left:
        made.error(_("There is no such word here: %s.") % " ".join(left))
    return options


def parser() -> argparse.ArgumentParser:
    """All commands with their options. `run` of what it parses names the function that does it."""
    made = argparse.ArgumentParser(
        prog="freecrm",
        description=_("FreeCRM: a small firm's customers on its own computer."),
    )
    common = argparse.ArgumentParser(add_help=False)
    for one in (made, common):
        # SUPPRESS: the same option given before the command is not undone by the command's default
        default: Any = None if one is made else argparse.SUPPRESS
        one.add_argument(
            "--file", type=Path, default=default, metavar="PATH", help=_("the FreeCRM file to work on")
        )
        one.add_argument(
            "--user",
            default=default,
            metavar="NAME",
            help=_("who you are, where a password is asked for (FREECRM_PASSWORD, or typed)"),
        )
        one.add_argument(
            "--language", choices=sorted(words.LANGUAGES), default=default, help=_("language of all texts")
        )
    commands = made.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("Commands"))

    def command(name: str, help: str, where: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help, parents=[common])
        added.set_defaults(run=where)
        added.add_argument("--json", action="store_true", help=_("answer as JSON"))
        return added

    _import(command)
    _lists(command)
    _log(command)
    _ledgers(command)
    _care(command)
    _team(command)
    return made


def _import(command: Command) -> None:
    made = command(
        "import", _("bring in a list (xlsx, xls, ods, csv, vcf) or a calendar (ics)"), "lists.import_list"
    )
    made.add_argument("list", type=Path, metavar="FILE")
    made.add_argument(
        "--as",
        dest="about",
        choices=("customer", "deal", "product", "user"),
        help=_("what the list is about; without it the heads tell"),
    )
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


def _lists(command: Command) -> None:
    made = command("export", _("write a list to xlsx, csv or vcf"), "lists.export")
    made.add_argument("target", type=Path, metavar="FILE")
    made.add_argument(
        "--what", default="customer", metavar="ENTITY", help=_("customer, contact, activity, deal, …")
    )
    made.add_argument("--find", default="", metavar="WORDS", help=_("only what these words find"))
    made.add_argument("--template", action="store_true", help=_("an empty workbook to fill in"))
    made.add_argument("--ics", action="store_true", help=_("activities as a calendar file; so is a name.ics"))
    made.add_argument("--since", metavar="DAY", help=_("of a calendar: from this day on"))
    made.add_argument("--until", metavar="DAY", help=_("of a calendar: until this day"))
    made.add_argument("--of", metavar="NAME", help=_("of a calendar: of this customer or contact only"))

    made = command("print", _("write a list as PDF, to be printed"), "lists.print_list")
    made.add_argument("target", type=Path, metavar="PDF")
    made.add_argument(
        "--what", default="customer", metavar="ENTITY", help=_("customer, contact, activity, deal, …")
    )
    made.add_argument("--find", default="", metavar="WORDS", help=_("only what these words find"))
    made.add_argument("--paper", choices=("A4", "A5", "Letter"), default="A4", help=_("size of the paper"))
    made.add_argument(
        "--turn", choices=("auto", "portrait", "landscape"), default="auto", help=_("how the paper is turned")
    )

    made = command("bring-back", _("take over the changes made in an exported workbook"), "lists.bring_back")
    made.add_argument("workbook", type=Path, metavar="XLSX")
    made.add_argument("--dry-run", action="store_true", help=_("only show what would happen"))
    made.add_argument(
        "--theirs", action="store_true", help=_("where both sides changed, take the workbook's value")
    )

    made = command("doubles", _("list customers that may be the same"), "lists.doubles")
    made.add_argument("--limit", type=int, default=50)

    made = command("tidy", _("list what could be written better, and write it"), "tidy.tidy")
    made.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="KIND",
        help=_("write all suggestions of this kind, such as phone; can be given several times"),
    )
    made.add_argument("--limit", type=int, default=20, help=_("how many of each kind are listed"))
    made.add_argument("--dry-run", action="store_true", help=_("say what would happen, write nothing"))

    made = command("scores", _("how complete and how fresh the records are, by owner"), "tidy.scores")
    made.add_argument("--what", default="customer", metavar="ENTITY", help=_("customer or contact"))

    made = command("merge", _("make one record of several that are the same"), "lists.merge")
    made.add_argument("what", metavar="KIND", help=_("customer or contact"))
    made.add_argument("ids", nargs="+", metavar="ID", help=_("as “freecrm doubles --json” names them"))
    made.add_argument("--keep", metavar="ID", help=_("the record that stays"))
    made.add_argument("--dry-run", action="store_true", help=_("say what would happen, write nothing"))


def _log(command: Command) -> None:
    made = command("find", _("find by name, pinyin, initials, phone, mail, address"), "log.find")
    made.add_argument("words", nargs="+", metavar="WORDS")
    made.add_argument("--limit", type=int, default=20)

    made = command("history", _("what was done, newest first"), "log.show")
    made.add_argument("--limit", type=int, default=20)
    made.add_argument("--bin", action="store_true", help=_("the recycle bin"))

    made = command("undo", _("take back the latest step, or the step of this number"), "log.undo_step")
    made.add_argument("step", type=int, nargs="?", metavar="N")
    command("redo", _("bring back what was undone last"), "log.redo_step")


def _ledgers(command: Command) -> None:
    made = command("points", _("a customer's points: balance, earn, spend, statement"), "points.points")
    actions = ("balance", "earn", "spend", "correct", "expire", "statement")
    made.add_argument("action", choices=actions, help=_("what to do; expire looks at all customers"))
    made.add_argument("who", nargs="?", metavar="CUSTOMER", help=_("name, code or a part of the name"))
    made.add_argument("--amount", help=_("what was bought, in money; the points follow from it"))
    made.add_argument("--points", metavar="N", help=_("so many points; --points=-5 takes 5 away"))
    made.add_argument("--day", help=_("an earlier day than today"))
    made.add_argument("--reason", help=_("why; a correction needs it"))
    made.add_argument("--from", dest="first", metavar="DAY", help=_("first day of the statement"))
    made.add_argument("--until", dest="last", metavar="DAY", help=_("last day of the statement"))
    made.add_argument("--pdf", type=Path, metavar="FILE", help=_("write the statement as PDF"))
    made = command("credit", _("what a customer owes, and may owe"), "points.credit")
    made.add_argument("who", metavar="CUSTOMER", help=_("name, code or a part of the name"))
    made.add_argument("--order", metavar="AMOUNT", help=_("how it looks with an order of this amount"))


def _care(command: Command) -> None:
    made = command("backup", _("take a backup and prove it"), "care.make_backup")
    made.add_argument("--to", type=Path, metavar="FOLDER", help=_("another folder than the usual one"))
    made = command("restore", _("list the backups, or put one in place of the file"), "care.restore")
    made.add_argument("copy", type=Path, nargs="?", metavar="BACKUP", help=_("the backup to restore"))
    made.add_argument("--dry-run", action="store_true", help=_("only show what is in it"))
    made = command("remind", _("tell what is due, and note that it was told"), "remind.remind")
    made.add_argument("--look", action="store_true", help=_("only look: note nothing"))
    command("check", _("look whether the file is sound"), "care.check_file")
    made = command(
        "holidays", _("list the public holidays known, or take in those of a year"), "holidays.holidays"
    )
    made.add_argument(
        "table", type=Path, nargs="?", metavar="FILE", help=_("a JSON file with the holidays of a year")
    )
    made.add_argument("--year", type=int, metavar="YEAR", help=_("list the days of this year"))
    made = command("settings", _("list the settings, show one, or set it"), "care.settings")
    made.add_argument("key", nargs="?", metavar="KEY", help=_("such as firm.name"))
    made.add_argument("value", nargs="?", metavar="VALUE", help=_("the new value"))


def _team(command: Command) -> None:
    made = command("team", _("this file's part in a team that shares its records"), "team.team")
    here = ("join", "sync", "status", "password", "leave", "write-file", "carry", "read-file", "part")
    made.add_argument("action", choices=here, help=_("what to do"))
    made.add_argument(
        "invitation",
        type=Path,
        nargs="?",
        metavar="FILE",
        help=_(
            "of join: the team's join file; of write-file, carry and read-file: the file that goes without a network; of"
            " part: all, own, team or region"
        ),
    )
    made.set_defaults(late="invitation")
    made.add_argument("--answer", type=Path, metavar="FILE", help=_("of carry: where the answer goes"))
    made.add_argument(
        "--places", nargs="+", metavar="PLACE", default=[], help=_("of part region: provinces and cities")
    )
    made.add_argument("--login", metavar="NAME", help=_("your name on the team's server"))
    made.add_argument(
        "--anyway",
        action="store_true",
        help=_("leave though changes did not go out yet; go on though much is deleted"),
    )

    made = command("differences", _("what two people changed apart"), "differences.differences")
    kinds = ("open", "settled", "all")
    made.add_argument("which", nargs="?", choices=kinds, default="open", help=_("which of them"))
    made.add_argument("--to", type=Path, metavar="FILE", help=_("write them to a .xlsx or .csv file"))

    made = command("server", _("the team's shared database, for whoever looks after it"), "server.server")
    actions = ("init", "renew", "add", "end", "status", "unblock", "purge", "backup", "report", "carry")
    made.add_argument("action", choices=actions, help=_("what to do"))
    made.add_argument(
        "login",
        nargs="?",
        metavar="LOGIN",
        help=_("who is let in; of purge an id, of backup and carry a file"),
    )
    made.set_defaults(late="login")
    made.add_argument("--answer", type=Path, metavar="FILE", help=_("of carry: where the answer goes"))
    made.add_argument("--to", metavar="WORDS", help=_("the server in PostgreSQL's words: “host=… user=…”"))
    made.add_argument("--database", default="freecrm", metavar="NAME", help=_("its database"))
    made.add_argument("--name", metavar="FIRM", help=_("of init: what the team is called"))
    made.add_argument(
        "--host", default="localhost", metavar="NAME", help=_("of init: name on its certificate")
    )
    made.add_argument(
        "--reach", metavar="IP", help=_("of init: its address, where the name alone leads nowhere")
    )
    made.add_argument("--ca", type=Path, metavar="FILE", help=_("of init: the office's certificate"))
    made.add_argument("--join", type=Path, metavar="FILE", help=_("of init: where the join file goes"))
    made.add_argument("--person", metavar="NAME", help=_("of add: the colleague this is"))
    made.add_argument("--owner", action="store_true", help=_("of add: may give rights"))
