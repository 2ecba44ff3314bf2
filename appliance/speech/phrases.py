"""From a call to the sentences that are spoken (pure).

Everything comes from the call itself, never from what a counter shows now: a late announcement must not send anyone to
the wrong place.
"""

from __future__ import annotations

from typing import Final

from appliance.texts import pick, text
from appliance.texts.numbers import Style, in_words, spell
from appliance.wire.messages import Call

LONGEST_NAME: Final = 80
"""Characters of a counter's name that are spoken; an office that writes more gets the beginning."""


def sentences(call: Call, language: str, style: Style = "digits") -> list[str]:
    """Return the sentences of one announcement, in order.

    They are separate because most of them come again: the counter's with every call to it, the number's with a
    recall. What has been spoken once need not be synthesised a second time.

    Args:
        call: as it came from the hub.
        language: one of ``appliance.texts.numbers.LANGUAGES``.
        style: how the ticket number is read.

    Raises:
        ValueError: if the language is not known.
    """
    head = [text("voice.recall", language)] if call.recall else []
    counter = _mid_sentence(in_words(_plain(pick(call.counter_names, language)), language))
    body = [text("voice.number", language, number=spell(call.number, language, style))]
    tail = [text("voice.counter", language, counter=counter)] if counter else []
    return head + body + tail


def announcement(call: Call, language: str, style: Style = "digits") -> str:
    """Return one announcement as text: "Nomor antrean A, nol, satu, dua. Silakan menuju loket tiga."

    Arguments and errors as for ``sentences``.
    """
    return " ".join(sentences(call, language, style))


def _plain(name: str) -> str:
    # Control characters would end or garble what the voice is handed.
    return "".join(sign if sign.isprintable() else " " for sign in name[:LONGEST_NAME])


def _mid_sentence(name: str) -> str:
    # "Loket tiga" becomes "loket tiga"; "VIP" and a lone letter stay as they are.
    return name[0].lower() + name[1:] if len(name) > 1 and name[1].islower() else name
