"""What a role does not let do is offered nowhere: commands, buttons and entries of menus are grey, and say why.

    Command("file.print", …, refusal=lambda: why_not(window.store, "print", ("customer", None)))
    offer(self.export_button, why_not(self.store, "export"), bool(rows))
    offer(menu.addAction(_("Delete")), why_not(self.store, "delete", ("deal", id)))

Whatever is asked for all the same is refused below: by the door, and by `exchange/leaving.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from freecrm.core.words import Said
from freecrm.store.database import Store

if TYPE_CHECKING:
    from freecrm.exchange.leaving import Thing


def why_not(store: Store, action: str, *things: Thing) -> Said | None:
    """Why whoever works here may do this to none of these; None: they may, at least to some. action: of `core/rights.py`.
    things: (kind of record, id or None for all of a kind); for "export" and "print" none at all is a table put together
    of many things."""
    if store.rights is None:
        return None
    if action in ("export", "print"):
        from freecrm.exchange import leaving

        return leaving.why_not(store, action, *things)
    from freecrm.store import guard

    reasons = [guard.why_not(store, entity, action, id) for entity, id in things]
    return reasons[0] if all(reasons) else None


def offer(part: QAbstractButton | QAction, why: Said | None, can: bool = True, tip: str = "") -> None:
    """Let a button or an entry do its work where it can now and whoever works here may. why: why they may not; None: they
    may. tip: what it says then."""
    part.setEnabled(can and why is None)
    part.setToolTip(tip if why is None else str(why))
