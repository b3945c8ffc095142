"""A bundle behind a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM encrypts it piece by piece.

The pieces are numbered and the last one is marked, so that none can be left out, exchanged or cut off (the
STREAM construction of Hoang et al. 2015).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from app.study.canonical import canonical_json

PIECE_BYTES = 1024 * 1024
_TAG_BYTES = 16
_MOST_COST = 2**18
"""A file cannot make this program spend more memory than 256 MB on its passphrase."""


@dataclass(frozen=True)
class Lock:
    """How the key is made from the passphrase; `salt` and `check` are hexadecimal."""

    bundle: str
    salt: str
    check: str
    cost: int = 2**15
    format: str = "scintiread-locked-1"

    @property
    def sound(self) -> bool:
        """Whether this program can and should use it."""
        power = self.cost >= 2**14 and self.cost & (self.cost - 1) == 0
        return self.format == "scintiread-locked-1" and power and self.cost <= _MOST_COST


def new_lock(bundle: str, passphrase: str) -> tuple[Lock, bytes]:
    """A lock with a fresh salt, and its key."""
    lock = Lock(bundle, secrets.token_hex(16), "")
    key = _key(lock, passphrase)
    return Lock(bundle, lock.salt, _check(key)), key


def key_of(lock: Lock, passphrase: str) -> bytes | None:
    """The key, or None when this is not the passphrase."""
    key = _key(lock, passphrase)
    return key if secrets.compare_digest(_check(key), lock.check) else None


def encrypt(key: bytes, lock: Lock, source: IO[bytes], target: IO[bytes]) -> None:
    """Encrypt a whole file."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, about = AESGCM(key), canonical_json(lock).encode()
    piece, number = source.read(PIECE_BYTES), 0
    while True:
        following = source.read(PIECE_BYTES)
        target.write(cipher.encrypt(_nonce(number, last=not following), piece, about))
        if not following:
            return
        piece, number = following, number + 1


def decrypt(key: bytes, lock: Lock, source: IO[bytes], target: IO[bytes]) -> None:
    """Decrypt a whole file; raises ValueError when a byte was changed or an end is missing."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, about = AESGCM(key), canonical_json(lock).encode()
    piece, number = source.read(PIECE_BYTES + _TAG_BYTES), 0
    try:
        while True:
            following = source.read(PIECE_BYTES + _TAG_BYTES)
            target.write(cipher.decrypt(_nonce(number, last=not following), piece, about))
            if not following:
                return
            piece, number = following, number + 1
    except InvalidTag as error:
        raise ValueError("it was altered or cut off") from error


def lock_from_plain(plain: Mapping[str, object]) -> Lock:
    """The lock that was written; raises ValueError when this program should not use it."""
    try:
        bundle, salt, check, form = (str(plain[name]) for name in ("bundle", "salt", "check", "format"))
        lock = Lock(bundle, salt, check, int(str(plain["cost"])), form)
        bytes.fromhex(salt)
    except KeyError as error:
        raise ValueError("it has no lock") from error
    if not lock.sound:
        raise ValueError("its lock is of another kind")
    return lock


def _key(lock: Lock, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    kdf = Scrypt(bytes.fromhex(lock.salt), 32, lock.cost, 8, 1)
    return kdf.derive(passphrase.encode("utf-8"))


def _check(key: bytes) -> str:
    from app.bundles.keys import derived_key

    return derived_key(key, "passphrase check").hex()[:32]


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(8, "big") + b"\0\0\0" + (b"\1" if last else b"\0")
