"""The window program: puts the house together, and gets the first rows on the screen before anything else.

Order matters here. The core and the store are loaded before Qt (Qt's hook makes every later
import dearer), the first rows are read with SQL kept in the file from the last time, and all that
the first picture can do without comes afterwards, in small pieces in a worker thread.

    run(file)            the window; answers the exit code
    default_file()       the file that `freecrm` opens when none is named (no Qt)
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from freecrm.core import jobs, memory, words
from freecrm.core.home import SUFFIX, default_file, log_folder, settings_folder
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.modules import model
from freecrm.store.database import Store, open_store

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer
    from PySide6.QtWidgets import QApplication

    from freecrm.ui.window import MainWindow

SOON = (
    "concurrent.futures.thread",
    "freecrm.store.history",
    "freecrm.core.repeats",
    "freecrm.store.activities",
    "freecrm.exchange.sample",
    "freecrm.store.pool",
    "freecrm.store.clashes",
    "freecrm.store.today",
    "freecrm.ui.badges",
)
"""What `MainWindow.after_first_paint` needs, in the order it is loaded."""

LATER = (
    "platformdirs",
    "freecrm.core.names",
    "freecrm.core.phones",
    "freecrm.core.dates",
    "freecrm.store.documents",
    "freecrm.store.writer",
    "freecrm.store.undo",
    "freecrm.store.followups",
    "freecrm.store.backup",
    "freecrm.ui.toast",
    "freecrm.ui.palette",
    "freecrm.ui.new_panel",
    "freecrm.ui.record_panel",
    "freecrm.store.timeline",
    "freecrm.ui.record_page.rows_tab",
    "freecrm.ui.record_page.timeline",
    "freecrm.ui.record_page.overview",
    "freecrm.ui.record_page.page",
    "freecrm.ui.batch_bar",
    "freecrm.ui.cell_editing",
    "freecrm.ui.wizard",
    "freecrm.ui.day_desk",
    "freecrm.ui.reminders.popup",
    "freecrm.ui.reminders.tray",
    "freecrm.ui.reminders.desk",
    "PySide6.QtNetwork",
)
"""What the window needs soon but not for its first picture, in the order it is loaded. SQLAlchemy is not
among it: what the lists ask lies compiled in the file (`_settle`)."""

GAP_SECONDS = 0.004  # between two of them, so that the window gets its turn


# ---- running


def run(file: Path | None = None) -> int:
    """Open the window on `file` (None: `default_file()`); the exit code.

    A second start on the same file brings the first window forward. Without a display the same
    window is played off-screen on a sample list and pictures are left in build/screens/.
    """
    if not has_display():
        return play()
    # thousands of new objects that stay: looking for garbage among them costs the first picture dearly, and
    # while libraries are loaded after it the window stands still for it again and again; `_settle` ends it
    gc.disable()
    path = (file or default_file()).expanduser().absolute()
    if may_run_already(path) and raise_other(path):
        return 0
    opened = try_open(path)
    from freecrm.ui import quick_qt

    quick_qt.load(settings_folder() / "qt.code")
    app = make_app()
    from freecrm.ui import look

    look.hold()
    while True:
        store = opened if isinstance(opened, Store) else _another(opened, path)
        if store is None:
            return 1
        if not signed_in(store):
            store.close()
            return 0
        window = show_window(store)
        code = app.exec()
        end(window)
        if window.file.next is None:
            return code
        window.deleteLater()
        path = window.file.next.expanduser().absolute()
        if may_run_already(path) and raise_other(path):
            return 0
        opened = try_open(path)


def signed_in(store: Store) -> bool:
    """Whether somebody works with the file: where a password is asked for, once it was given."""
    from freecrm.store import signin

    if not signin.is_on(store):
        return True
    from freecrm.ui.preferences import Preferences
    from freecrm.ui.rights import sign_in

    preferences = Preferences(settings_folder())
    if not sign_in.ask(store, preferences.get("team.me")):
        return False
    name = store.reader().titles("user", {store.user}).get(store.user, "") if store.user else ""
    preferences.set("team.me", name)
    return True


def _another(problem: Known, path: Path) -> Store | None:
    """Tell why a file is not opened until the user names one that is, or leaves (None)."""
    from freecrm.ui import refusal

    opened: Store | Known = problem
    while isinstance(opened, Known):
        chosen = refusal.ask(opened, path)
        if chosen is None:
            return None
        path = chosen
        opened = try_open(path)
    return opened


def show_window(store: Store) -> MainWindow:
    """The window of an open file, shown; what its first picture does not need follows by itself."""
    window = make_window(store)
    shown = window.navigator.page
    has_rows = shown is window.page and bool(window.page.model.numbers)
    if has_rows:
        window.page.grid.painted.connect(lambda: after_first_paint(window))
    window.show()
    if not has_rows:
        after_first_paint(window)
    return window


def has_display() -> bool:
    """Whether a window can be shown; asked for off-screen counts as yes."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def try_open(path: Path) -> Store | Known:
    """The open file, or the sentence why it cannot be opened."""
    try:
        return open_store(path, model())
    except Known as problem:
        return problem


