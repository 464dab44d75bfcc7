"""Sealing single values: AES-256-GCM, bound to the place where the value belongs.

The key comes from PRM_FIELD_KEY, or from the secret key where that is not set. `place` names the
row and field; it is authenticated, so a sealed value copied into another row does not open.
"""

import os
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
_SHORTEST: Final = len(VERSION) + NONCE_BYTES + 16


class CannotOpen(Exception):
    """The value was changed, belongs to another place, or was sealed with a key we do not have."""


def seal(value: bytes, *, place: str) -> bytes:
    """`value` encrypted with the newest key; every call gives other bytes."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(settings.FIELD_KEYS[0]).encrypt(nonce, value, place.encode())


def open_sealed(sealed: bytes, *, place: str) -> bytes:
    """The value that `seal` was given for the same `place`. Raises CannotOpen."""
    if len(sealed) < _SHORTEST or sealed[:1] != VERSION:
        raise CannotOpen(place)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    for key in settings.FIELD_KEYS:
        try:
            return _cipher(key).decrypt(nonce, body, place.encode())
        except InvalidTag:
            continue
    raise CannotOpen(place)


@lru_cache(maxsize=1)
def lookup_key() -> bytes:
    """The key of hashes that stand beside sealed values to find equal ones. It changes with the
    newest field key: then equal values are found again as they are stored anew."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"prm field look-up 1")
    return derived.derive(settings.FIELD_KEYS[0].encode())


@lru_cache(maxsize=16)
def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"prm field encryption 1")
    return AESGCM(derived.derive(key.encode()))
