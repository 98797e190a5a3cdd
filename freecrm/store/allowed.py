"""Who of the firm may see or do something, by a setting that names them.

As long as nobody is named, or nobody said who works here, everybody may.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freecrm.store.database import Store


def allowed(store: Store, key: str) -> bool:
    """Whether whoever works here is among those whom this setting names."""
    named = {
        name.strip().casefold() for name in re.split("[,，;；、]", str(store.setting(key))) if name.strip()
    }
    if not named or store.user is None:
        return True
    record = store.reader().record("user", store.user)
    names = (record["name"], record["short"]) if record is not None else ()
    return any(str(name or "").casefold() in named for name in names)
