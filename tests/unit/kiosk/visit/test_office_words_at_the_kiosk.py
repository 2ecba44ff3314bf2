"""The office's own words on the kiosk's screens, in the voice's sentences and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from appliance.texts.office_words import LONGEST, OfficeWords
from appliance.tools.shots import scenes
from appliance.ui import bridge
from appliance.wire.messages import Catalogue, IssuedTicket, Office
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.settings import PrinterSettings
from kiosk.ticket.slip import Text, slip
from kiosk.visit import guidance, screen_text
from kiosk.visit.state import Flow
from kiosk.workshop import paper

NINE_41 = 1_775_443_260_000
TICKET = IssuedTicket("A012", "s0", scenes.DAY, NINE_41, 7)
OWN = {key: {"id": f"{key} {{number}}" if key == "kiosk.photograph" else key.replace(".", " ")} for key in LONGEST}
"""Each text says its own name."""
SCREENS = {
    "kiosk.choose_service": Flow(screen="services"),
    "kiosk.printed": Flow(screen="ticket", ticket=TICKET, slip="printed"),
    "kiosk.photograph": Flow(screen="ticket", ticket=TICKET, slip="failed", failure="paper_out"),
    "kiosk.turn_hint": Flow(screen="turn", turn="A012"),
    "kiosk.trouble": Flow(screen="trouble", trouble="away"),
    "kiosk.closed_hint": Flow(screen="closed", phase="after"),
    "ticket.follow": Flow(screen="ticket", ticket=TICKET, slip="printed"),
}
TABLE = {"kiosk.begin", "kiosk.begin_second", "kiosk.bring_hint", "kiosk.priority_who"}


def offered(own: dict[str, dict[str, str]]) -> Catalogue:
    catalogue = scenes.catalogue(1, scenes.USUAL)
    return replace(catalogue, office=replace(catalogue.office, texts=own))


def values(flow: Flow, own: dict[str, dict[str, str]]) -> dict[str, Any]:
    moment = screen_text.Surroundings(offered(own), scenes.WAITING, NINE_41, "Asia/Jakarta", 0, 1.0)
    return screen_text.values(flow, moment)


def printed(office: Office, languages: tuple[str, ...] = ("id", "en"), width: int = 576) -> list[Any]:
    return slip(
        TICKET, service_names={"id": "Satu"}, office=office, at=None, token="0" * 32, languages=languages, width=width
    )


def on_paper(office: Office, languages: tuple[str, ...] = ("id", "en")) -> list[str]:
    return [line.text for line in printed(office, languages) if isinstance(line, Text)]


@pytest.mark.parametrize("key", [key for key in LONGEST if key.startswith(("kiosk.", "ticket."))])
def test_every_text_that_an_office_words_is_read_where_it_belongs(key: str) -> None:
    wanted = OfficeWords(OWN).text(key, "id", **({"number": "A012"} if key == "kiosk.photograph" else {}))
    if key in TABLE:
        assert bridge.table("kiosk", "id", OfficeWords(OWN))[key.removeprefix("kiosk.")] == wanted
    if key in SCREENS:
        assert wanted in values(SCREENS[key], OWN).values()
    if key.startswith("ticket."):
        assert wanted in on_paper(replace(scenes.OFFICE, texts=OWN))
    assert key in TABLE or key in SCREENS or key.startswith("ticket.")


def test_the_voice_says_who_has_priority_in_the_offices_words() -> None:
    said = guidance.sentences(values(Flow(screen="confirm", service="s0", question="priority"), OWN), 4)
    assert any("priority" in sentence and "who" in sentence for sentence in said)


def test_each_language_of_a_ticket_has_its_own_words_or_the_catalogues() -> None:
    own = replace(scenes.OFFICE, texts={"ticket.follow": {"id": "Pindai, lalu tunggu di teras"}})
    said = on_paper(own)
    assert "Pindai, lalu tunggu di teras" in said
    assert "Follow the queue on your phone" in said
    assert "Pindai, lalu tunggu di teras" not in on_paper(own, ("en",))


@pytest.mark.parametrize("paper_mm", [58, 80])
@pytest.mark.parametrize("own", ["Terima kasih sudah menunggu. " * 4, "W" * 120, "شكرا " * 24])
def test_the_longest_words_are_whole_on_the_narrowest_paper(paper_mm: int, own: str) -> None:
    own = own[: LONGEST["ticket.thanks"]].strip()
    follow = "Mm" * (LONGEST["ticket.follow"] // 2)
    office = replace(scenes.OFFICE, texts={"ticket.thanks": {"id": own}, "ticket.follow": {"id": follow}})
    renderer = Renderer(PrinterSettings(kind="file", paper_mm=paper_mm))
    drawn = paper.render(b"".join(renderer.render(printed(office, width=renderer.width))), paper_mm, renderer.dots)
    assert drawn.problems == []
    together = "".join("".join(drawn.text).split())
    assert follow in together
    if own.isascii():
        assert "".join(own.split()) in together
