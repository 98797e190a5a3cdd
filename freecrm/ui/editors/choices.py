"""Editors of pick-lists and of yes and no."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox

from freecrm.core import grams, matching
from freecrm.core.choices import Option, Options
from freecrm.core.fields import Choice, Field, clean
from freecrm.core.problems import Known
from freecrm.core.record import Typed
from freecrm.core.words import Said, _
from freecrm.store import picks
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.editors.base import Editor
from freecrm.ui.editors.chooser import Chooser
from freecrm.ui.editors.suggest import Offer
from freecrm.ui.tasks import Tasks

_EDIT, _NOTHING = object(), object()


class ChoiceEditor(Chooser):
    """One entry of a pick-list: click, type to narrow (pinyin too), arrows, Enter. The list ends with the way
    to change the list itself."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self._held: str | None = None

    @property
    def options(self) -> Options:
        """The list as the file has it now."""
        fields = self.store.schema.by_entity.get(self.field.entity, {})
        now = fields.get(self.field.name, self.field)
        assert isinstance(now, Choice)
        return now.options

    def value(self) -> Any:
        text = clean(self.line.text())
        if not text:
            return None
        if self._held is not None and text == self._title(self._held):
            return self._held
        return self.options.find(text) or Typed(text)

    def set_value(self, value: Any) -> None:
        self._held = None if isinstance(value, Typed) else value
        self.line.setText(value if isinstance(value, Typed) else self._title(value))
        self.line.setCursorPosition(0)

    def unreadable(self) -> Said | None:
        return self.field.read(self.line.text())[1]

    def problem(self) -> Said | None:
        value = self.value()
        return self.unreadable() if isinstance(value, Typed) else self._checked(value)

    def _checked(self, value: Any) -> Said | None:
        if value is not None and self.options.get(value) is not None:
            return None  # an entry made meanwhile isn't known to the field this editor was made for
        return self.field.check(value)

    def ask(self, typed: str) -> None:
        entries = [o for o in self.options.entries if not o.off or o.key == self._held]
        found = [o for o in entries if _fits(typed, o)]
        offers = [self.offered(o) for o in found]
        if not typed and not self.field.required and self.line.text():
            offers.append(Offer(_("Leave empty"), _NOTHING, apart=True))
        word = typed.strip()
        if self.options.open and word and self.options.find(word) is None:
            offers.append(
                Offer(_("New “{name}”").format(name=word[:60]), Typed(word), icon="plus", apart=True)
            )
        if self.options.open:
            offers.append(Offer(_("Edit this list…"), _EDIT, icon="pencil", apart=True))
        keys = [o.key for o in found]
        row = (0 if found else -1) if typed else keys.index(self._held) if self._held in keys else -1
        self.list.offer(offers, row)

    def offered(self, option: Option) -> Offer:
        """The line in which an entry is offered."""
        return Offer(option.title, option.key, tint=option.colour or "plain")

    def pick(self, value: Any) -> None:
        if value is _EDIT:
            self.edit_list()
        elif value is _NOTHING:
            self._take(None)
        elif isinstance(value, Typed):
            self._add(value)
        else:
            self._take(value)

    def _take(self, key: str | None) -> None:
        self.set_value(key)
        self.changed.emit()
        self.end()

    def _add(self, name: str) -> None:
        def made(key: str) -> None:
            self._take(key)
            self.made.emit()

        self.tasks.run(
            picks.add_option, self.store, self.options.name, str(name), then=made, failed=_tell, writes=True
        )

    def edit_list(self) -> None:
        """Open the dialog that changes the list."""
        from freecrm.ui import pick_lists

        held = self.value()
        pick_lists.edit(self, self.store, self.tasks, self.options.name)
        replaced = self.options.get(held) if isinstance(held, str) else None
        if replaced is not None and replaced.off:
            held = None
        self.set_value(held)
        self.made.emit()
        self.line.setFocus()

    def settle(self) -> None:
        value = self.value()
        if value is not None and not isinstance(value, Typed):
            self.set_value(value)

    def clicked(self) -> None:
        if not self.list.isVisible():
            self.ask("")
            self.line.selectAll()

    def reword(self) -> None:
        if not isinstance(self.value(), Typed):
            self.set_value(self._held)
        super().reword()

    def _title(self, key: str | None) -> str:
        entry = self.options.get(key) if key is not None else None
        return entry.title if entry is not None else str(key or "")


def _fits(typed: str, entry: Option) -> bool:
    if not typed.strip():
        return True
    known = Options("", (entry,)).find(typed) is not None  # a synonym counts whole: its pinyin would surprise
    return known or matching.match(matching.parse(typed), grams.document([entry.title])) is not None


def _tell(problem: Known) -> None:
    talk.tell_problem(problem)


class YesNoEditor(Editor):
    """A check box; nobody's answer as long as nobody has touched it."""

    labelled = False

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.box = QCheckBox()
        self._answered = False
        self.box.clicked.connect(self._click)
        self.watch(self.box)
        self.column.addWidget(self.box)
        self.reword()

    def value(self) -> Any:
        return self.box.isChecked() if self._answered else None

    def set_value(self, value: Any) -> None:
        self._answered = value is not None
        self.box.setChecked(bool(value))

    def main(self) -> QCheckBox:
        return self.box

    def reword(self) -> None:
        self.box.setText(self.field.title)

    def _click(self) -> None:
        self._answered = True
        self.changed.emit()
