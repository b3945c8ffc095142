"""Signatures and sealing of bundles: Ed25519, HKDF-SHA256 and AES-256-GCM of the `cryptography` package."""

from __future__ import annotations

import secrets
from pathlib import Path

from app.errors import AppError
from app.files import refused, whole

SECRET_BYTES = 32
_NONCE_BYTES = 12


class SigningKey:
    """An Ed25519 private key."""

    def __init__(self, secret: str) -> None:
        """`secret`: 32 bytes in hexadecimal; raises ValueError when it is none."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.secret = secret
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))

    @classmethod
    def new(cls) -> SigningKey:
        """A fresh key from the system's randomness."""
        return cls(secrets.token_hex(SECRET_BYTES))

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, content: bytes) -> str:
        """The signature in hexadecimal."""
        return self._key.sign(content).hex()


def signed_by(public: str, signature: str, content: bytes) -> bool:
    """Whether the owner of the public key signed exactly this content."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def derived_key(secret: bytes, *words: str) -> bytes:
    """A 256-bit key for one purpose (HKDF-SHA256, RFC 5869); other words give an unrelated key."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), SECRET_BYTES, None, "\n".join(("scintiread", *words)).encode()).derive(secret)


def seal(key: bytes, content: bytes, about: str) -> bytes:
    """Encrypt and authenticate; `about` is bound to it without being in it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """What was sealed; raises ValueError for another key, another `about` or a changed byte."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise ValueError("it does not open") from error


def study_key(file: Path) -> SigningKey:
    """The study's signing key, made at first use and readable by its owner alone.

    Raises AppError when the file holds something else or cannot be written.
    """
    try:
        if not file.is_file():
            with whole(file, private=True) as out:
                out.write(f"{SigningKey.new().secret}\n".encode())
        return SigningKey(file.read_text(encoding="ascii").strip())
    except OSError as error:
        raise refused(file, error, "Check the access rights.", "cannot be used") from error
    except ValueError as error:
        raise AppError(
            f"{file.name} is no signing key.", "Move it away: a new one is made for the next bundles."
        ) from error
