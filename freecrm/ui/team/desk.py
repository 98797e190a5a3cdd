"""What a window does with its team: keep the file in step, say how that stands, ask for a password where it must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.store import colleagues
from freecrm.ui import talk
from freecrm.ui.page import Place

if TYPE_CHECKING:
    from pathlib import Path

    from freecrm.core.change import Touched
    from freecrm.core.problems import Known
    from freecrm.exchange.doublelist import WorkList
    from freecrm.store.database import Store
    from freecrm.sync.carrying import Carried
    from freecrm.sync.earlier import Earlier
    from freecrm.sync.exchange import Outcome
    from freecrm.sync.letters import Letter
    from freecrm.sync.part import Part
    from freecrm.sync.runner import Runner, State
    from freecrm.sync.server import Address
    from freecrm.ui.differences.dialog import DifferencesDialog
    from freecrm.ui.window import MainWindow


@dataclass(frozen=True, slots=True)
class Beyond:
    """What the server answered about a record's earlier life. reached: it did. why: what is wrong, where it is more
    than that it isn't there now."""

    found: tuple[Earlier, ...] = ()
    reached: bool = False
    why: Said | None = None


SECTION = "share"
"""The section of the settings that is about the team."""


class TeamDesk:
    """name, address: of the team, None outside of one. state: how the exchange stands. open: differences that wait for
    somebody to choose. stopped_at: an answer that would delete much, until somebody says that it is meant. settling: the dialog in which differences are being settled. warnings: what works still, but wants to be looked after. changed: whoever shows all this is called when it is another."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.name = ""
        self.address: Address | None = None
        self.state: State | None = None
        self.open = 0
        self.needs_password = False
        self.stopped_at: Letter | None = None
        self.settling: DifferencesDialog | None = None
        self.changed: list[Callable[[], None]] = []
        self.warnings: list[Said] = []
        self._warned: set[str] = set()
        self._runner: Runner | None = None
        self._had_customers = False  # before it joined a moment ago
        self._brought: set[str] = set()  # colleagues who stood in the file that joined a moment ago

    @property
    def asks_password(self) -> bool:
        """Whether the exchange stands still until somebody types a password."""
        return self.needs_password or (self.state is not None and self.state.asks)

    @property
    def is_arriving(self) -> bool:
        """Whether the first exchange since the start is still under way."""
        if self.address is None:
            return False
        return self.state is None or (self.state.kind == "busy" and self.state.at is None)

    def start(self) -> None:
        """Begin to exchange, if the file belongs to a team."""
        if not _belongs(self.window):
            return
        from freecrm.sync import joining, secrets

        found = joining.team(self.window.store)
        if found is None:
            return
        self.name, self.address = found
        self.window.who.follow()
        self._count()
        self.show()
        self.window.tasks.run(secrets.kept, self.address, then=self._begin)

    def _begin(self, password: str | None) -> None:
        from freecrm.core import home
        from freecrm.sync.runner import Runner, State

        if self.address is None:
            return
        self.stop()
        if password is None:
            self.needs_password = True
            self.state = State("stopped", why=say(N_("The password of the team's database is needed.")))
            self.show()
            self.window.day.look()
            return
        self.needs_password = False
        self.state = State()
        on_main = self.window.tasks.on_main
        self._runner = Runner(
            self.window.store,
            self.address,
            password,
            lambda state: on_main(lambda: self._heard(state)),
            str(home.settings_folder()),
        )
        self._runner.start()
        self.show()

    def stop(self) -> None:
        """Exchange no more; what did not go out yet goes out next time."""
        if self._runner is not None:
            self._runner.stop()
            self._runner = None

    def _heard(self, state: State) -> None:
        arriving, self.state = self.is_arriving, state
        if arriving and not self.is_arriving:
            self.window.day.look()
        self.show()
        if state.kind == "synced" and self._brought:
            brought, self._brought = self._brought, set()
            self.window.tasks.run(
                colleagues.twice,
                self.window.store,
                then=lambda names: _tell_twice(brought.intersection(names)),
            )
        if state.kind == "synced" and self._had_customers:
            self._had_customers = False
            self._look_for_doubles()
        if state.kind == "synced":
            self.window.tasks.run(notes_of, self.window.store, then=self._tell_refused)
            self._look_after()

    def _look_after(self) -> None:
        """Warn of what can't go on like this; of each kind once."""
        from freecrm.ui.team import warnings

        found = warnings.of(self.window.store)
        news = [one for one in found if one.text not in self._warned]
        self._warned = {one.text for one in found}
        if found != self.warnings:
            self.warnings = found
            self.show()
        for one in news:
            talk.tell(one, "warning")

    def _look_for_doubles(self) -> None:
        from freecrm.exchange import doublelist

        self.window.tasks.run(doublelist.scan, self.window.store, "customer", then=self._tell_doubles)

    def _tell_doubles(self, found: WorkList) -> None:
        if found.groups:
            what = N_(
                "Some customers were in your file and in the team's ({n}). They stand in “Possible duplicates” (menu Record),"
                " where you make one of two, or say that they are two."
            )
            talk.tell(say(what, n=len(found.groups)))

    def _tell_refused(self, found: tuple[Said, str] | None) -> None:
        if found is not None:
            talk.tell(found[0], "warning", found[1])

    def heard(self, touched: Touched | None) -> None:
        """Something was written: differences may have come or gone."""
        if touched is not None and "conflict" not in touched.ids:
            return
        if self.address is not None:
            self._count()
            self.show()
        if self.settling is not None:
            self.settling.heard()

    def end_settling(self, dialog: DifferencesDialog) -> None:
        """That dialog is over."""
        if self.settling is dialog:
            self.settling = None

    def _count(self) -> None:
        from freecrm.store import differences

        self.open = differences.open_count(self.window.store)

    # ---- what is done

    def join(self, path: Path | None = None) -> None:
        """Ask for the join file and who comes, and make this file part of that team."""
        from freecrm.core.problems import Known
        from freecrm.exchange import sample
        from freecrm.sync import joining
        from freecrm.ui.team.join_dialog import JoinDialog

        try:
            sample.refuse_to_share(self.window.store)
        except Known as problem:
            talk.tell_problem(problem)
            return
        path = path or talk.ask_file(self.window, _("The team's join file"), "FreeCRM (*.freecrm-team)")
        if path is None:
            return
        try:
            invitation = joining.read(path)
        except Known as problem:
            talk.tell_problem(problem)
            return
        JoinDialog(self.window, invitation, self._joined_first).open()

    def _joined_first(self, password: str) -> None:
        people = colleagues.everyone(self.window.store, gone=False, counted=False)
        self._brought = {one.name for one in people}
        self._had_customers = (
            self.window.store.read().execute("SELECT 1 FROM customer").fetchone() is not None
        )
        self._joined(password)

    def _joined(self, password: str) -> None:
        from freecrm.sync import joining, secrets

        found = joining.team(self.window.store)
        if found is None:
            return
        self.name, self.address = found
        self.window.store.keep("started", True)
        self.window.who.follow()
        self._begin(password)
        self.window.tasks.run(secrets.keep, self.address, password, then=self._kept)

    def _kept(self, done: bool) -> None:
        if not done:
            what = N_(
                "This computer has no safe for passwords, so the team's password is asked for at each start."
            )
            talk.tell(say(what))

    def ask_password(self) -> None:
        """Ask for the password and go on."""
        from freecrm.ui.team.join_dialog import JoinDialog

        if self.address is not None:
            JoinDialog(self.window, (self.name, self.address), self._joined, login=self.address.login).open()

    def change_password(self) -> None:
        """Change one's own password for the team's database."""
        from freecrm.ui.team.password_dialog import TeamPasswordDialog

        if self.address is not None:
            TeamPasswordDialog(self.window, self.name, self.address, self._password_changed).open()

    def _password_changed(self, password: str) -> None:
        from freecrm.sync import secrets

        talk.tell(say(N_("The password is changed.")))
        self._begin(password)
        if self.address is not None:
            self.window.tasks.run(secrets.keep, self.address, password, then=self._kept)

    def now(self) -> None:
        """Exchange at once."""
        if self._runner is not None:
            self._runner.now()
        elif self.needs_password:
            self.ask_password()

    def let_delete(self) -> None:
        """Go on though others deleted much: it is meant."""
        letter, self.stopped_at = self.stopped_at, None
        if letter is not None:
            self._read(letter, deletions=True)
        elif self._runner is not None:
            self._runner.let_delete()

    def write_file(self) -> None:
        """Write what waits into a file, for a computer that reaches the server."""
        from freecrm.sync import carrying
        from freecrm.sync.letters import OUT, SUFFIXES

        title, end = _("A file for the team's server"), SUFFIXES[OUT]
        name = f"{self.window.store.path.stem} {this_day():%Y-%m-%d}{end}"
        path = talk.ask_save(self.window, title, f"FreeCRM (*{end})", name)
        if path is not None:
            store = self.window.store
            self.window.tasks.run(
                lambda: carrying.write(store, path), writes=True, then=lambda _made: self._wrote(path)
            )

    def _wrote(self, path: Path) -> None:
        what = N_(
            "{file} is written. Bring it to a colleague whose computer reaches the server: there it goes into the settings"
            " under “Team”, and an answer for you comes back. Nobody else can read either."
        )
        talk.tell(say(what, file=path.name))

    def take_file(self) -> None:
        """Carry a colleague's file in and save the answer, or read the answer to one of ours."""
        from freecrm.core.problems import Known
        from freecrm.sync import carrying
        from freecrm.sync.letters import IN, OUT, SUFFIXES, Letter

        ends = " ".join(f"*{SUFFIXES[way]}" for way in (OUT, IN))
        path = talk.ask_file(self.window, _("A file from or for a colleague"), f"FreeCRM ({ends})")
        if path is None:
            return
        try:
            letter = Letter(path)
        except Known as problem:
            talk.tell_problem(problem)
            return
        if letter.way == IN:
            self._read(letter)
        elif carrying.is_own(self.window.store, letter):
            what = N_(
                "{file} was written by this computer. Bring it to a colleague whose computer reaches the server. What is read"
                " here is the answer that they save; its name ends in {end}."
            )
            talk.tell(say(what, file=path.name, end=SUFFIXES[IN]), "warning")
        else:
            self._carry(letter)

    def _carry(self, letter: Letter) -> None:
        from freecrm.sync import carrying
        from freecrm.sync.letters import IN, SUFFIXES
        from freecrm.sync.server import connect

        if self._runner is None or self.address is None:
            self.ask_password()
            return
        end = SUFFIXES[IN]
        name = letter.path.with_suffix(end).name
        to = talk.ask_save(self.window, _("Save the answer"), f"FreeCRM (*{end})", name)
        if to is None:
            return
        address, password = self.address, self._runner.password

        def work() -> Carried:
            with connect(address, password) as server:
                return carrying.carry(server, letter, to)

        self.window.tasks.run(
            work,
            then=lambda carried: self._carried(carried, to),
            failed=lambda problem: _not_carried(problem),
        )

    def _carried(self, carried: Carried, to: Path) -> None:
        what = N_(
            "The file of {person} ({device}) is carried in. The answer is {file}: give it back, it can be read on that"
            " computer alone."
        )
        talk.tell(say(what, person=carried.person, device=carried.device, file=to.name))

    def _read(self, letter: Letter, *, deletions: bool = False) -> None:
        from freecrm.sync import carrying

        runner, self._runner = self._runner, None
        password = runner.password if runner is not None else None
        store = self.window.store

        def work() -> Outcome:
            if runner is not None:
                runner.stop()  # one exchange at a time; one that waits for a server takes its time to hear it
            return carrying.read(store, letter, deletions=deletions)

        self.window.tasks.run(
            work,
            writes=True,
            then=self._was_read,
            failed=lambda problem: self._not_read(letter, problem),
            finally_=lambda: self._begin(password),
        )

    def _not_read(self, letter: Letter, problem: Known) -> None:
        from freecrm.sync.brake import Braked

        self.stopped_at = letter if isinstance(problem, Braked) else None
        talk.tell_problem(problem)

    def _was_read(self, outcome: Outcome) -> None:
        if outcome.sent or outcome.received or outcome.refused:
            what = N_("The answer is read: {sent} of your changes arrived, {received} of others came in.")
            talk.tell(say(what, sent=outcome.sent, received=outcome.received))
        else:
            talk.tell(say(N_("There was nothing new in this answer.")))
        self.window.tasks.run(notes_of, self.window.store, then=self._tell_refused)

    def choose_part(self) -> None:
        """Ask what this computer is to hold."""
        from freecrm.ui.team.part_dialog import PartDialog

        PartDialog(self.window, self._hold).open()

    def _hold(self, chosen: Part) -> None:
        from freecrm.sync import part

        part.choose(self.window.store, chosen)
        self.show()
        self.now()

    def part(self) -> str:
        """What this computer holds, as a line."""
        from freecrm.sync import part

        store = self.window.store
        if part.waits(store):
            return _("From the next exchange on this computer holds: {part}").format(
                part=part.of(store).title()
            )
        return _("This computer holds: {part}").format(part=part.of(store).title())

    def leave(self) -> None:
        """End this file's part in the team, asking where something would stay here alone."""
        from freecrm.sync import outbox
        from freecrm.ui.team.join_dialog import LeaveQuestion

        waiting = outbox.waiting(self.window.store.read())
        LeaveQuestion(self.window, self.name, waiting, self._leave).open()

    def _leave(self) -> None:
        from freecrm.sync import joining, secrets

        self.stop()
        address, self.address, self.state, self.warnings = self.address, None, None, []
        client = joining.leave(self.window.store)
        self.window.tasks.run(secrets.forget_key, client)
        if address is not None:
            self.window.tasks.run(secrets.forget, address)
        self.window.who.follow()
        self.show()

    def earlier(self, entity: str, id: bytes) -> Beyond | None:
        """What was done to a record before it came here; None where the server knows no more than this file. In a
        job: it asks the server."""
        address, runner, state = self.address, self._runner, self.state
        if address is None:
            return None
        from freecrm.core.problems import Known
        from freecrm.sync import earlier
        from freecrm.sync.server import Unreachable, connect

        store = self.window.store
        if not earlier.may_be(store, entity, id):
            return None
        if runner is None or state is None or state.kind == "offline":
            return Beyond()
        try:
            with connect(address, runner.password) as server:
                return Beyond(tuple(earlier.changes(store, server, entity, id)), reached=True)
        except Unreachable:
            return Beyond()
        except Known as problem:
            return Beyond(why=problem.what)

    def click(self) -> None:
        """What a click on the line in the status bar is for, as that says: give the password, read why nothing is
        exchanged, settle, or read more."""
        if self.asks_password:
            self.ask_password()
        elif self.open and not (self.state is not None and self.state.kind == "stopped"):
            self.window.commands.run("team.differences")
        else:
            self.window.visit(Place("settings", SECTION))

    # ---- words

    def line(self) -> tuple[str, str]:
        """The line of the status bar and its icon; ("", "") outside of a team."""
        state = self.state
        if self.address is None or state is None:
            return "", ""
        if state.kind == "stopped":
            return _("Exchange stopped: {why}").format(why=state.why or ""), "triangle-alert"
        if self.open:
            text = plural("{n} record needs your choice", "{n} records need your choice", self.open)
            return text, "shuffle"
        if state.kind == "offline":
            if state.waiting:
                waits = plural(
                    "Offline, {n} change to be exchanged",
                    "Offline, {n} changes to be exchanged",
                    state.waiting,
                )
                return waits, "cloud-off"
            return _("Offline: you can go on working"), "cloud-off"
        if state.kind == "busy" or state.at is None:
            if state.total:
                what = _("Exchanging {done} / {total}")
                return what.format(done=f"{state.done:,}", total=f"{state.total:,}"), "refresh-cw"
            return _("Exchanging…"), "refresh-cw"
        return _("Exchanged {time} · works offline").format(
            time=f"{state.at.astimezone():%H:%M}"
        ), "cloud-check"

    def show(self) -> None:
        """Show how things stand."""
        self.window.status.show_team(*self.line())
        for call in list(self.changed):
            call()


