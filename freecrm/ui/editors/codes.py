"""The editor of a code: what comes by itself when it is left blank, and who has it already."""

from __future__ import annotations

from typing import Any

from freecrm.core.fields import Field
from freecrm.core.numbering import facts_of, same_code
from freecrm.core.words import Said, _
from freecrm.store import numbering
from freecrm.store.database import Store
from freecrm.ui.editors.lines import TextEditor
from freecrm.ui.tasks import Latest, Tasks


class CodeEditor(TextEditor):
    """A text that no two records may share."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self._own: Any = None  # what the record has: nobody asks whose that is
        self._coming = ""
        self._latest = Latest(tasks)
        self._asked: tuple[str, Said | None] = ("", None)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self._own = value

    def edited(self) -> None:
        self._asked = ("", None)  # somebody may have given it up meanwhile
        super().edited()

    def foresee(self, values: dict[str, Any]) -> None:
        declared = self.store.model.entities[self.field.entity]
        if self.field in numbering.ruled(declared):
            facts = facts_of(values)
            asked = (self.store, self.field.entity, self.field.name, None, facts, 1)
            self._latest.run(numbering.preview, *asked, then=self._show_coming)

    def _show_coming(self, found: list[str]) -> None:
        self._coming = found[0] if found else ""
        self.reword()

    def problem(self) -> Said | None:
        return super().problem() or self._taken()

    def _taken(self) -> Said | None:
        code = self.value()
        if not code or same_code(code) == same_code(self._own or ""):
            return None
        if self._asked[0] != code:
            declared = self.store.model.entities[self.field.entity]
            held = numbering.holder(self.store.read(), declared, self.field, code)
            # only the door knows whether it is the record's own that one had who was merged into it
            told = held is not None and held.gone != "merged"
            why = numbering.taken_words(self.field, code, held) if held is not None and told else None
            self._asked = (code, why)
        return self._asked[1]

    def reword(self) -> None:
        super().reword()
        self.line.setPlaceholderText(_("gets {code}").format(code=self._coming) if self._coming else "")
