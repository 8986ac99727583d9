"""Short secrets kept in the database so that its dump alone does not give them away.

The key comes from SECRET_KEY, which is never in the database. A text is hidden under a pad of HMAC-SHA256 over a random
nonce of its own and then authenticated (encrypt, then MAC), so that neither reading nor changing it works without the key.
It is meant for secrets of at most 64 bytes; anything longer deserves a cipher of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

NONCE_BYTES, PAD_BYTES, TAG_BYTES = 16, 64, 32


class Unreadable(Exception):
    """It was changed, or sealed under a key this server no longer has."""


def seal(text: str, *, purpose: str) -> str:
    """Hide a short text. What was sealed for one purpose does not open for another."""
    plain, nonce = text.encode(), secrets.token_bytes(NONCE_BYTES)
    if len(plain) > PAD_BYTES:
        raise ValueError(f"longer than {PAD_BYTES} bytes")
    hidden = _under_pad(plain, settings.SECRET_KEY, nonce, purpose)
    sealed = nonce + hidden + _tag(settings.SECRET_KEY, nonce + hidden, purpose)
    return base64.b64encode(sealed).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text of ``seal``, under the key of now or one of SECRET_KEY_FALLBACKS. Raises: Unreadable."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError:
        raise Unreadable from None
    body, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(tag, _tag(key, body, purpose)):
            return _under_pad(body[NONCE_BYTES:], key, body[:NONCE_BYTES], purpose).decode()
    raise Unreadable


def _under_pad(text: bytes, key: str, nonce: bytes, purpose: str) -> bytes:
    pad = b"".join(_mac(key, f"pad {half} {purpose}", nonce) for half in (0, 1))
    return bytes(letter ^ hiding for letter, hiding in zip(text, pad, strict=False))


def _tag(key: str, body: bytes, purpose: str) -> bytes:
    return _mac(key, f"tag {purpose}", body)


def _mac(key: str, use: str, body: bytes) -> bytes:
    derived = hmac.digest(key.encode(), f"core.sealed {use}".encode(), hashlib.sha256)
    return hmac.digest(derived, body, hashlib.sha256)
