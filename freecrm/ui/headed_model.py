"""What every table of a fixed set of columns says to Qt: how many rows and columns it has, and what stands above them."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from freecrm.core.words import _

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class HeadedModel(QAbstractTableModel):
    """heads: what stands above each column, marked with N_()."""

    heads: ClassVar[tuple[str, ...]] = ()

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(self.heads[section])
        return None