def make_app() -> QApplication:
    """The Qt application, dressed and speaking as this computer's user wants it."""
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from freecrm.ui import look, quick_qt, speech
    from freecrm.ui.preferences import Preferences

    quick_qt.spare_sources()
    app = QApplication.instance() or look.make_app(sys.argv[0])
    assert isinstance(app, QApplication)
    app.setApplicationName("FreeCRM")
    app.setDesktopFileName("freecrm")
    catch_crashes()
    qInstallMessageHandler(_qt_says)
    wanted = Preferences(settings_folder())
    speech.speak(app, wanted.get("look.language"))
    look.apply(app, wanted.get("look.theme"), wanted.get("look.zoom"))
    return app


def make_window(store: Store, workers: jobs.Jobs | None = None) -> MainWindow:
    """The window of an open file, its first rows in it where their SQL is known."""
    from freecrm.store import signin, views
    from freecrm.ui.list_model import first_of
    from freecrm.ui.preferences import Preferences
    from freecrm.ui.tasks import Tasks
    from freecrm.ui.window import MainWindow

    page = store.model.pages()[0]
    preferences = Preferences(settings_folder())
    signin.work_as(store, preferences.get("team.me"))
    first = first_of(store, page, views.last_arrangement(store, page))
    tasks = Tasks(workers or jobs.Jobs())
    return MainWindow(store, tasks, preferences, first=first)


def after_first_paint(window: MainWindow) -> None:
    """All that the first picture did not wait for: the whole list, the log, the other instance, libraries."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from freecrm.ui import look

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    memory.share()
    look.release(app)
    app.setWindowIcon(look.program_icon())
    QTimer.singleShot(0, window.ask_for_the_rest)
    threading.Thread(target=load_later, args=(window,), name="loader", daemon=True).start()


def load_later(window: MainWindow) -> None:
    """Import what is used soon, piece by piece; then let the window take it into use."""
    from importlib import import_module

    from PySide6.QtCore import QTimeZone

    from freecrm.core import logs, zones
    from freecrm.ui import cells, parts

    zones.tell(bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace"))
    pause = threading.Event()
    pause.wait(GAP_SECONDS)
    cells.warm_up()
    window.tasks.on_main(window.refresh_pictures)
    for name in SOON:
        pause.wait(GAP_SECONDS)
        import_module(name)
    window.tasks.on_main(window.after_first_paint)
    for name in LATER:
        pause.wait(GAP_SECONDS)
        import_module(name)
    pause.wait(GAP_SECONDS)
    parts.warm_up()
    window.tasks.on_main(window.prepare)
    try:
        logs.start(log_folder())  # here, for the window would stand still while folder and file are made
    finally:
        window.tasks.on_main(lambda: _settle(window))


def _settle(window: MainWindow) -> None:
    from PySide6.QtCore import QCoreApplication

    gc.freeze()
    gc.enable()
    window.server = listen(window)
    window.file.settle()
    window.reminders.start()
    window.team.start()
    window.lock.follow()
    progress, app = jobs.Progress(), QCoreApplication.instance()
    assert app is not None
    app.aboutToQuit.connect(progress.cancel)  # whoever closes the window does not wait
    window.tasks.run(_prepare, window.store, progress=progress)
    window.day.start()


def _prepare(store: Store, progress: jobs.Progress) -> None:
    """Have the SQL of every list in every order; compiled once for a file and this program."""
    from freecrm.ui.list_model import query_of

    gap = threading.Event()

    def pause() -> None:
        progress.check()
        gap.wait(GAP_SECONDS)

    for page in store.model.pages():
        store.reader().prepare(query_of(page), pause)


def stop_log() -> None:
    """Close the log file."""
    from freecrm.core import logs

    for handler in list(logs.log.handlers):
        logs.log.removeHandler(handler)
        handler.close()


def end(window: MainWindow) -> None:
    """Finish what is under way and close the file."""
    stop_log()
    if window.server is not None:
        window.server.close()
    window.team.stop()
    window.day.stop()
    window.tasks.close()
    if window.file.next != window.store.path:  # else it was just put in place of what this window showed
        from freecrm.store import backup

        backup.on_close(window.store)
    window.store.close()


# ---- one window a file


def server_name(path: Path) -> str:
    """What the window of this file is called among the programs of this user."""
    name = os.fsencode(path.resolve())
    known = (
        f"{zlib.crc32(name):08x}{zlib.crc32(name[::-1]):08x}"  # hashlib would cost a start three milliseconds
    )
    user = getattr(os, "getuid", lambda: "")()
    return f"freecrm-{user}-{known}"


def may_run_already(path: Path) -> bool:
    """Whether it is worth asking for another window on this file. Costs no import."""
    if sys.platform == "win32":
        return True
    return (Path(os.environ.get("TMPDIR") or "/tmp") / server_name(path)).exists()  # where Qt puts it


def raise_other(path: Path) -> bool:
    """Bring the other window on this file forward; False when there is none."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(server_name(path))
    if not socket.waitForConnected(500):
        return False
    socket.write(b"raise\n")
    socket.waitForBytesWritten(500)
    socket.disconnectFromServer()
    return True


