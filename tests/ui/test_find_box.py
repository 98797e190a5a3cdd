"""The box that narrows a list: its hint and its key never run into each other."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from freecrm.ui import look
from freecrm.ui.find_box import FindBox


@pytest.mark.parametrize(("wide", "shown"), [(150, False), (200, False), (300, True)])
def test_the_key_gives_way_to_the_hint(qtbot: QtBot, wide: int, shown: bool) -> None:
    box = FindBox()
    qtbot.addWidget(box)
    box.reword("Find in the timeline", "Clear the search")
    box.setFixedWidth(look.px(wide))
    with qtbot.waitExposed(box):
        box.show()
    box.clearFocus()
    assert box.key.isVisible() == shown
    if shown:
        hint = box.fontMetrics().horizontalAdvance(box.placeholderText())
        assert look.px(30) + hint <= box.key.x()
    box.setText("tea")
    assert not box.key.isVisible()
