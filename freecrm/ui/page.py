"""A page of the window: what the shell needs to know of whatever it shows, and no more.

The shell asks a page for its words (crumbs, summary, hint), its panes (F6), its state (for going
back) and what it would lose (unsaved text). A page asks the shell by its signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.ui import talk
from freecrm.ui.parts import MessageBar

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable


@dataclass(frozen=True, slots=True)
class Place:
    """Where the window can be: kind "list" (name: the entity), "import" (name: a file or ""), "bring_back"
    (name: a file), "calendar_file" (name: a file), "new" (name: the entity),
    "record" (name: see `record_page/place.py`), "settings" (name: a section or ""), "help" (name: a topic or ""), "welcome",
    "history" (name: a step's number or ""), "bin", "occasions", "referrers", "record_history" (name: entity:id in hex),
    "doubles" (name: the entity), "merge" (name: by `merge_place`), "merged" (name: the entity, or "entity:id"),
    "tidy" (name: a part of it or ""), "calendar", "plans" (name: the id of one in hex, or ""), "today", "pool",
    "pipeline", "ageing", "reports" (name: of a report, or ""), "targets", "roles", "trail",
    "differences"."""

    kind: str
    name: str = ""


def merge_place(entity: str, ids: Iterable[bytes]) -> Place:
    """Where these records are merged."""
    return Place("merge", f"{entity}:{','.join(id.hex() for id in ids)}")


Pane = tuple[QWidget, Callable[[], object]]
"""A part of the page that F6 goes to, and what puts the focus into it."""


class Page(QWidget):
    """Base of all pages.

    changed: words, counts or selection are others. renamed: the crumbs are others. go(Place): the user wants to be elsewhere.
    left: the page has done its work, the one before is wanted.
    """

    changed = Signal()
    renamed = Signal()
    go = Signal(object)
    left = Signal()

    makes = ""  # the entity that the window's large button begins here, by `make_new()`; "" = what is listed
    has_rows = False  # it shows rows whose height can be chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    @property
    def message_column(self) -> QVBoxLayout:
        """The layout that takes the message bar; the page says where by `message_at`."""
        raise NotImplementedError

    message_at = 0

    @cached_property
    def messages(self) -> MessageBar:
        """The bar that tells things above what they are about; made when something is told."""
        made = MessageBar()
        self.message_column.insertWidget(self.message_at, made)
        return made

    def takes(self, entity: str, id: bytes) -> bool:
        """Show this record on the page itself; False where it isn't the place for it."""
        return False

    @property
    def has_messages(self) -> bool:
        """Whether anything was ever told here."""
        return "messages" in self.__dict__

    @property
    def busy(self) -> bool:
        """Whether work goes on here that the user may leave alone and come back to: the page is kept."""
        return False

    @property
    def belongs_to(self) -> Place | None:
        """The list that the page works for, which the sidebar marks; None for a page that stands alone."""
        return None

    # ---- words, in the language spoken now

    def crumbs(self) -> list[str]:
        """The way to this page: ["Customers", "Import a list"]."""
        raise NotImplementedError

    def summary(self) -> str:
        """What the status bar says first: counts."""
        return ""

    def selection_words(self) -> str:
        """What the status bar says of the selection."""
        return ""

    def hint(self) -> str:
        """What the keys do here, for the status bar."""
        return ""

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        if self.has_messages:
            self.messages.reword()

    # ---- paper

    can_print = False  # `printed` may have something

    def printed(self) -> list[Printable]:
        """What Ctrl+P offers to print, first what the user is at; [] where that is nothing now."""
        return []

    def leaves(self) -> Sequence[tuple[str, bytes | None]]:
        """What goes out by printing or exporting what is shown here, as `exchange/leaving.py` asks; where one of them
        may, it is offered."""
        return (("", None),)

    # ---- what happens

    def heard(self, touched: Touched | None) -> None:
        """A step, or another program (None), changed something in the file."""

    def make_new(self) -> None:
        """Begin a record of what this page `makes`."""

    def arrived(self) -> None:
        """The page is shown now, for the first time or again."""

    # ---- going

    def focus_first(self) -> None:
        """Put the focus where work begins."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        """The parts that F6 cycles through, in reading order."""
        return [(self, self.focus_first)]

    def state(self) -> Any:
        """What `restore` needs to show the page again as it is now; None: nothing."""
        return None

    def restore(self, state: Any) -> None:
        """Show the page as it was when `state` was taken."""

    def unsaved(self) -> list[str]:
        """Titles of the fields whose typed text would be lost by leaving; [] when nothing would."""
        return []

    def unsaved_title(self) -> str:
        """What the text belongs to that would be lost: "New customer"."""
        return self.crumbs()[-1]

    def save(self) -> bool:
        """Save what `unsaved` names; False when that wasn't possible (the page says why)."""
        return True

    def give_up(self) -> None:
        """Forget what `unsaved` names."""

    def let_go(self) -> bool:
        """Ask what becomes of typed text, by its name; False when the user stays with it."""
        fields = self.unsaved()
        if not fields:
            return True
        answer = talk.ask_unsaved(self.window(), self.unsaved_title(), fields)
        if answer == "save":
            return self.save()
        if answer == "discard":
            self.give_up()
        return answer == "discard"

    def put_away(self) -> None:
        """The page goes for good: keep what is kept by itself."""
