"""Identities: UUIDv7 (RFC 9562), 16 bytes, ascending, so that new rows go to the end of an index."""

from __future__ import annotations

import os
import threading
import time

RANDOM = 7
"""The version of these ids, in the upper half of the seventh byte. Other ids follow from what something is."""

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_ids(count: int) -> list[bytes]:
    """`count` new ids in ascending order: 48 bits of milliseconds, 26 of counter, 48 of chance."""
    global _last_ms, _counter
    chance = os.urandom(6 * count)
    ids = []
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            _last_ms, _counter = now, 0
        for i in range(count):
            _counter += 1
            if _counter >= 1 << 26:  # more than 67 million in one millisecond: borrow from the next
                _last_ms, _counter = _last_ms + 1, 0
            front = _last_ms << 32 | 0x70008000 | _counter >> 14 << 16 | _counter & 0x3FFF
            ids.append(front.to_bytes(10, "big") + chance[6 * i : 6 * i + 6])
    return ids


def new_id() -> bytes:
    """One new id."""
    return new_ids(1)[0]
