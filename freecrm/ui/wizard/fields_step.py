"""Step 3: where each column goes, shown live on the first rows, with totals and questions at the right."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.exchange.mapping import Column
from freecrm.exchange.sheets import letters
from freecrm.exchange.targets import OUT, Target, targets, title_of
from freecrm.ui import look
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import label
from freecrm.ui.wizard.columns_table import ColumnsTable, Line, State
from freecrm.ui.wizard.draft import Draft
from freecrm.ui.wizard.fields_side import Side
from freecrm.ui.wizard.rows_table import RowsTable
from freecrm.ui.wizard.step import Step
from freecrm.ui.wizard.target_list import TargetList
from freecrm.ui.wizard.trouble import TroubleBar

FIRST = 20  # rows as they will be


class FieldsStep(Step):
    """Columns above, rows below, the side at the right."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._build()
        self.list: TargetList | None = None
        self.reword()

    def _build(self) -> None:
        self.trouble = TroubleBar()
        self.trouble.again.connect(self.draft.look)
        self.table, self.rows = ColumnsTable(), RowsTable()
        self.table.wanted.connect(self.open_targets)
        self.caption, self.count = label("strong"), label("caption")
        self.only = QPushButton()
        self.only.setCheckable(True)
        self.only.setProperty("chip", "add")
        self.only.toggled.connect(lambda _on: self._show_rows())
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (12, 6, 12, 6)))
        head.addWidget(self.caption)
        head.addSpacing(look.px(8))
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.only)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.rows, 1)
        self.rows.setMinimumHeight(look.px(31 + 2 * 28 + 12))
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([look.px(400), look.px(190)])
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.trouble)
        left.addWidget(split, 1)
        edge = QWidget()
        edge.setFixedWidth(1)
        edge.setProperty("edge", True)
        edge.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(edge)
        self.row_box = row

    @cached_property
    def side(self) -> Side:
        """Totals, questions and wishes; it takes as long to make as all the rest of the step."""
        made = Side(self.draft)
        self.row_box.addWidget(made)
        made.reword()
        return made

    def finish(self) -> None:
        _made = self.side

    # ---- targets

    def open_targets(self, row: int) -> None:
        """Open the list of targets under a column."""
        columns = self.draft.columns
        if not 0 <= row < len(columns):
            return
        column = columns[row]
        self.table.scrollTo(self.table.model().index(row, 0))
        over = self._page()
        if self.list is None:
            self.list = TargetList(over)
        rect = self.table.target_rect(row)
        at = self.table.viewport().mapTo(over, QPoint(rect.left(), rect.top()))
        head = column.head
        self.list.open(
            QRect(at, rect.size()),
            self._targets(column),
            column.target,
            lambda path: self.draft.take_target(head, path),
            self.table,
        )

    def _page(self) -> QWidget:
        """The page that this step stands in: the list may reach over its head and foot."""
        found: QWidget | None = self
        while found is not None and not isinstance(found, Page):
            found = found.parentWidget()
        return found or self

    def _targets(self, column: Column) -> list[Target]:
        schema, plan = self.draft.store.schema, self.draft.plan
        new = column.new["name"] if column.new else column.head
        own = [
            Target(OUT, title_of(schema, plan, OUT), ""),
            Target("+" + plan.main, title_of(schema, plan, "+", {"name": new}), ""),
        ]
        return [*own, *targets(schema, plan)]

    # ---- showing

    def refresh(self) -> None:
        draft = self.draft
        if draft.problem is not None and draft.seen is not None:
            self.trouble.show_problem(draft.problem)
        elif (missing := self._missing()) is not None:
            self.trouble.show_problem(missing, again=False)
        else:
            self.trouble.hide()
        self.table.show_lines([self._line(column) for column in draft.columns])
        self._show_rows()
        self.side.refresh()
        self.ready.emit()

    def show_progress(self) -> None:
        """Show how far the pass over the list is."""
        if "side" in self.__dict__:
            self.side.show_progress()

    def can_go_on(self) -> bool:
        return bool(self.draft.columns) and self._missing() is None

    def _missing(self) -> Known | None:
        """Why this list cannot be imported as it stands."""
        draft = self.draft
        schema, plan = draft.store.schema, draft.plan
        names = [f"{e}.{schema.entity(e).title}" for e in (plan.main, plan.person) if e]
        columns = draft.columns
        names += [f"{plan.main}.{plan.by}"] if plan.by else []
        if columns and not any(c.target.startswith(tuple(names)) for c in columns):
            what = N_("No column goes to “{field}”. Choose the one that holds it.")
            return Known(say(what, field=schema.fields(plan.main)[schema.entity(plan.main).title].title))
        if draft.is_current and draft.made is not None and not draft.made.rows:
            what = N_("There are no rows under the heads. Choose another sheet or another row of heads.")
            return Known(say(what))
        return None

    def _line(self, column: Column) -> Line:
        draft = self.draft
        schema, plan = draft.store.schema, draft.plan
        seen, made = draft.seen, draft.made if draft.is_current else None
        assert seen is not None
        letter = letters(seen.layout.columns[column.index]) if column.index < len(seen.layout.columns) else ""
        needed = column.target == f"{plan.main}.{schema.entity(plan.main).title}"
        tidied = draft.tidied.get(column.index)
        return Line(
            letter,
            column.head,
            " ".join(column.examples[0].split()) if column.examples else "",
            column.target,
            title_of(schema, plan, column.target, column.new),
            "out" if not column.target else "new" if column.new else "",
            needed,
            str(tidied) if tidied is not None else "",
            f"{made.filled[column.index]:,}" if made and column.index < len(made.filled) else "",
            self._state(column),
        )

    def _state(self, column: Column) -> State:
        draft = self.draft
        if column.notes and not column.target:
            return State("triangle-alert", "warning", column.notes[0])
        if not column.target:
            return State("minus", "text3", say(N_("Not imported")))
        made = draft.made if draft.is_current else None
        bad = made.trouble_by_head.get(column.head, 0) if made else 0
        if bad:
            return State("triangle-alert", "warning", say(N_("Cells to look at: {n}"), n=f"{bad:,}"))
        if column.new is not None:
            return State("sparkles", "text", say(N_("New field")))
        asked = [d for d in draft.decisions if d.head == column.head and d.kind in ("person", "word")]
        new = [d for d in asked if (draft.options.answers.get(d.key) or d.chosen) in ("create", "add")]
        if new:
            return State("sparkles", "accent", say(N_("New words: {n}"), n=len(new)))
        if column.words and any(raw != word for raw, word in column.words.items()):
            return State("shuffle", "accent", say(N_("Words matched: {n}"), n=len(column.words)))
        texts = {
            "told": N_("As you said"),
            "remembered": N_("As the last time"),
            "content": N_("By what stands in it"),
        }
        return State("circle-check", "success", say(texts.get(column.how, N_("Matched"))))

    def _show_rows(self) -> None:
        draft = self.draft
        made = draft.made if draft.is_current else None
        troubled = made.troubled if made else []
        self.only.setVisible(bool(troubled) or self.only.isChecked())
        count = made.troubled_count if made else 0
        self.only.setText(_("Only rows with problems ({n})").format(n=f"{count:,}"))
        look.dress(self.only, "circle-alert", 14, "danger")
        schema, plan = draft.store.schema, draft.plan
        news = {f"{plan.main}.{c.new['key']}": c.new["name"] for c in draft.columns if c.new}
        titles = [news[path] if path in news else title_of(schema, plan, path) for path in draft.targets]
        rows = troubled if self.only.isChecked() else draft.rows[:FIRST]
        self.rows.show_rows(titles, rows)
        said = _("the first {n} rows") if not self.only.isChecked() else _("rows with problems: {n}")
        self.count.setText(said.format(n=len(rows)))

    def reword(self) -> None:
        self.caption.setText(_("How it will look"))
        self.rows.setAccessibleName(_("How it will look"))
        self.table.reword()
        self.rows.resize_columns()
        self.trouble.reword()
        if "side" in self.__dict__:
            self.side.reword()
        if self.draft.seen is not None:
            self.refresh()

    def focus_first(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [
            (self.table, self.focus_first),
            (self.rows, self.rows.setFocus),
            (self.side, self.side.keep.setFocus),
        ]
