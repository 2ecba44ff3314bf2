"""What stands on the slips that the house itself has printed (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from appliance.texts import text
from appliance.wire.messages import Slip, SlipLine

FIRST_CODE: Final = "first_code"


def first_code(code: str, address: str, languages: Sequence[str] = ("id", "en")) -> Slip:
    """Return the slip with the code that makes the first administrator.

    Args:
        code: as ``Accounts.first_code`` returned it.
        address: of the office's page in a browser; empty if it is not known.
        languages: of the words, in this order.
    """
    lines = [SlipLine("title", text("slip.first_code.title", languages[0])), SlipLine("large", code)]
    lines += [SlipLine("text", text("slip.first_code.what", language)) for language in languages]
    if address:
        lines += [SlipLine("text", address), SlipLine("qr", address)]
    return Slip(FIRST_CODE, tuple(lines))
