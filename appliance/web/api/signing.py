"""Signatures of what is sent (pure), as Standard Webhooks has them: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hmac
from typing import Final

SECRET_BEGINS: Final = "whsec_"  # noqa: S105  # how such a secret begins


def signed(secret: str, id_: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers that prove who sent a body, and when.

    Args:
        secret: ``whsec_`` and base 64; any other text is taken as it is.
        id_: of what is sent; the same when it is sent again.
        seconds: since 1970.
        body: as it is sent.
    """
    content = f"{id_}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.digest(_key(secret), content, "sha256")).decode()
    return {"webhook-id": id_, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}


def _key(secret: str) -> bytes:
    if secret.startswith(SECRET_BEGINS):
        try:
            return base64.b64decode(secret.removeprefix(SECRET_BEGINS), validate=True)
        except ValueError:
            pass
    return secret.encode()
