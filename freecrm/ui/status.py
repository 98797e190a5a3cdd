"""The status bar: how many, how many selected, what the keys do here; row height and text size."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QToolButton

from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.commands import Commands
from freecrm.ui.fitting import Elided
from freecrm.ui.page import Page
from freecrm.ui.parts import DENSITIES, name_button

if TYPE_CHECKING:
    from freecrm.store.copies import Copy


TEAM_WIDTH = 380


class Status(QStatusBar):
    """Shows what the page says of itself; its two buttons are commands."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.commands = commands
        self.count, self.selection, self.hint = Elided(), Elided(), Elided()
        self.hint.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # it gives way first
        self.backup = self._button("tools.backups")
        self.backup.hide()
        self.team = self._button("team.show")
        self.team.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.team.hide()
        look.dress(self.backup, "triangle-alert", 14, "warning")
        self._copy: Copy | None = None
        self._outdated: Said | None = None
        self.density = self._button("view.density")
        self.zoom = self._button("view.zoom_reset")
        self.addWidget(self.count)
        self.addWidget(self.selection)
        self.addWidget(self.hint, 1)
        self.addPermanentWidget(self.team)
        self.addPermanentWidget(self.backup)
        self.addPermanentWidget(self.density)
        self.addPermanentWidget(self.zoom)
        self.setSizeGripEnabled(False)

    def _button(self, id: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "status")
        made.clicked.connect(lambda: self.commands.run(id))
        return made

    def say(self, hint: str) -> None:
        """Show one line about what has the focus, in place of what the keys do."""
        _put(self.hint, hint)

    def show_team(self, text: str, icon: str) -> None:
        """Say how the exchange with the team stands; no words: there is none."""
        self.team.setVisible(bool(text))
        if text:
            look.dress(self.team, icon, 14)
            metrics, most = self.team.fontMetrics(), look.px(TEAM_WIDTH)
            self.team.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, most))
            name_button(self.team, text)

    def show_backup(self, copy: Copy | None, outdated: Said | None = None) -> None:
        """Say when the file was last backed up (None: never). outdated: why that is too long ago, None = it isn't."""
        self._copy, self._outdated = copy, outdated
        self.backup.show()
        self._reword_backup()

    def _reword_backup(self) -> None:
        if self._copy is None:
            text = _("No backup yet")
        else:
            text = _("Backed up {when}").format(when=_when(self._copy.at))
        styles = Qt.ToolButtonStyle
        plain = self._outdated is None
        self.backup.setToolButtonStyle(
            styles.ToolButtonTextOnly if plain else styles.ToolButtonTextBesideIcon
        )
        self.backup.setText(text)
        name_button(self.backup, text if plain else str(self._outdated))

    def show_page(self, page: Page, density: str) -> None:
        """Say how things stand on this page."""
        self.setAccessibleName(_("Status bar"))
        self._reword_backup()
        _put(self.count, page.summary())
        _put(self.selection, page.selection_words())
        _put(self.hint, page.hint())
        self.density.setVisible(page.has_rows)
        text = _("Row height: {height}").format(height=_(DENSITIES[density]))
        self.density.setText(text)
        name_button(self.density, text, next(iter(self.commands.keys("view.density")), ""))
        zoom = f"{look.zoom()}%"
        self.zoom.setText(zoom)
        name_button(self.zoom, _("Text size {zoom}: back to 100%").format(zoom=zoom), "Ctrl+0")


def _put(part: Elided, text: str) -> None:
    """A text, or no room at all where there is none."""
    part.setText(text)
    part.setVisible(bool(text))


def _when(at: dt.datetime) -> str:
    """The time of today, the day of anything before."""
    here = at.astimezone()
    today = dt.datetime.now().astimezone().date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%Y-%m-%d}"
