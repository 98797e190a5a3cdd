"""The right column of step 3: the file, its totals, what has to be decided, and the wishes for this import."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, _
from freecrm.exchange.changeset import Decision
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label
from freecrm.ui.wizard.cards import Card, grouped
from freecrm.ui.wizard.draft import Draft, usual_tag

EXISTING = {
    "update": N_("Known customers are updated"),
    "fill": N_("Known customers get only what they lack"),
    "skip": N_("Known customers stay as they are"),
}


class Total(QFrame):
    """A figure with its words."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.figure, self.words = label("subtitle"), label("caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (10, 6, 10, 6)))
        column.setSpacing(0)
        column.addWidget(self.figure)
        column.addWidget(self.words)

    def show_total(self, figure: str, words: str, warns: bool = False) -> None:
        """Show a figure."""
        self.figure.setText(figure)
        self.words.setText(words)
        if self.figure.property("warns") != warns:
            self.figure.setProperty("warns", warns)
            look.refresh(self.figure)


class Side(QScrollArea):
    """Scrolls by itself where the window is low."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: list[Decision] | None = None
        self.cards: list[Card] = []
        body = self.body = QWidget()
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(*(look.px(side) for side in (16, 12, 16, 12)))
        self.column.setSpacing(look.px(8))
        self._file()
        self._totals()
        self.decide_title = label("strong")
        self.column.addSpacing(look.px(6))
        self.column.addWidget(self.decide_title)
        self.card_box = QVBoxLayout()
        self.card_box.setSpacing(look.px(8))
        self.column.addLayout(self.card_box)
        self.column.addSpacing(look.px(6))
        self._options()
        self.column.addStretch(1)
        self.setWidget(body)

    def _file(self) -> None:
        self.picture, self.name, self.where = QLabel(), label("strong"), label("caption")
        for part in (self.name, self.where):
            part.setWordWrap(True)
        row, words = QHBoxLayout(), QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.where)
        row.addWidget(self.picture)
        row.addSpacing(look.px(4))
        row.addLayout(words, 1)
        self.column.addLayout(row)

    def _totals(self) -> None:
        self.totals = [Total() for _place in range(4)]
        grid = QGridLayout()
        grid.setSpacing(look.px(8))
        for place, total in enumerate(self.totals):
            grid.addWidget(total, place // 2, place % 2)
        self.column.addLayout(grid)
        self.progress = label("hint")
        self.progress.setWordWrap(True)
        self.people = label("caption")
        self.people.setWordWrap(True)
        self.column.addWidget(self.progress)
        self.column.addWidget(self.people)

    def _options(self) -> None:
        self.options_title = label("strong")
        self.keep, self.tagged, self.template = QCheckBox(), QCheckBox(), QCheckBox()
        self.tag, self.template_name = QLineEdit(), QLineEdit()
        self.existing = ComboBox()
        self.existing.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.keep.setChecked(True)
        self.tagged.setChecked(True)
        self.template_name.hide()
        self.keep.toggled.connect(lambda on: self.draft.wish(blank_wipes=not on))
        self.tagged.toggled.connect(self._tag)
        self.tag.editingFinished.connect(self._tag)
        self.template.toggled.connect(self._template)
        self.template_name.editingFinished.connect(self._template)
        self.existing.activated.connect(lambda _at: self.draft.wish(existing=self.existing.currentData()))
        self.taken, self.guess_button = label("caption"), QPushButton()
        self.taken.setWordWrap(True)
        self.guess_button.setProperty("kind", "quiet")
        self.guess_button.setProperty("small", True)
        self.guess_button.clicked.connect(lambda: self.draft.wish(forget=True))
        parts = (
            self.options_title,
            self.keep,
            self.tagged,
            self.tag,
            self.existing,
            self.template,
            self.template_name,
            self.taken,
        )
        for part in parts:
            self.column.addWidget(part)
        self.column.addWidget(self.guess_button, 0, Qt.AlignmentFlag.AlignLeft)

    # ---- wishes

    def _tag(self) -> None:
        self.tag.setEnabled(self.tagged.isChecked())
        wanted = self.tag.text().strip() if self.tagged.isChecked() else ""
        if wanted != self.draft.options.tag:
            self.draft.wish(tag=wanted)

    def _template(self) -> None:
        on = self.template.isChecked()
        self.template_name.setVisible(on)
        wanted = self.template_name.text().strip() if on else ""
        if wanted != self.draft.options.keep_as:
            self.draft.options.keep_as = wanted

    # ---- showing

    def refresh(self) -> None:
        """Show the draft as it is now."""
        draft, seen = self.draft, self.draft.seen
        if seen is None:
            return
        self.name.setText(draft.name)
        row = seen.layout.header_row
        head = _("heads in row {row}").format(row=row) if row else _("no heads")
        self.where.setText(_("Sheet “{sheet}” · {head}").format(sheet=seen.sheet, head=head))
        self._show_totals()
        self._show_cards()
        named = any(c.how == "remembered" for c in draft.columns)
        template = draft.preview.template if draft.preview is not None else ""
        said = _("Fields are taken as the last time with these heads.")
        if template:
            said = _("Fields are taken from the template “{name}”.").format(name=template)
        self.taken.setText(said)
        self.taken.setVisible(named)
        self.guess_button.setVisible(named)
        self._show_people()
        self.show_progress()
        self._fit()

    def _fit(self) -> None:
        """As wide as what stands in it needs, within reason."""
        wanted = self.body.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        self.setFixedWidth(min(max(wanted, look.px(264)), look.px(340)))

    def _show_people(self) -> None:
        """Say it where a list names people and no customers: they may have been meant as customers."""
        draft = self.draft
        mapping = draft.preview.mapping if draft.preview is not None else None
        alone = mapping is not None and bool(mapping.columns) and not mapping.main and bool(draft.plan.person)
        self.people.setVisible(alone)
        name = draft.store.schema.fields(draft.plan.main)[draft.store.schema.entity(draft.plan.main).title]
        what = _(
            "No column names a customer, so these people become contacts. If they are your customers, "
            "send the column with their names to “{field}”."
        )
        self.people.setText(what.format(field=name.title) if alone else "")

    def _show_totals(self) -> None:
        draft = self.draft
        made = draft.made if draft.is_current else None
        taken = sum(1 for c in draft.columns if c.target)
        rows = f"{made.rows:,}" if made else "…"
        ready = f"{made.rows - made.troubled_count:,}" if made else "…"
        look_at = f"{made.troubled_count:,}" if made else "…"
        self.totals[0].show_total(rows, _("rows of data"))
        self.totals[1].show_total(f"{taken} / {len(draft.columns)}", _("columns imported"))
        self.totals[2].show_total(ready, _("rows ready"))
        self.totals[3].show_total(look_at, _("rows to look at"), bool(made and made.troubled_count))

    def show_progress(self) -> None:
        """Show how far the pass over the whole list is."""
        draft = self.draft
        said = ""
        if not draft.is_current and draft.problem is None:
            said = _("Going through the list …")
            if draft.preparing and draft.done:
                said = _("Going through the list: {done} of {total}").format(
                    done=f"{draft.done:,}", total=f"{draft.total:,}"
                )
            elif draft.preparing and draft.total:
                said = _("Reading: {n} rows so far").format(n=f"{draft.total:,}")
        self.progress.setText(said)
        self.progress.setVisible(bool(said))

    def _show_cards(self) -> None:
        decisions = self.draft.decisions
        groups = grouped(decisions)
        self.decide_title.setText(_("For you to decide ({n})").format(n=len(groups)))
        self.decide_title.setVisible(bool(groups))
        if decisions == self._shown:
            return
        self._shown = list(decisions)
        unfolded = {
            card.first.key for card in self.cards if len(card.decisions) > 1 and card.more.isChecked()
        }
        held = self.focusWidget()
        name = held.accessibleName() if held is not None and isinstance(held, QComboBox) else ""
        for card in self.cards:
            self.card_box.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for group in groups:
            card = Card(group, self.draft.options.answers)
            card.answered.connect(lambda key, value, keys: self.draft.answer(key, value, *keys))
            self.card_box.addWidget(card)
            self.cards.append(card)
            if len(group) > 1 and card.first.key in unfolded:
                card.more.setChecked(True)
            for box in card.boxes.values():
                if name and box.accessibleName() == name:
                    box.setFocus(Qt.FocusReason.OtherFocusReason)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(look.pixmap("file-spreadsheet", look.px(28), "success", ratio))
        self.options_title.setText(_("Options"))
        self.keep.setText(_("Blank cells overwrite nothing"))
        self.tagged.setText(_("Put a tag on this batch"))
        self.template.setText(_("Keep these fields as a template"))
        self.template_name.setPlaceholderText(_("Name of the template"))
        self.template_name.setAccessibleName(_("Name of the template"))
        self.tag.setAccessibleName(_("Tag"))
        self.guess_button.setText(_("Guess anew"))
        at = max(self.existing.currentIndex(), 0)
        self.existing.clear()
        for value, text in EXISTING.items():
            self.existing.addItem(_(text), value)
        self.existing.setCurrentIndex(at)
        self.existing.setAccessibleName(_("Customers that are here already"))
        if not self.tag.isModified():
            self.tag.setText(usual_tag())
            self.draft.options.tag = usual_tag() if self.tagged.isChecked() else ""
        self._shown = None
        self.refresh()
        self._fit()
