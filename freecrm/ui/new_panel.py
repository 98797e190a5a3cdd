"""The short form for a new record, in a panel at the side of a list."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.words import _, inside
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.form import Form
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tasks import Tasks


class NewPanel(QFrame):
    """saved(id): the record is in the file. closed: the panel may go (saved, given up or asked to).
    wide_wanted: the form with all fields on a page is wanted; `values()` is what was typed.
    open_record(entity, id): a record like the one typed was pressed."""

    saved = Signal(object)
    closed = Signal()
    wide_wanted = Signal()
    open_record = Signal(str, object)
    compare_wanted = Signal(object)

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        parent: QWidget | None = None,
        *,
        values: dict[str, Any] | None = None,
        draft: str = "",
    ) -> None:
        super().__init__(parent)
        self.entity = store.schema.entity(entity)
        self.form = Form(store, tasks, entity, quick=True, values=values, draft=draft)
        self.form.saved.connect(self._saved)
        self.form.given_up.connect(self.closed)
        self.form.open_record.connect(self.open_record)
        self.form.compare_wanted.connect(self.compare_wanted)
        self.form.changed.connect(self._show_title)
        self.setProperty("panel", True)
        self._build()
        self.reword()

    def _build(self) -> None:
        self.title = label("subtitle")
        self.wide_button = icon_button("external-link", self.wide_wanted.emit, 16)
        self.close_button = icon_button("x", self.close_asking, 16)
        top = QHBoxLayout()
        top.setContentsMargins(*(look.px(side) for side in (16, 8, 8, 8)))
        top.addWidget(self.title, 1)
        top.addWidget(self.wide_button)
        top.addWidget(self.close_button)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(*(look.px(side) for side in (16, 4, 16, 16)))
        inner.addWidget(self.form)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(holder)
        self.save_button, self.cancel_button, self.all_button = (QPushButton() for _button in range(3))
        self.save_button.setProperty("kind", "primary")
        self.all_button.setProperty("kind", "quiet")
        self.save_button.clicked.connect(self.form.save)
        self.cancel_button.clicked.connect(self.close_asking)
        self.all_button.clicked.connect(self._all_fields)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(*(look.px(side) for side in (16, 8, 16, 12)))
        row.setSpacing(look.px(8))
        row.addWidget(self.save_button)
        row.addWidget(self.cancel_button)
        row.addStretch(1)
        row.addWidget(self.all_button)
        line = QFrame()
        line.setProperty("line", True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self.area, 1)
        whole.addWidget(line)
        whole.addWidget(foot)

    def values(self) -> dict[str, Any]:
        """What was typed, for a page with all fields."""
        return self.form.values()

    @property
    def draft(self) -> str:
        """The key of the draft that is kept of it, for the page that goes on with it."""
        return self.form.drafts.key

    def unsaved(self) -> list[str]:
        """Titles of the fields whose typed text would be lost."""
        return self.form.unsaved()

    def save(self) -> bool:
        """Save it; False when that isn't possible, which the form then says."""
        return self.form.save()

    def give_up(self) -> None:
        """Forget what was typed."""
        self.form.give_up()

    def close_asking(self) -> None:
        """Close, after asking what shall become of what was typed."""
        self.form.ask_to_leave()

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        self.form.focus_first()

    def _saved(self, id: bytes) -> None:
        self.saved.emit(id)
        self.closed.emit()

    def _all_fields(self) -> None:
        self.form.unfold(quick=not self.form.quick)
        self.reword()

    def _show_title(self) -> None:
        mark = " ●" if self.form.unsaved() else ""
        self.title.setText(_("New {thing}").format(thing=inside(_(self.entity.label))) + mark)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.setMinimumWidth(look.px(360))
        self._show_title()
        self.setAccessibleName(self.title.text())
        self.save_button.setText(_("Save"))
        self.save_button.setToolTip(_("Save (Ctrl+Enter)"))
        self.cancel_button.setText(_("Cancel"))
        self.all_button.setText(_("All fields") if self.form.quick else _("Fewer fields"))
        name_button(self.wide_button, _("On a page of its own"))
        name_button(self.close_button, _("Close"), _("Esc"))
        self.form.reword()
