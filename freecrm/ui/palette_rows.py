"""What the palette lists for what is typed: records from the file, commands, settings, each as a row.

question = lookup.question(text, scope)       on the main thread
answer = lookup.answer(question)              in a job
shown = lookup.shown(question, answer)        on the main thread: rows, chips, a hint
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from freecrm.core import words as language
from freecrm.core.fields import Link
from freecrm.core.matching import FULL, INITIALS, MIXED, PHONE_TAIL, SUBSTRING, marks
from freecrm.core.named import Named, asked, found
from freecrm.core.settings import SETTINGS
from freecrm.core.words import N_, _
from freecrm.store import finder, recent
from freecrm.store.database import Store
from freecrm.store.finder import Card
from freecrm.ui import cells
from freecrm.ui.commands import MENUS, Command, Commands
from freecrm.ui.palette_row import EVERYTHING, Answer, Chip, Question, Row, Shown, Spans, split
from freecrm.ui.preferences import Preferences

RECENT, LIKELY = 8, 4
FOUND, SHOWN, WHOLE = 20, 8, 50
MOST_COMMANDS, MOST_SETTINGS = 5, 3
PEOPLE = ("contact", "user")
LETTERED = frozenset({"customer"})
"""Entities whose records have a letter of their name for a picture; others have the entity's icon."""
USUAL = ("file.new", "file.import", "view.contact", "tools.settings", "help.keys")
"""Commands that are likely as long as nobody has used any from here."""
DOT = " · "

COMMANDS, SETTINGS_ = "commands", "settings"
SIGNS = (
    (">", N_("Commands only")),
    ("@", N_("People only: contacts and colleagues")),
    ("#", N_("Codes and phone numbers only")),
    ("?", N_("Help and keys")),
)
_HINTS = {
    INITIALS: N_("Pinyin initials"),
    FULL: N_("Pinyin"),
    MIXED: N_("Characters and pinyin"),
    PHONE_TAIL: N_("End of a phone"),
}


