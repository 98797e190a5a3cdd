"""The password of the team's database: in the system's own safe, nowhere else. Where a computer has none (a bare
Linux), it is asked for at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from freecrm.sync.server import Address

SERVICE = "FreeCRM"


def kept(address: Address) -> str | None:
    """The password kept for this place, or None."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, _name(address))
    except KeyringError:
        return None


def keep(address: Address, password: str) -> bool:
    """Keep a password; False where this computer has no safe."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, _name(address), password)
    except KeyringError:
        return False
    return True


def forget(address: Address) -> None:
    """Keep it no longer."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(SERVICE, _name(address))
    except KeyringError:
        return


def _name(address: Address) -> str:
    return f"{address.login}@{address.host}:{address.port}/{address.database}"
