"""What was typed and left unsaved: told when it is left, offered above the list, gone on with where it belongs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from freecrm.core.entity import is_child
from freecrm.core.words import N_, say
from freecrm.store import drafts
from freecrm.ui import activity_desk
from freecrm.ui.form_drafts import DraftKeeper

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.drafts import Draft
    from freecrm.ui.form_hints import DraftBar
    from freecrm.ui.window import MainWindow


class DraftDesk:
    """The drafts of one window that nobody works on now."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.bars: list[DraftBar] = []

    def show(self) -> None:
        """Offer what was left behind, by an earlier run or just now, above the list; behind what is being kept."""
        window = self.window
        window.tasks.run(
            _left_behind, window.store, then=self._offer, failed=lambda _known: None, writes=True
        )

    def _offer(self, found: list[tuple[Draft, str]]) -> None:
        from freecrm.ui.form_hints import DraftBar

        held = self._held()
        wanted = {draft.key: (draft, about) for draft, about in found if draft.key not in held}
        for bar in self.bars:
            bar.hide()
            bar.deleteLater()
        self.bars = []
        column = self.window.page.column
        for at, (draft, about) in enumerate(wanted.values()):
            bar = DraftBar(self.window.store, self.window.tasks, draft, about)
            bar.go_on.connect(self.go_on)
            self.bars.append(bar)
            column.insertWidget(at, bar)
            bar.show()

    def _held(self) -> set[str]:
        """The keys of what is being typed into a form that is open."""
        window = self.window
        others = [own.page for own in window.beside.windows] if "beside" in vars(window) else []
        keepers = [one for top in (window, *others) for one in top.findChildren(DraftKeeper)]
        return {keeper.key for keeper in keepers if not keeper.is_left}

    def go_on(self, draft: Draft) -> None:
        """Show what was typed where it is gone on with."""
        if is_child(self.window.store.schema.entity(draft.entity)) and draft.id is not None:
            self._write(str(draft.values.get("parent_entity") or ""), draft.id)
        elif draft.entity == activity_desk.ENTITY:
            activity_desk.go_on(self.window, draft)
        else:
            self.window.widen(draft.entity, draft.values, draft.key, draft.id)

    def tell(self, entity: str, id: bytes, name: str) -> None:
        """Say that a note to this record is kept, with the way to it."""
        draft = drafts.get(self.window.store, drafts.key_for("note", id))
        text = N_("The note to “{name}” is kept as a draft.")
        if draft is not None and draft.values.get("kind"):
            text = N_("The follow-up on “{name}” is kept as a draft.")
        what = say(text, name=name)
        self.window.toasts.add(what, N_("Open"), partial(self._write, entity, id))

    def _write(self, entity: str, id: bytes) -> None:
        from freecrm.ui.record_page.page import RecordPage

        self.window.show_id(entity, id)
        page = self.window.navigator.page
        if isinstance(page, RecordPage) and page.id == id:
            page.overview.composer.begin()  # it goes on with what is kept, note or follow-up

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for bar in self.bars:
            bar.reword()


def _left_behind(store: Store) -> list[tuple[Draft, str]]:
    """The drafts that can be gone on with, each with the name of the record that a note is to."""
    reader, found = store.reader(), []
    for draft in drafts.all(store):
        about = ""
        if is_child(store.schema.entity(draft.entity)) and draft.id is not None:
            entity = str(draft.values.get("parent_entity") or "")
            if not reader.numbers_of(entity, [draft.id]):
                continue  # deleted; it is offered again when the record is back
            about = reader.titles(entity, {draft.id}).get(draft.id, "")
        found.append((draft, about))
    return found
