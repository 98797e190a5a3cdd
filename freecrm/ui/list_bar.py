"""The row above a list: its filter as chips, and what it is grouped by, sorted by, and shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.filters import FilterBar
from freecrm.ui.parts import icon_button, name_button

if TYPE_CHECKING:
    from freecrm.ui.arranger import Arranger
    from freecrm.ui.popup import Popup
    from freecrm.ui.tasks import Tasks


class ListBar(QWidget):
    """density_wanted: the next row height is wanted."""

    density_wanted = Signal()

    def __init__(self, arranger: Arranger, tasks: Tasks) -> None:
        super().__init__()
        self.arranger = arranger
        model = arranger.model
        self.popup: Popup | None = None
        self.filters = FilterBar(model.store, tasks, model.page.entity)
        self.filters.changed.connect(arranger.set_filters)
        self.group_button = self._button("layers", self.choose_group)
        self.sort_button = self._button("arrow-up-down", self.choose_sort)
        self.columns_button = self._button("columns-3", self.choose_columns)
        self.density_button = icon_button("rows-3", self.density_wanted.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (16, 0, 8, 6)))
        row.setSpacing(look.px(4))
        row.addWidget(self.filters, 1)
        for button in (self.group_button, self.sort_button, self.columns_button, self.density_button):
            row.addWidget(button)
        arranger.changed.connect(self.show_now)

    def _button(self, icon: str, clicked: object) -> QPushButton:
        made = QPushButton()
        made.setProperty("kind", "quiet")
        made.setProperty("small", True)
        look.dress(made, icon, 16)
        made.clicked.connect(clicked)
        return made

    # ---- the panels

    def _open(self, made: Popup) -> None:
        if self.popup is not None:
            self.popup.dismiss()
        self.popup = made
        made.closed.connect(self._closed)
        made.open()

    def _closed(self) -> None:
        self.popup = None

    def choose_group(self) -> None:
        """Ask what the list is grouped by."""
        from freecrm.ui.levels import GroupPanel

        made = GroupPanel(self.group_button, self.arranger.fields, self.arranger.model.query.group)
        made.changed.connect(self.arranger.set_group)
        self._open(made)

    def choose_sort(self) -> None:
        """Ask what the list is sorted by."""
        from freecrm.ui.levels import SortPanel

        made = SortPanel(self.sort_button, self.arranger.fields, self.arranger.model.query.sort)
        made.changed.connect(self.arranger.set_sort)
        self._open(made)

    def choose_columns(self) -> None:
        """Ask which columns the list shows."""
        from freecrm.ui.column_chooser import ColumnChooser

        model = self.arranger.model
        title = model.fields[model.title_column].name
        made = ColumnChooser(self.columns_button, self.arranger.fields, model.columns, title)
        made.changed.connect(self.arranger.set_columns)
        made.reset.connect(lambda: self._reset_columns(made))
        self._open(made)

    def _reset_columns(self, chooser: object) -> None:
        from freecrm.ui.column_chooser import ColumnChooser

        self.arranger.grid.columns.own.clear()
        self.arranger.set_columns(self.arranger.declared.columns)
        if isinstance(chooser, ColumnChooser):
            chooser.show_columns(self.arranger.model.columns)

    # ---- words

    def show_now(self) -> None:
        """Say how the list is arranged now."""
        filters = self.arranger.filters
        if filters != self.filters.filters:
            self.filters.show_filters(filters)
        fields = self.arranger.model.store.schema.fields(self.arranger.model.page.entity)
        query = self.arranger.model.query
        grouped = _(", ").join(fields[one.field].title for one in query.group)
        self.group_button.setText(_("Group: {field}").format(field=grouped) if grouped else _("Group"))
        self.sort_button.setText(_("Sort"))
        self.columns_button.setText(
            _("Columns {n}/{all}").format(n=len(self.arranger.model.columns), all=len(self.arranger.fields))
        )
        by = _(", ").join(fields[one.field].title for one in query.sort)
        for button, text, key in (
            (self.group_button, _("Group the rows"), "Ctrl+G"),
            (self.sort_button, _("Sorted by: {field}").format(field=by) if by else _("Sort the rows"), ""),
            (self.columns_button, _("Choose the columns"), ""),
        ):
            button.setToolTip(f"{text} ({key})" if key else text)
        name_button(self.density_button, _("Row height"), "Ctrl+Shift+D")

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.popup is not None:
            self.popup.dismiss()
        self.filters.reword()
        self.show_now()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
