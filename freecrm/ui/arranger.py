"""What arranges a list: takes filter, order, groups and columns from bar, head and views, and gives them to
model and grid. One place knows how the list is arranged; whoever shows it hears `changed`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from freecrm.core.arrangement import LEVELS, Arrangement, arrangement_of
from freecrm.core.fields import Field
from freecrm.core.filters import Filters, fields_in, filters_of
from freecrm.core.query import Group, Sort

if TYPE_CHECKING:
    from freecrm.ui.grid import Grid
    from freecrm.ui.list_model import ListModel


class Arranger(QObject):
    """changed: the list is arranged in another way."""

    changed = Signal()

    def __init__(self, model: ListModel, grid: Grid) -> None:
        super().__init__(grid)
        self.model, self.grid = model, grid
        self.measures: dict[str, str] = {}
        model.regrouped.connect(self.changed)
        grid.columns_moved.connect(self.set_columns)
        grid.widths_changed.connect(self.changed)

    @property
    def fields(self) -> list[Field]:
        """The fields that can be columns, filters, groups: what people see of the entity."""
        return [f for f in self.model.store.schema.shown(self.model.page.entity) if f.kind != "files"]

    @property
    def filters(self) -> Filters:
        """The filter in force."""
        return filters_of(self.model.query.where)

    @property
    def now(self) -> Arrangement:
        """How the list is arranged."""
        query = self.model.query
        return Arrangement(
            self.model.columns,
            self.filters,
            query.sort,
            query.group,
            tuple(sorted(self.grid.columns.own.items())),
            self.grid.frozen,
            tuple(sorted(self.measures.items())),
            self.grid.density,
            tuple(sorted(self.model.titles.items())),
        )

    @property
    def declared(self) -> Arrangement:
        """How it is arranged by its declaration."""
        return arrangement_of(self.model.page)

    def apply(self, wanted: Arrangement) -> None:
        """Arrange the list so; the words of its find box stay."""
        self.measures = dict(wanted.measures)
        self.grid.columns.own = dict(wanted.widths)
        self.grid.set_frozen(wanted.frozen)
        self.model.set_titles(dict(wanted.titles))
        self._show_columns(wanted.columns)
        self.model.arrange(wanted.query(self.model.page.entity, self.model.query.words))
        self.grid.show_sort()
        self.changed.emit()

    def begin(self, wanted: Arrangement) -> None:
        """Have the list arranged so before it asks for its first rows."""
        self.model.query = wanted.query(self.model.page.entity)
        self.apply(wanted)

    def set_filters(self, filters: Filters) -> None:
        """Narrow the list to this filter."""
        self.model.arrange(replace(self.model.query, where=filters.condition))
        self.changed.emit()

    def set_sort(self, sort: Sequence[Sort]) -> None:
        """Order the list by these fields, the first one first."""
        self.model.arrange(replace(self.model.query, sort=tuple(sort)[:LEVELS]))
        self.grid.show_sort()
        self.changed.emit()

    def set_group(self, group: Sequence[Group]) -> None:
        """Group the list by these fields, the outermost first; () = not at all."""
        self.model.arrange(replace(self.model.query, group=tuple(group)[:LEVELS]))
        self.changed.emit()

    def group_by(self, name: str) -> None:
        """Group the list by one field alone."""
        f = self.model.store.schema.fields(self.model.page.entity)[name]
        self.set_group((Group(name, "when" if f.kind in ("date", "moment") else ""),))

    def set_columns(self, names: Sequence[str]) -> None:
        """Show these columns."""
        self._show_columns(names)
        self.changed.emit()

    def _show_columns(self, names: Sequence[str]) -> None:
        if tuple(names) != self.model.columns:
            column = self.grid.currentIndex().column()
            held = self.model.columns[column] if 0 <= column < len(self.model.columns) else ""
            self.model.moving.emit()
            self.model.set_columns(names)
            self.grid.wanted_column(held)
            self.model.moved.emit()
            self.grid.show_sort()
        self.grid.columns.fit()

    def set_measure(self, name: str, measure: str) -> None:
        """Let the footer say this of a column ("" = nothing)."""
        self.measures[name] = measure
        self.changed.emit()

    def set_title(self, name: str, title: str) -> None:
        """Call a column so in this list; blank or its field's own name: as the field is called."""
        own = self.model.store.schema.fields(self.model.page.entity)[name].title
        titles = {key: text for key, text in self.model.titles.items() if key != name}
        title = " ".join(title.split())
        self.model.set_titles(titles | ({name: title} if title and title != own else {}))
        self.changed.emit()

    def set_frozen(self, count: int) -> None:
        """Keep so many columns at the left in sight."""
        self.grid.set_frozen(count)
        self.changed.emit()

    def refit(self) -> None:
        """Give all columns the widths that fit, whatever was dragged."""
        self.grid.columns.own.clear()
        self.grid.columns.fit()
        self.changed.emit()

    def load_fields(self) -> None:
        """Take the fields of the file as they are now; what asks for one that is gone is dropped."""
        fields = self.model.store.schema.fields(self.model.page.entity)
        known = {name: f for name, f in fields.items() if not f.unseen}
        query = self.model.query
        filters = self.filters
        chips = tuple(chip for chip in filters.chips if all(where.field in known for where in chip))
        self.model.reload_fields()
        wanted = replace(
            query,
            where=replace(filters, chips=chips).condition
            if fields_in(query.where) - known.keys()
            else query.where,
            sort=tuple(one for one in query.sort if one.field in known),
            group=tuple(one for one in query.group if one.field in known),
        )
        self.model.arrange(wanted)
        self.grid.columns.fit()
        self.grid.show_sort()
        self.changed.emit()
