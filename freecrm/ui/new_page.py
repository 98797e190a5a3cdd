"""The whole form for a new record, as a page of the window."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.words import _, inside
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.form import Form
from freecrm.ui.page import Page, Place, merge_place
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

WIDEST = 1040


class NewPage(Page):
    """saved(id): the record is in the file (after `left`). open_record(entity, id): a record like the one
    typed was pressed."""

    saved = Signal(object)
    open_record = Signal(str, object)

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        values: dict[str, Any] | None = None,
        *,
        draft: str = "",
        id: bytes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """values: what was typed elsewhere, as `NewPanel.values()` or a draft gives it. draft: its key. id: the
        record to change, None for a new one."""
        super().__init__(parent)
        self.entity = store.schema.entity(entity)
        self.icon = self.entity.icon
        self.form = Form(store, tasks, entity, values=values, draft=draft, id=id)
        self.form.saved.connect(self._saved)
        self.form.given_up.connect(self.left)
        self.form.changed.connect(self.changed)
        self.form.changed.connect(self._show_title)
        self.form.open_record.connect(self.open_record)
        self.form.compare_wanted.connect(lambda ids: self.go.emit(merge_place(entity, ids)))
        self._build()
        self.reword()

    def _build(self) -> None:
        self.title = label("title")
        self.save_button, self.cancel_button = QPushButton(), QPushButton()
        self.save_button.setProperty("kind", "primary")
        self.save_button.clicked.connect(self.form.save)
        self.cancel_button.clicked.connect(self.form.ask_to_leave)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (24, 12, 24, 12)))
        head.setSpacing(look.px(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.cancel_button)
        head.addWidget(self.save_button)
        holder = QWidget()
        inner = QHBoxLayout(holder)
        inner.setContentsMargins(*(look.px(side) for side in (24, 4, 24, 24)))
        self.form.setMaximumWidth(look.px(WIDEST))
        inner.addWidget(self.form, 100)
        inner.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(holder)
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(0)
        self.whole.addLayout(head)
        self.whole.addWidget(self.area, 1)

    @property
    def belongs_to(self) -> Place | None:
        return Place("list", self.entity.entity)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.whole

    message_at = 1

    def crumbs(self) -> list[str]:
        return [_(self.entity.plural), self._head()]

    def hint(self) -> str:
        return _("Ctrl+Enter saves · Esc leaves")

    def reword(self) -> None:
        super().reword()
        self._show_title()
        self.save_button.setText(_("Save"))
        self.save_button.setToolTip(_("Save (Ctrl+Enter)"))
        self.cancel_button.setText(_("Cancel"))
        self.form.reword()

    def focus_first(self) -> None:
        self.form.focus_first()

    def unsaved(self) -> list[str]:
        return self.form.unsaved()

    def unsaved_title(self) -> str:
        return self.form.heading()

    def save(self) -> bool:
        return self.form.save()

    def give_up(self) -> None:
        self.form.give_up()

    def state(self) -> Any:
        return self.form.values()

    def _head(self) -> str:
        if self.form.id is not None:
            return self.form.title()
        return _("New {thing}").format(thing=inside(_(self.entity.label)))

    def _show_title(self) -> None:
        self.title.setText(self._head() + (" ●" if self.form.unsaved() else ""))

    def _saved(self, id: bytes) -> None:
        self.left.emit()  # first, so that the way leads back past the form
        self.saved.emit(id)
