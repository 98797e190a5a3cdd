"""The command palette (Ctrl+K): one box that looks up records, commands and settings.

    palette = Palette(window.ground, store, tasks, commands, preferences)
    palette.record_wanted.connect(...)
    palette.more_actions = lambda entity, record: [Command(...)]     more that can be done with a hit
    palette.open()                                              or open(">") for commands alone

It lies over the window as a child with a scrim: a popup would be closed by an input method's window.
Only the box ever has the focus; what had it before gets it back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from freecrm.core.record import Record
from freecrm.core.words import _, plural
from freecrm.store import recent
from freecrm.store.database import Store
from freecrm.store.finder import Card
from freecrm.ui import look
from freecrm.ui.commands import Command, Commands
from freecrm.ui.palette_actions import Acting
from freecrm.ui.palette_box import PaletteBox
from freecrm.ui.palette_list import Hits
from freecrm.ui.palette_parts import Chips, Foot, line
from freecrm.ui.palette_row import EVERYTHING, Answer, Question, Row
from freecrm.ui.palette_rows import Lookup
from freecrm.ui.parts import announce, label
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Latest, Tasks

WIDTH, HEIGHT, TOP, BELOW = 640, 648, 56, 32
_SHADOW = 14
OPENER = "view.palette"
"""The command that opens the palette: pressed again in it, everything typed is marked."""

Actions = Callable[[str, Record], Sequence[Command]]

_CTRL, _ALT, _SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_PLAIN = Qt.KeyboardModifier.NoModifier


class Palette(QWidget):
    """record_wanted(entity, n): open this record. list_wanted(entity, words): show all hits in the list.
    setting_wanted(key). copied(text): is in the clipboard. closed."""

    record_wanted = Signal(str, int)
    list_wanted = Signal(str, str)
    setting_wanted = Signal(str)
    copied = Signal(str)
    closed = Signal()

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        commands: Commands,
        preferences: Preferences,
    ) -> None:
        super().__init__(over)
        self.over = over
        self.setProperty("overlay", True)  # nothing else comes up above it
        self.store, self.tasks, self.commands = store, tasks, commands
        self.more_actions: Actions = lambda _entity, _record: ()
        self.lookup = Lookup(store, commands, preferences)
        self.scope = EVERYTHING
        self._latest = Latest(tasks)
        self._asked: Question | None = None
        self._shown: Question | None = None
        self._afterwards: Callable[[], None] | None = None
        self._acting: Acting | None = None
        self._focus: QWidget | None = None
        self._behind = QPixmap()
        self._build()
        self.hide()
        over.installEventFilter(self)

    def _build(self) -> None:
        self.frame = QFrame(self)
        self.frame.setProperty("popup", True)
        self.box = PaletteBox(self._key, self._pass)
        self.box.textChanged.connect(self._typed)
        self.glass, self.hint, self.escape = QLabel(), label("caption"), label("key", "Esc")
        self.chips, self.hits, self.foot = Chips(), Hits(self), Foot()
        self.chips.chosen.connect(self.choose_scope)
        self.hits.chosen.connect(lambda _at: self._enter())
        head = QHBoxLayout()
        head.addWidget(self.glass)
        head.addWidget(self.box, 1)
        head.addWidget(self.hint)
        head.addWidget(self.escape)
        self._head = head
        column = QVBoxLayout(self.frame)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        for part, stretch in ((line(), 0), (self.chips, 0), (self.hits, 1), (line(), 0), (self.foot, 0)):
            column.addWidget(part, stretch)
        self.reword()

    # ---- coming and going

    def open(self, prefix: str = "") -> None:
        """Show it, with `prefix` typed already; open already, it takes up the prefix or marks what is typed."""
        if self.isVisible():
            if prefix:
                self._stop_acting()
                self.box.setText(prefix)
            else:
                self.box.selectAll()
            self.box.setFocus(Qt.FocusReason.PopupFocusReason)
            return
        self._focus = QApplication.focusWidget()
        self.scope, self._acting = EVERYTHING, None
        self.lookup.prepare()
        self._place()
        self.hits.show_rows(())
        self.chips.show_chips((), EVERYTHING)
        self.hint.clear()
        self._behind = self.over.grab()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.raise_()
        self.show()
        self.box.setFocus(Qt.FocusReason.PopupFocusReason)
        self.box.blockSignals(True)
        self.box.setText(prefix)
        self.box.blockSignals(False)
        self._typed()

    def close(self) -> bool:
        """Hide it and give the focus back to what had it."""
        if not self.isVisible():
            return False
        self._latest.drop()
        self._asked = self._shown = self._afterwards = None
        self._stop_acting()
        before, self._focus = self._focus, None
        self.hide()
        self._let_through()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        return True

    # ---- what is typed

    def _typed(self) -> None:
        if self._acting is not None:
            self._acting.narrow(self.box.text())
            return
        self._ask()

    def _ask(self) -> None:
        question = self.lookup.question(self.box.text(), self.scope)
        self._asked, self._afterwards = question, None
        self._latest.run(self.lookup.answer, question, then=lambda answer: self._answered(question, answer))

    def _answered(self, question: Question, answer: Answer) -> None:
        if question != self._asked or self._acting is not None:
            return
        shown = self.lookup.shown(question, answer)
        self._shown = question
        self.chips.show_chips(shown.chips, question.scope)
        self.hint.setText(shown.hint)
        self.hits.show_rows(shown.rows)
        if question.words:
            announce(self.box, plural("{n} result", "{n} results", shown.count))
        self._say_row()
        afterwards, self._afterwards = self._afterwards, None
        if afterwards is not None:
            afterwards()

    @property
    def settled(self) -> bool:
        """Whether the hits shown are those of what is typed."""
        return self._shown == self._asked

    def choose_scope(self, scope: str) -> None:
        """Show the hits of one kind alone: an entity, "commands", "settings", "" = all."""
        if scope != self.scope and self._acting is None:
            self.scope = scope
            self._ask()

    # ---- keys

    def _key(self, event: QKeyEvent) -> bool:
        """Do what a key means here; False when it belongs to the box."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        moves: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Down: lambda: self.hits.step(1),
            Qt.Key.Key_Up: lambda: self.hits.step(-1),
            Qt.Key.Key_PageDown: lambda: self.hits.page(1),
            Qt.Key.Key_PageUp: lambda: self.hits.page(-1),
            Qt.Key.Key_Home: lambda: self.hits.end(False),
            Qt.Key.Key_End: lambda: self.hits.end(True),
        }
        if held == _PLAIN and key in moves:
            moves[key]()
            self._say_row()
            return True
        act = self._meaning(key, held)
        if act is not None:
            act()
        return act is not None

    def _meaning(self, key: int, held: Qt.KeyboardModifier) -> Callable[[], object] | None:
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if key == Qt.Key.Key_Escape:
            return self._back
        if enter and held == _PLAIN:
            return lambda: self._when_answered(self._enter)
        if enter and held == _CTRL:
            return lambda: self._when_answered(self._list)
        if key == Qt.Key.Key_Tab and held == _PLAIN:
            return lambda: self._when_answered(self._show_actions)
        if key == Qt.Key.Key_Backtab and held == _SHIFT:
            return self._stop_acting
        if key == Qt.Key.Key_Backspace and self._acting is not None and not self.box.text():
            return self._stop_acting
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and held & _CTRL:
            return lambda: self.chips.step(-1 if key == Qt.Key.Key_Backtab else 1)
        if held == _ALT and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            return lambda: self.chips.choose(key - Qt.Key.Key_1)
        return None

    def _pass(self, event: QKeyEvent) -> bool:
        """Let the keys of the window's commands do what they do, with the palette out of their way."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.box.composing or self._meaning(event.key(), held) is not None:
            return False
        pressed = QKeySequence(event.keyCombination())
        for command in self.commands.all():
            if pressed in self.commands.action(command.id).shortcuts():
                if command.id != OPENER:
                    self.close()
                return True
        return False

    def _back(self) -> None:
        if self._acting is not None:
            self._stop_acting()
        else:
            self.close()

    def _when_answered(self, act: Callable[[], None]) -> None:
        """Act on what is typed, not on what was typed before: wait for its hits."""
        if self._acting is None and self._shown != self._asked:
            self._afterwards = act
        else:
            act()

    # ---- what is chosen

    def _enter(self) -> None:
        row = self.hits.row
        acts: dict[str, Callable[[Row], object]] = {
            "record": self._open_record,
            "command": self._run_command,
            "setting": self._open_setting,
            "sign": self._take_sign,
            "action": self._run_action,
            "everything": self._list,
        }
        if row is not None:
            acts[row.kind](row)

    def _open_record(self, row: Row) -> None:
        card: Card = row.aim
        self.close()
        self.tasks.run(recent.note, self.store, card.entity, card.id, writes=True)
        self.record_wanted.emit(card.entity, card.n)

    def _run_command(self, row: Row) -> None:
        self.close()
        self.lookup.used(row.aim)
        self.commands.run(row.aim)

    def _open_setting(self, row: Row) -> None:
        self.close()
        self.setting_wanted.emit(row.aim)

    def _take_sign(self, row: Row) -> None:
        self.box.setText(row.aim)

    def _run_action(self, row: Row) -> None:
        self.close()
        row.aim.act()

    def _list(self, _row: Row | None = None) -> None:
        """Show all that is found in the list of what the chip, or else the best hit, is."""
        question = self._shown
        if question is None or not question.words or question.meant in ("commands", "help"):
            return
        pages = [page.entity for page in self.store.model.pages()]
        cards = [row.aim for row in self.hits.rows.rows if row.kind == "record"]
        wanted = [question.scope, *(card.entity for card in cards), *pages]
        entity = next((entity for entity in wanted if entity in pages), "")
        if entity:
            self.close()
            self.list_wanted.emit(entity, question.words)

    # ---- the actions of a hit

    def _show_actions(self) -> None:
        row = self.hits.row
        if self._acting is not None or row is None or row.kind != "record":
            return
        card: Card = row.aim
        record = self.store.reader().by_number(card.entity, card.n)
        if record is not None:
            self._acting = Acting(self, row, record)

    def _stop_acting(self) -> None:
        acting, self._acting = self._acting, None
        if acting is not None:
            acting.restore()

    # ---- how it looks

    def _say_row(self) -> None:
        row = self.hits.row
        if row is not None:
            announce(self.box, row.said)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours and sizes of the look."""
        self.ask_anything()
        self.box.setAccessibleName(_("Look anything up"))
        self.setAccessibleName(_("Look anything up"))
        self.hits.setAccessibleName(_("Results"))
        self.glass.setPixmap(look.pixmap("search", look.px(20), "accent", self.devicePixelRatioF()))
        self._head.setContentsMargins(*(look.px(side) for side in (16, 12, 16, 12)))
        self._head.setSpacing(look.px(12))
        self.foot.reword()
        self.chips.measure()
        if self.isVisible():
            self.lookup.prepare()
            self._let_through()
            self._place()
            self._typed()

    def ask_anything(self) -> None:
        """Say in the empty box what can be typed."""
        self.box.setPlaceholderText(_("Customers, people, phones, codes, commands (pinyin too)"))

    def _let_through(self) -> None:
        """Let the window be seen as it is, not its picture from when the palette was opened: with the picture
        a letter typed or a blink of the caret doesn't have the whole page painted as well."""
        self._behind = QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)

    def _place(self) -> None:
        over = self.over
        self.setGeometry(over.rect())
        width = min(look.px(WIDTH), over.width() - look.px(BELOW))
        top = min(look.px(TOP), over.height() // 8)
        height = min(look.px(HEIGHT), over.height() - top - look.px(BELOW))
        self.frame.setGeometry((over.width() - width) // 2, top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._let_through()
            self._place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.frame.geometry().contains(event.position().toPoint()):
            self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._behind)
        painter.fillRect(event.rect(), look.colour("scrim"))
        around = self.frame.geometry()
        if around.contains(event.rect()):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shade = QColor(look.colour("shadow"))
        shade.setAlphaF(shade.alphaF() / (_SHADOW / 2))
        painter.setBrush(shade)
        for step in range(_SHADOW):
            grown = QRectF(around).adjusted(-step, -step / 2, step, step)
            painter.drawRoundedRect(grown, 8 + step, 8 + step)
