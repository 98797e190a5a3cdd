"""Who works at this computer, as the window shows it: the picture at the top right with its menu, the bell with
what colleagues wrote."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from freecrm.core.words import N_, _, plural, say
from freecrm.store import colleagues, notices, signin
from freecrm.ui import look, talk
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.page import Place
from freecrm.ui.parts import name_button

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.ui.notice_popup import NoticePopup
    from freecrm.ui.window import MainWindow

KEY = "team.me"
SIDE = 28
FEW = 12


class WhoDesk:
    """Keeps `store.user` as the setting of this computer says, and shows who that is."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.pictures = window, Pictures()
        self.unread = 0
        self.popup: NoticePopup | None = None
        signin.work_as(window.store, window.preferences.get(KEY))

    @property
    def name(self) -> str:
        """Who works here, "" for nobody in particular."""
        user = self.window.store.user
        return self.window.store.reader().titles("user", {user}).get(user, "") if user is not None else ""

    def join(self) -> None:
        """Hear the buttons of the window."""
        top = self.window.top
        top.who_wanted.connect(self.open_menu)
        top.notices_wanted.connect(self.open_notices)

    def show(self) -> None:
        """Show who works here and what is new; tell of what came meanwhile. Once, after the first picture."""
        self.reword()
        if self.unread:
            one, many = N_("A notice since you were last here"), N_("{n} notices since you were last here")
            what = say(many if self.unread > 1 else one, n=self.unread)
            self.window.toasts.add(what, N_("Show"), self.open_notices)

    def take(self, key: str) -> None:
        """Follow a setting that was changed."""
        if key == KEY:
            before = self.window.store.user
            if signin.work_as(self.window.store, self.window.preferences.get(KEY)) != before:
                self.window.refresh()
            self._hold()
            self.reword()

    def _hold(self) -> None:
        """In a team, and where a password is asked for, it is not chosen who works here: say so, and keep the truth."""
        store, name = self.window.store, self.name
        if name in ("", self.window.preferences.get(KEY)) or colleagues.known(store, name) is None:
            return
        if signin.team_person(store) is not None:
            what = N_(
                "“{name}” joined the team on this computer and works here. Somebody else joins with a file of their own."
            )
        elif signin.is_on(store):
            what = N_(
                "“{name}” has signed in. Somebody else signs in with their own password: lock the window for that."
            )
        else:
            return
        self.window.preferences.set(KEY, name)
        self.window.refresh()
        talk.tell(say(what, name=name), "warning")

    def follow(self) -> None:
        """The file joined a team or left it: whoever that says works here."""
        signin.work_as(self.window.store, self.window.preferences.get(KEY))
        self.window.refresh()
        self.reword()

    def choose(self, name: str, *_triggered: object) -> None:
        """Let whoever is called so work here, "" for nobody in particular."""
        self.window.preferences.set(KEY, name)
        self.take(KEY)

    def heard(self, touched: Touched | None) -> None:
        """Somebody was renamed, has left, or wrote a notice."""
        if touched is not None and not touched.ids.keys() & {"user", "notice"}:
            return
        store, wanted = self.window.store, self.window.preferences.get(KEY)
        if signin.is_on(store):
            self.reword()
            return
        name = self.name
        if (
            name
            and name != wanted
            and colleagues.known(store, wanted) is None
            and colleagues.known(store, name)
        ):
            self.window.preferences.set(KEY, name)  # renamed: the same person still works here
        elif colleagues.known(store, wanted) != store.user:
            signin.work_as(store, wanted)
        self.reword()

    # ---- words and pictures

    def reword(self) -> None:
        """Show everything anew, in the language and colours of now."""
        if not hasattr(self.window, "top") or look.holding():
            return  # `show` follows the first picture of the window
        top, name = self.window.top, self.name
        side, ratio = look.px(SIDE), self.window.devicePixelRatioF()
        self.pictures.check()
        if name:
            top.who_button.setIcon(QIcon(self.pictures.person(name, side, ratio)))
            top.who_button.setIconSize(QSize(side, side))
        else:
            look.dress(top.who_button, "user", 18)
        text = _("{name} works here").format(name=name) if name else _("Who works here?")
        name_button(top.who_button, text)
        self.unread = notices.unread(self.window.store)
        bell = top.bell_button
        bell.setVisible(bool(name) and bool(self.unread or notices.latest(self.window.store, 1)))
        bell.setIcon(QIcon(_bell(self.unread, ratio)))
        bell.setIconSize(QSize(look.px(26), look.px(22)))
        name_button(
            bell, plural("{n} new notice", "{n} new notices", self.unread) if self.unread else _("Notices")
        )

    # ---- the menu

    def menu(self) -> QMenu:
        """Who may work here, and the way to the notices and the colleagues."""
        menu = QMenu(self.window)
        menu.setAccessibleName(_("Who works at this computer"))
        menu.addSection(_("Who works at this computer"))
        me = self.window.store.user
        if signin.is_on(self.window.store):
            self._signed_in(menu)
            return menu
        people = colleagues.everyone(self.window.store, gone=False, counted=False)
        if signin.team_person(self.window.store) is not None:
            people = [one for one in people if one.id == me]  # the file is theirs who joined
        mine = [one for one in people if one.id == me]
        for one in [*mine, *(one for one in people if one.id != me)][:FEW]:
            action = menu.addAction(one.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(one.id == me)
            action.triggered.connect(partial(self.choose, one.name))
        if signin.team_person(self.window.store) is None:
            nobody = menu.addAction(_("Nobody in particular"))
            nobody.setCheckable(True)
            nobody.setChecked(me is None)
            nobody.triggered.connect(partial(self.choose, ""))
        menu.addSeparator()
        if me is not None:
            action = menu.addAction(_("Notices…"))
            look.dress(action, "bell", 16)
            action.triggered.connect(lambda: self.open_notices())
        action = menu.addAction(_("Colleagues…"))
        look.dress(action, "users", 16)
        action.triggered.connect(lambda: self.window.visit(Place("settings", "team")))
        return menu

    def _signed_in(self, menu: QMenu) -> None:
        """Where a password is asked for: locking, another password, somebody else."""
        from freecrm.ui.rights import desk

        action = menu.addAction(self.name.replace("&", "&&"))
        action.setEnabled(False)
        menu.addSeparator()
        lock = menu.addAction(_("Lock, or let somebody else sign in"))
        look.dress(lock, "shield-check", 16)
        lock.triggered.connect(lambda: self.window.lock.lock())
        change = menu.addAction(_("Change your password…"))
        change.triggered.connect(lambda: desk.change_password(self.window))
        menu.addSeparator()
        notices_ = menu.addAction(_("Notices…"))
        look.dress(notices_, "bell", 16)
        notices_.triggered.connect(lambda: self.open_notices())
        action = menu.addAction(_("Colleagues…"))
        look.dress(action, "users", 16)
        action.triggered.connect(lambda: self.window.visit(Place("settings", "team")))

    def open_menu(self) -> None:
        """Open the menu below the picture."""
        menu, button = self.menu(), self.window.top.who_button
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    # ---- notices

    def open_notices(self) -> None:
        """Show what colleagues wrote."""
        from freecrm.ui.notice_popup import NoticePopup

        if self.popup is not None:
            self.popup.dismiss()
        top = self.window.top
        anchor = top.bell_button if top.bell_button.isVisible() else top.who_button
        made = self.popup = NoticePopup(anchor, self.window.store, self.window.tasks)
        made.closed.connect(self._closed)
        made.open_record.connect(self.window.show_id)
        made.open()

    def _closed(self) -> None:
        self.popup = None


def _bell(unread: int, ratio: float) -> QPixmap:
    """A bell, with how many are new on a small plate."""
    wide, high = look.px(26), look.px(22)
    picture = QPixmap(round(wide * ratio), round(high * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = look.px(18)
    painter.drawPixmap(0, high - side, look.pixmap("bell", side, "text2", ratio))
    if unread:
        text = str(unread) if unread < 100 else "99+"
        font = look.font("caption")
        painter.setFont(font)
        width = max(painter.fontMetrics().horizontalAdvance(text) + look.px(6), look.px(14))
        plate = QRect(wide - width, 0, width, look.px(14))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("danger"))
        painter.drawRoundedRect(plate, look.px(7), look.px(7))
        painter.setPen(look.colour("on_accent"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture
