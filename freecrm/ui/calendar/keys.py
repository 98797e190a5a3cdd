"""What the keys do in a calendar, the same in all its views. Every drag has its way here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from freecrm.ui.calendar.gesture import SNAP, nudged, stretched

if TYPE_CHECKING:
    from freecrm.ui.calendar.view import TimeView

_K, _M = Qt.Key, Qt.KeyboardModifier
_ARROWS = {_K.Key_Left: (-1, 0), _K.Key_Right: (1, 0), _K.Key_Up: (0, -1), _K.Key_Down: (0, 1)}
_CONTROL = (_K.Key_N, _K.Key_C, _K.Key_V, _K.Key_Home, _K.Key_Return, _K.Key_Enter)
_PLAIN = (
    *_ARROWS, _K.Key_Delete, _K.Key_PageUp, _K.Key_PageDown, _K.Key_Return, _K.Key_Enter, _K.Key_Home, _K.Key_End,
    _K.Key_Space,
)  # fmt: skip


def _held(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~_M.KeypadModifier


def is_ours(event: QKeyEvent) -> bool:
    """Whether a key means something here, whatever it means to the window."""
    key, held = _K(event.key()), _held(event)
    if held == _M.NoModifier:
        return key in _PLAIN
    if held == _M.ControlModifier:
        return key in _CONTROL
    if held in (_M.AltModifier, _M.AltModifier | _M.ShiftModifier):
        return key in _ARROWS
    return False


def act(view: TimeView, event: QKeyEvent) -> bool:
    """Do what a key says; False for one that says nothing here."""
    if not is_ours(event):
        return False
    key, held = _K(event.key()), _held(event)
    if key in _ARROWS and held & _M.AltModifier:
        _shift(view, *_ARROWS[key], longer=bool(held & _M.ShiftModifier))
    elif key in _ARROWS:
        _step(view, *_ARROWS[key])
    elif held == _M.ControlModifier:
        _with_control(view, key)
    elif key in (_K.Key_PageUp, _K.Key_PageDown):
        view.turned.emit(-1 if key == _K.Key_PageUp else 1)
    elif key in (_K.Key_Home, _K.Key_End):
        day = view.days[0 if key == _K.Key_Home else -1]
        view.go(view.here._replace(day=day))
    elif key == _K.Key_Delete:
        laid = view.laid()
        if laid is not None:
            view.delete_wanted.emit(laid.item)
    elif key == _K.Key_Space:
        _tick(view)
    else:
        _enter(view)
    return True


def _step(view: TimeView, across: int, down: int) -> None:
    where = view.step_cursor(across, down)
    if view.days and not view.days[0] <= where.day <= view.days[-1]:
        view.here = where
        view.current = None
        view.turned.emit(-1 if where.day < view.days[0] else 1)
    else:
        view.go(where)


def _shift(view: TimeView, across: int, down: int, *, longer: bool) -> None:
    laid = view.laid()
    if laid is None:
        return
    if longer:
        if down:
            view.placed.emit(laid.item, stretched(laid, down), False)
        return
    target = nudged(laid, days=across, minutes=down * SNAP)
    if (target.start, target.end) != (laid.start, laid.end):
        view.placed.emit(laid.item, target, False)


def _with_control(view: TimeView, key: Qt.Key) -> None:
    laid = view.laid()
    if key == _K.Key_N:
        view.new_wanted.emit()
    elif key == _K.Key_Home:
        view.today_wanted.emit()
    elif key == _K.Key_V:
        view.paste_wanted.emit(view.target())
    elif laid is not None and key == _K.Key_C:
        view.copied.emit(laid.item)
    elif key in (_K.Key_Return, _K.Key_Enter):
        _tick(view)


def _tick(view: TimeView) -> None:
    laid = view.laid()
    if laid is not None and not laid.item.done:
        view.finish_wanted.emit(laid.item.id, laid.item.instance)


def _enter(view: TimeView) -> None:
    laid = view.laid()
    if laid is not None:
        view.opened.emit(laid.item)
    else:
        view.create_wanted.emit(view.target())