def listen(window: MainWindow) -> QLocalServer | None:
    """Hear later starts on the same file; None when another window was faster."""
    from PySide6.QtNetwork import QLocalServer

    server = QLocalServer(window)
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    name = server_name(window.store.path)
    if not server.listen(name):
        if raise_other(window.store.path):
            window.close()
            return None
        QLocalServer.removeServer(name)
        server.listen(name)

    def come_forward() -> None:
        while server.hasPendingConnections():
            server.nextPendingConnection().close()
        window.come_forward()

    server.newConnection.connect(come_forward)
    return server


# ---- our mistakes


def catch_crashes() -> None:
    """Let every mistake nobody caught end in a local report and one sentence."""
    sys.excepthook = _crashed
    threading.excepthook = lambda caught: _crashed(
        caught.exc_type, caught.exc_value or caught.exc_type(), caught.exc_traceback
    )


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from freecrm.core import logs

    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    try:
        path = logs.report_crash(log_folder(), kind, error, trace)
    except OSError:  # a full disk must not hide the crash itself
        sys.__excepthook__(kind, error, trace)
        return
    sys.__excepthook__(kind, error, trace)
    _tell_crash(path)


def _tell_crash(path: Path) -> None:
    from PySide6.QtCore import QCoreApplication, QThread

    from freecrm.ui import talk

    app = QCoreApplication.instance()
    if app is not None and QThread.currentThread() is app.thread():
        what = N_("FreeCRM made a mistake of its own; what is saved is safe. The report is in {file}.")
        talk.tell(say(what, file=str(path)), "danger", path.read_text("utf-8"))


def _qt_says(kind: object, _where: object, text: str) -> None:
    import logging

    from PySide6.QtCore import QtMsgType

    if text.startswith("This plugin does not support"):  # said of themselves by platforms without a screen
        return
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    known = levels.get(kind, logging.WARNING) if isinstance(kind, QtMsgType) else logging.WARNING
    logging.getLogger("freecrm.qt").log(known, "%s", text)


# ---- without a display


def play(folder: Path | None = None, sizes: Sequence[tuple[int, int]] | None = None) -> int:
    """Show the window off-screen on the sample list and leave pictures of it in build/screens/ (or `folder`),
    of these sizes; the exit code."""
    import tempfile

    from freecrm.core.home import RESOURCES

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    pictures = folder or RESOURCES.parent / "build" / "screens"
    words.use(words.of_system())
    what = N_("There is no display here, so FreeCRM plays off-screen. The pictures are in {folder}.")
    sys.stderr.write(f"{say(what, folder=str(pictures))}\n")
    with tempfile.TemporaryDirectory() as home_for_now:
        os.environ["FREECRM_HOME"] = home_for_now
        store = open_store(Path(home_for_now) / f"sample{SUFFIX}", model())
        from freecrm.exchange import sample

        sample.install(store, words.language())
        make_app()
        from freecrm.ui import cells, screens

        cells.warm_up()
        window = make_window(store, jobs.InLine())
        screens.play(window, pictures, sizes=sizes or screens.SIZES)
        window.close()
        end(window)
    return 0
