"""What is shown in part only, whole: field by field, each noted in the log before it is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.rights import is_masked
from freecrm.core.words import _
from freecrm.store import passwords
from freecrm.store.database import Store
from freecrm.ui.asking import Asking
from freecrm.ui.parts import announce, label


def masked_fields(store: Store, entity: str) -> list[Field]:
    """The fields of an entity that whoever works here is shown in part."""
    rights = store.rights
    if rights is None:
        return []
    return [f for f in store.schema.shown(entity) if (entity, f.name) in rights.masked and f.derived is None]


class RevealDialog(Asking):
    """The masked fields of one record. name: only this one, shown at once."""

    def __init__(self, over: QWidget | None, store: Store, entity: str, id: bytes, name: str = "") -> None:
        record = store.reader().record(entity, id)
        title = store.schema.title_of(entity, record.values) if record is not None else ""
        text = _("It is noted who looked at what, and when.")
        super().__init__(over, _("Shown in part"), title, text, _("Close"))
        self.store, self.entity, self.id = store, entity, id
        self.cancel_button.hide()
        self.buttons: dict[str, QPushButton] = {}
        for f in masked_fields(store, entity):
            value = record[f.name] if record is not None else None
            if not value or not is_masked(f.show(value)) or (name and f.name != name):
                continue
            shown = label("", f.show(value))
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            shown.setAccessibleName(f.title)
            button = self.buttons[f.name] = QPushButton(_("Show"))
            button.setAutoDefault(False)
            button.setAccessibleName(_("Show {field}").format(field=f.title))
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(shown, 1)
            row.addWidget(button)
            button.clicked.connect(partial(self._show, f, shown, button))
            self.form.addRow(label("", f.title), line)
        if not self.buttons:
            self.text.setText(_("There is nothing here that is shown in part."))
        if name in self.buttons:
            self.buttons[name].click()
        self.ready(next(iter(self.buttons.values()), self.act_button))

    def _show(self, f: Field, shown: QWidget, button: QPushButton) -> None:
        try:
            value = passwords.shown(self.store, self.entity, self.id, f.name)
        except Known as problem:
            self.tell(str(problem))
            return
        text = f.show(value)
        shown.setText(text)  # type: ignore[attr-defined]
        button.hide()
        announce(self, text)

    def act(self) -> None:
        self.accept()