def _tell_twice(names: set[str]) -> None:
    if names:
        what = N_(
            "There are two colleagues of the same name, one from your file and one who signs in to the team: {names}. Hand over"
            " the work of the first to the second, or they won't find their customers (Settings → Colleagues, the three dots)."
        )
        talk.tell(say(what, names=sorted(names)), "warning")


def _not_carried(problem: Known) -> None:
    from freecrm.sync.server import Unreachable

    if isinstance(problem, Unreachable):
        what = N_(
            "The team's server can't be reached from this computer, so the file was not carried in. Choose it again once the"
            " server is reached, or give it to another colleague."
        )
        talk.tell(say(what), "danger", problem.details)
    else:
        talk.tell_problem(problem)


def notes_of(store: Store) -> tuple[Said, str] | None:
    """What the team's database did not take since it was last told; asked after each exchange, so cheap."""
    sql = "SELECT 1 FROM sync_note WHERE seen IS NULL LIMIT 1"
    if store.read().execute(sql).fetchone() is None:
        return None
    from freecrm.sync import notes

    return notes.unseen(store)


def _belongs(window: MainWindow) -> bool:
    """Whether the file belongs to a team; asked of every file at its start, so that nothing is imported for it."""
    sql = "SELECT 1 FROM sync_meta WHERE key = 'team'"
    return window.store.read().execute(sql).fetchone() is not None
