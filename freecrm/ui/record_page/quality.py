"""How complete and how fresh a record is, in one line; pressed, it says what lacks points and leads there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from freecrm.core.pieces import Card
from freecrm.core.words import _
from freecrm.store import scores
from freecrm.store.database import Store
from freecrm.store.scores import Score
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.record_page.cards import CardBox, clear
from freecrm.ui.score_words import field_to_fill, in_words, lack_words
from freecrm.ui.tasks import Tasks

_ICONS = ("chevron-right", "chevron-down")


class ShortButton(QPushButton):
    """A button as narrow as need be: what stands behind a dot goes to a second line, what has no room even so ends
    in "…"."""

    def __init__(self, kind: str, text: str = "", tip: str = "") -> None:
        super().__init__()
        self.whole, self._frame = "", 0
        self.setProperty("kind", kind)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.say(text)

    def say(self, text: str) -> None:
        """Show this text, as far as there is room."""
        self.whole = text
        self.setAccessibleName(text)
        self.setText(text)
        self._frame = super().sizeHint().width() - self.fontMetrics().horizontalAdvance(text)
        self._fit()

    def sizeHint(self) -> QSize:
        lines = self.whole.split(" · ", 1) if "\n" in self.text() else [self.whole]
        wide = self._frame + max(map(self.fontMetrics().horizontalAdvance, lines))
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(60), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, room = self.fontMetrics(), self.width() - self._frame + 1
        lines = [self.whole] if metrics.horizontalAdvance(self.whole) <= room else self.whole.split(" · ", 1)
        text = "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines)
        if text != self.text():
            self.setText(text)


class QualityCard(CardBox):
    """field_wanted(name): fill in this field. elsewhere_wanted: what lacks is filled in by a person of the
    record."""

    field_wanted = Signal(str)
    elsewhere_wanted = Signal()

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__(store, tasks, card, id)
        self.more.hide()
        self.score: Score | None = None
        self.unfolded = False
        self.button = ShortButton("quiet")
        self.button.clicked.connect(self.toggle)
        self.lacks = QWidget()
        self.lines = QVBoxLayout(self.lacks)
        self.lines.setContentsMargins(look.px(12), 0, 0, 0)
        self.lines.setSpacing(look.px(2))
        self.lack_buttons: list[QPushButton] = []
        self.rows.addWidget(self.button)
        self.rows.addWidget(self.lacks)
        self.hide()
        self.reword()

    def load(self, id: bytes) -> None:
        super().load(id)
        self._latest.run(scores.of_record, self.store.reader(), self.card.on, id, then=self._show)

    def _show(self, score: Score | None) -> None:
        self.score = score
        self._say()
        self.setVisible(score is not None)
        self.filled.emit()

    def toggle(self) -> None:
        """Say what lacks points, or no more."""
        self.unfolded = not self.unfolded
        self._say()
        self.filled.emit()

    def _say(self) -> None:
        score = self.score
        look.dress(self.button, _ICONS[self.unfolded], 16, "text2")
        text = in_words(score)
        self.button.say(text)
        state = _("unfolded") if self.unfolded else _("folded")
        self.button.setAccessibleName(f"{_(self.card.label)}: {text}, {state}")
        self.button.setToolTip(text + "\n" + _("What is missing, and where to fill it in"))
        clear(self.lines)
        self.lack_buttons = []
        self.lacks.setVisible(self.unfolded)
        if not self.unfolded or score is None:
            return
        for lack in score.lacks:
            name, more = lack_words(self.store.schema, self.card.on, lack)
            button = ShortButton("link", f"{name}  {more}", _("Fill in: {field}").format(field=name))
            button.clicked.connect(partial(self._fill, lack.rule.field))
            self.lack_buttons.append(button)
            self.lines.addWidget(button)
            button.show()
        if not score.lacks:
            self.lines.addWidget(label("caption", _("Nothing is missing.")))

    def _fill(self, name: str) -> None:
        schema, entity = self.store.schema, self.card.on
        key = field_to_fill(schema, entity, name)
        if key:
            self.field_wanted.emit(key)
        elif name in schema.fields(entity):
            self.elsewhere_wanted.emit()
        else:
            self.field_wanted.emit(schema.entity(entity).title)

    def reword(self) -> None:
        super().reword()
        self._say()

    def inputs(self) -> list[QWidget]:
        return [self.button, *self.lack_buttons]