class Lookup:
    """Finds what the palette shows."""

    def __init__(self, store: Store, commands: Commands, preferences: Preferences) -> None:
        self.store, self.commands, self.preferences = store, commands, preferences
        self._named: list[Named] = []
        self._settings: list[Named] = []

    def prepare(self) -> None:
        """Take up what commands are called now; once each time the palette opens."""
        titles: dict[str, list[str]] = {}
        for spoken in language.LANGUAGES:
            with language.speaking(spoken):
                for command in self._available():
                    titles.setdefault(command.id, []).append(command.title)
        self._named = [
            Named(command.id, tuple(dict.fromkeys(titles[command.id])), command.also)
            for command in self._available()
        ]
        self._settings = [
            Named(
                one.key,
                tuple(language.translated(one.title, spoken) for spoken in language.LANGUAGES),
                one.also,
            )
            for one in SETTINGS.values()
        ]

    def _available(self) -> list[Command]:
        return [command for command in self.commands.all() if command.shown and command.enabled()]

    def used(self, id: str) -> None:
        """Remember that a command was run from here."""
        self.preferences.set_number(f"used/{id}", self.preferences.number(f"used/{id}", 0) + 1)

    # ---- asking

    def question(self, text: str, scope: str) -> Question:
        """What a text typed asks for."""
        meant, said = asked(text)
        return Question(meant, said, scope if meant == "everything" and said else EVERYTHING)

    def answer(self, question: Question) -> Answer:
        """What the file has for it; in a job."""
        reader = self.store.reader()
        meant, said = question.meant, question.words
        if meant in ("commands", "help") or (meant == "numbers" and not said):
            return Answer(())
        entities = PEOPLE if meant == "people" else ()
        if not said:
            opened = recent.recent(self.store, recent.MOST)
            wanted = [one for one in opened if not entities or one[0] in entities][:RECENT]
            return Answer(finder.cards(reader, wanted))
        limit = FOUND if meant == "everything" else WHOLE
        cards = finder.find(reader, said, entities, limit, numbers_only=meant == "numbers")
        scoped: Sequence[Card] = ()
        if question.scope in self.store.schema.model.entities:
            scoped = finder.find(reader, said, (question.scope,), WHOLE)
        return Answer(cards, scoped, len(cards) >= limit)

    # ---- showing

    def shown(self, question: Question, answer: Answer) -> Shown:
        """The rows for an answer, in the language spoken now."""
        made = {
            "everything": self._everything if question.words else self._nothing_typed,
            "commands": self._only_commands,
            "people": self._people,
            "numbers": self._numbers,
            "help": self._help,
        }[question.meant](question, answer)
        if not any(row.can_be_chosen for row in made.rows):
            return replace(made, rows=[*_nothing(question.words), *made.rows])
        return made

    def _nothing_typed(self, question: Question, answer: Answer) -> Shown:
        rows = _group(_("Opened last"), [self._record(card, "") for card in answer.cards])
        rows += _group(_("Often used"), [self._command(id, "") for id in self._likely()])
        return Shown(rows, count=0)

    def _likely(self) -> list[str]:
        there = [named.key for named in self._named]
        used = {id: self.preferences.number(f"used/{id}", 0) for id in there}
        often = sorted((id for id in there if used[id]), key=lambda id: -used[id])
        usual = [id for id in USUAL if id in there]
        with_keys = [id for id in there if self.commands.keys(id)]
        return list(dict.fromkeys([*often, *usual, *with_keys, *there]))[:LIKELY]

    def _everything(self, question: Question, answer: Answer) -> Shown:
        said = question.words
        commands, settings = found(said, self._named), found(said, self._settings)
        cards = answer.scoped or answer.cards
        groups = {
            COMMANDS: _group(_("Commands"), [self._command(one.key, said) for one, _rank in commands]),
            SETTINGS_: _group(_("Settings"), [self._setting(one.key, said) for one, _rank in settings]),
        }
        if question.scope in groups:
            rows = groups[question.scope]
        elif question.scope:
            rows = _group(
                self._plural(question.scope),
                [self._record(card, said) for card in cards if card.entity == question.scope],
            )
        else:
            rows = self._mixed(said, answer, commands, settings)
        rows = rows or _nothing(said)
        count = len(answer.cards) + len(commands) + len(settings)
        if not count:
            return Shown(())
        best = min((card.rank for card in answer.cards), default=-1)
        chips = self._chips(question.scope, answer, len(commands), len(settings))
        rows = [*rows, self._search_everything(said)]
        return Shown(rows, chips, count, _(_HINTS[best]) if best in _HINTS else "")

    def _mixed(
        self,
        said: str,
        answer: Answer,
        commands: Sequence[tuple[Named, int]],
        settings: Sequence[tuple[Named, int]],
    ) -> list[Row]:
        """The best of each group. Records first, unless their names only happen to contain what is meant."""
        cards = answer.cards
        records = _group(
            _("People and customers"),
            [self._record(card, said) for card in cards[:SHOWN]],
            _counted(len(cards), answer.more),
        )
        others = _group(
            _("Commands"),
            [self._command(one.key, said) for one, _rank in commands[:MOST_COMMANDS]],
            str(len(commands)),
        )
        others += _group(
            _("Settings"),
            [self._setting(one.key, said) for one, _rank in settings[:MOST_SETTINGS]],
            str(len(settings)),
        )
        best = min((card.rank for card in cards), default=SUBSTRING)
        meant = min((rank for _one, rank in (*commands, *settings)), default=SUBSTRING)
        return [*others, *records] if best >= SUBSTRING > meant else [*records, *others]

    def _chips(self, scope: str, answer: Answer, commands: int, settings: int) -> list[Chip]:
        """A chip for everything, for each kind that was found and for the one in force."""
        counts = {scope: 0} if scope in self.store.schema.model.entities else {}
        for card in answer.cards:
            counts[card.entity] = counts.get(card.entity, 0) + 1
        order = dict.fromkeys(page.entity for page in self.store.model.pages())
        order |= dict.fromkeys(counts)
        made = [
            Chip(name, self._plural(name), _counted(counts[name], answer.more))
            for name in order
            if name in counts
        ]
        if commands or scope == COMMANDS:
            made.append(Chip(COMMANDS, _("Commands"), str(commands)))
        if settings or scope == SETTINGS_:
            made.append(Chip(SETTINGS_, _("Settings"), str(settings)))
        every = len(answer.cards) + commands + settings
        return [Chip(EVERYTHING, _("All"), _counted(every, answer.more)), *made]

    def _plural(self, entity: str) -> str:
        return _("Colleagues") if entity == "user" else _(self.store.schema.entity(entity).plural)

    def _only_commands(self, question: Question, answer: Answer) -> Shown:
        hits = self._commands_for(question.words)
        return Shown(_group(_("Commands"), hits), count=len(hits))

    def _commands_for(self, said: str) -> list[Row]:
        named = [one for one, _rank in found(said, self._named)] if said else self._named
        return [self._command(one.key, said) for one in named]

    def _people(self, question: Question, answer: Answer) -> Shown:
        title = _("People") if question.words else _("Opened last")
        rows = _group(title, [self._record(card, question.words) for card in answer.cards])
        return Shown(rows or self._signs("@"), count=len(answer.cards))

    def _numbers(self, question: Question, answer: Answer) -> Shown:
        rows = _group(_("Codes and phones"), [self._record(card, question.words) for card in answer.cards])
        return Shown(rows or (self._signs("#") if not question.words else []), count=len(answer.cards))

    def _help(self, question: Question, answer: Answer) -> Shown:
        said = question.words
        hits = self._commands_for(said)
        help_ = [row for row in hits if self.commands.get(row.aim).menu == "help"]
        keys = [row for row in hits if row.keys and row not in help_]
        signs = [] if said else _group(_("What you can type"), self._signs())
        rows = [*signs, *_group(_("Help"), help_), *_group(_("Keys"), keys)]
        return Shown(rows, count=len(help_) + len(keys))

    def _signs(self, only: str = "") -> list[Row]:
        return [
            Row("sign", _(text), keys=(sign,), icon="keyboard", aim=sign)
            for sign, text in SIGNS
            if only in ("", sign)
        ]

    # ---- rows

    def _record(self, card: Card, said: str) -> Row:
        facts, fact_marks = self._facts(card, said)
        lettered = card.entity in LETTERED
        return Row(
            "record",
            card.title,
            marks(said, card.title) if said else (),
            facts,
            fact_marks,
            self._kind(card.entity),
            icon="" if lettered else self.store.schema.entity(card.entity).icon,
            letter=card.title if lettered else "",
            aim=card,
        )

    def _kind(self, entity: str) -> str:
        return _("Colleague") if entity == "user" else _(self.store.schema.entity(entity).label)

    def _facts(self, card: Card, said: str) -> tuple[str, Spans]:
        if card.note:
            return card.note, marks(said, card.note)
        parts = [(self._kind(card.entity), False), *self._values(card)]
        if card.code:
            parts.insert(1, (card.code, True))
        text, spans = "", []
        for part, matched in parts:
            if text:
                text += DOT
            spans += [(len(text) + a, len(text) + b) for a, b in (marks(said, part) if matched else ())]
            text += part
        return text, spans

    def _values(self, card: Card) -> Iterator[tuple[str, bool]]:
        fields = self.store.schema.fields(card.entity)
        phone = cells.phone(card.phone) if card.phone else ""
        for name, value in card.values.items():
            if name == "main_phone" and phone:
                continue
            if name == "jobs":
                text = next((str(job["job"]) for job in value or () if job.get("job")), "")
            elif isinstance(fields[name], Link):
                text = str(value or "")
            else:
                text = cells.text(fields[name], value)
            if text and name == "grade":
                text = _("Grade {grade}").format(grade=text)
            if text:
                yield text, False
        if phone:
            yield phone, True

    def _command(self, id: str, said: str) -> Row:
        command = self.commands.get(id)
        title = command.title
        why = command.refusal()
        if why is not None:
            icon = command.icon or "chevron-right"
            return Row("kept", title, marks(said, title) if said else (), str(why), icon=icon)
        menu = _(MENUS[command.menu]) if command.menu in MENUS else ""
        if command.checked is not None:
            menu += DOT + (_("on") if command.checked() else _("off"))
        keys = tuple(split(next(iter(self.commands.keys(id)), "")))
        return Row(
            "command",
            title,
            marks(said, title) if said else (),
            menu,
            keys=keys,
            icon=command.icon or "chevron-right",
            aim=id,
        )

    def _setting(self, key: str, said: str) -> Row:
        title = _(SETTINGS[key].title)
        place = _("On this computer") if SETTINGS[key].place == "computer" else _("In this file")
        return Row(
            "setting",
            title,
            marks(said, title) if said else (),
            place,
            right=_("Setting"),
            icon="settings",
            aim=key,
        )

    def _search_everything(self, said: str) -> Row:
        return Row(
            "everything",
            _("Search everything for “{words}”").format(words=said),
            facts=_("All that is found, as a list"),
            keys=("Ctrl", "Enter"),
            icon="search",
        )


def _group(title: str, rows: Sequence[Row], count: str = "") -> list[Row]:
    return [Row("head", title, right=count), *rows] if rows else []


def _counted(count: int, more: bool) -> str:
    return f"{count}+" if more else str(count)


def _nothing(said: str) -> list[Row]:
    what = _("Nothing is found for “{words}”").format(words=said) if said else _("Nothing here yet")
    how = _("Fewer letters, pinyin initials or the last digits of a phone find more.") if said else ""
    return [Row("nothing", what, facts=how, icon="search")]
