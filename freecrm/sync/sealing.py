"""Authenticated encryption that PostgreSQL's pgcrypto can do, too: AES-256-CBC and HMAC-SHA-512 as RFC 7518, 5.2.5 puts
them together (A256CBC-HS512). Sealed bytes are IV, ciphertext and tag."""

from __future__ import annotations

import os

KEY = 64
"""Bytes of a key: 32 for the tag, 32 for the cipher."""
_IV, _TAG = 16, 32


class Tampered(Exception):
    """These bytes were not sealed by this key for this purpose, or were changed since."""


def seal(key: bytes, about: str, data: bytes, iv: bytes | None = None) -> bytes:
    """Encrypt and authenticate. about: authenticated, but not contained: what the bytes are for. iv: for tests."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    iv = iv or os.urandom(_IV)
    padder = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key[32:]), modes.CBC(iv)).encryptor()
    body = iv + cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()
    return body + _tag(key, about, body)


def unseal(key: bytes, about: str, sealed: bytes) -> bytes:
    """What was sealed; Tampered when it wasn't, for this purpose, by this key."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.constant_time import bytes_eq
    from cryptography.hazmat.primitives.padding import PKCS7

    body, tag = sealed[:-_TAG], sealed[-_TAG:]
    if len(body) < 2 * _IV or len(body) % _IV or not bytes_eq(tag, _tag(key, about, body)):
        raise Tampered
    cipher = Cipher(algorithms.AES(key[32:]), modes.CBC(body[:_IV])).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(cipher.update(body[_IV:]) + cipher.finalize()) + unpadder.finalize()


def _tag(key: bytes, about: str, body: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.hmac import HMAC

    said = about.encode()
    made = HMAC(key[:32], SHA512())
    made.update(said + body + (len(said) * 8).to_bytes(8, "big"))
    return made.finalize()[:_TAG]
