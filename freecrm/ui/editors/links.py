"""Choosing a record: type to search as everywhere (pinyin, codes, phones), the ones used last on top, and a
line at the end that makes a new one without leaving."""

from __future__ import annotations

from typing import Any

from freecrm.core.fields import Field, Link, clean
from freecrm.core.record import Typed
from freecrm.core.rights import WHY_UNSEEN, Unseen
from freecrm.core.words import N_, Said, _, inside, say
from freecrm.store import choosing
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.editors.chooser import Chooser
from freecrm.ui.editors.suggest import Offer
from freecrm.ui.tasks import Latest, Tasks

FEW = 8


class _New(str):
    """The name of a record that is to be made."""

    __slots__ = ()


_NOTHING = object()


class LinkEditor(Chooser):
    """Another record, by its name."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks, "search")
        assert isinstance(field, Link)
        self.to = field.to
        self._held: bytes | None = None
        self._title = ""
        self._latest = Latest(tasks)

    def value(self) -> Any:
        text = clean(self.line.text())
        if not text:
            return None
        return self._held if self._held is not None and text == self._title else Typed(text)

    def set_value(self, value: Any) -> None:
        if isinstance(value, bytes):
            self._held = value
            self._title = self.store.reader().linked(self.to, {value}).get(value, "")
            self.line.setToolTip(_(WHY_UNSEEN) if isinstance(self._title, Unseen) else "")
            self._title = clean(self._title) or value.hex()[:8]
        else:
            self._held, self._title = None, str(value or "")
            self.line.setToolTip("")
        self.line.setText(self._title)
        self.line.setCursorPosition(0)

    def unreadable(self) -> Said | None:
        return self.field.read(self.line.text())[1]

    def ask(self, typed: str) -> None:
        words = typed.strip()

        def find() -> list[choosing.Choice]:
            return choosing.choices(self.store, self.to, words, FEW)

        def show(found: list[choosing.Choice]) -> None:
            if self.isVisible() and (self.line.hasFocus() or not typed):
                self._show(words, found)

        self._latest.run(find, then=show)

    def _show(self, words: str, found: list[choosing.Choice]) -> None:
        declared = self.store.schema.entity(self.to)
        offers = [
            Offer("\u2003" * one.deep + one.title, one.id, hint=one.hint, icon=declared.icon) for one in found
        ]
        exact = any(clean(one.title).casefold() == words.casefold() for one in found)
        if not words and self.line.text() and not self.field.required:
            offers.append(Offer(_("Leave empty"), _NOTHING, apart=True))
        if words and not exact and self._can_make():
            text = _("New {thing} “{name}”").format(thing=inside(_(declared.label)), name=words[:60])
            offers.append(Offer(text, _New(words), icon="plus", apart=True))
        self.list.offer(offers, 0 if words and found else -1)  # a new one is made only when it is chosen

    def _can_make(self) -> bool:
        """Whether a name is all that a record of that kind needs."""
        declared = self.store.schema.entity(self.to)
        needed = [f.name for f in self.store.schema.fields(self.to).values() if f.required]
        return not set(needed) - {declared.title}

    def pick(self, value: Any) -> None:
        if value is _NOTHING:
            self.set_value(None)
        elif isinstance(value, _New):
            self._make(str(value))
            return
        else:
            self.set_value(value)
            self.tasks.run(choosing.used, self.store, self.to, value, failed=lambda _known: None, writes=True)
        self.changed.emit()
        self.end()

    def _make(self, name: str) -> None:
        """Make the record at once, as a step of its own, so that it can be chosen and undone."""
        declared = self.store.schema.entity(self.to)

        def write() -> bytes:
            with self.store.step(N_("{what} “{name}” added"), what=say(declared.label), name=name) as step:
                return step.insert(self.to, {declared.title: name})

        self.tasks.run(write, then=self.pick, failed=talk.tell_problem, writes=True)

    def settle(self) -> None:
        """A name typed in full and known once is that record."""
        value = self.value()
        if isinstance(value, Typed):
            found = choosing.exact(self.store, self.to, value)
            if found is not None:
                self.set_value(found)
                self.changed.emit()

    def clicked(self) -> None:
        if not self.list.isVisible():
            self.ask("" if self._held is not None else self.line.text())
