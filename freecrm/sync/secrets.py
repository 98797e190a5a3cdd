"""The password of the team's database: in the system's own safe, nowhere else. Where a computer has none (a bare
Linux), it is asked for at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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


def key_kept(client: str) -> bytes | None:
    """The key by which this computer's files are known to the server, or None."""
    import base64

    import keyring
    from keyring.errors import KeyringError

    try:
        held = keyring.get_password(SERVICE, _key_name(client))
    except KeyringError:
        held = None
    if held is None:
        path = _key_file(client)
        held = path.read_text("ascii") if path.is_file() else None
    return base64.b64decode(held) if held else None


def keep_key(client: str, key: bytes) -> None:
    """Keep it in the system's safe; where there is none, in a file beside the settings that nobody else may read. It is
    never in the FreeCRM file, whose copies and backups would then speak for this computer."""
    import base64
    import os

    import keyring
    from keyring.errors import KeyringError

    held = base64.b64encode(key).decode()
    try:
        keyring.set_password(SERVICE, _key_name(client), held)
    except KeyringError:
        path = _key_file(client)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{client}.{os.getpid()}")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(held)
        os.replace(part, path)  # who is killed meanwhile has no half of a key


def forget_key(client: str) -> None:
    """Keep it no longer."""
    import keyring
    from keyring.errors import KeyringError

    _key_file(client).unlink(missing_ok=True)
    try:
        keyring.delete_password(SERVICE, _key_name(client))
    except KeyringError:
        return


def _key_name(client: str) -> str:
    return f"file key {client}"


def _key_file(client: str) -> Path:
    from freecrm.core import home

    return home.settings_folder() / "keys" / client
