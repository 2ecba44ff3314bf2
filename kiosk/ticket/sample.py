"""Sample tickets (pure): for previews of a layout, for test prints and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from appliance.wire.messages import IssuedTicket, Names, Office
from kiosk.ticket.slip import WIDTH_DOTS, Line, slip
from kiosk.ticket.template import Template

AT: Final = datetime(2026, 4, 6, 9, 41)  # noqa: DTZ001  # the office's wall clock
TOKEN: Final = "0123456789abcdef" * 2
FOLLOW_URL: Final = "http://10.20.0.1/t/"
OFFICE: Final[Names] = {"id": "Kantor Pertanahan Kota Contoh", "en": "Land Office of Contoh"}
SERVICE: Final[Names] = {"id": "Pendaftaran Berkas", "en": "File registration"}
BRING: Final = {
    "id": ["KTP asli dan fotokopi", "Sertifikat asli", "Surat kuasa bila diwakilkan"],
    "en": ["Identity card and a copy", "Original certificate", "Letter of authority if you come for somebody"],
}
LONG_OFFICE: Final[Names] = {"id": "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Kotawaringin Barat"}
LONG_SERVICE: Final[Names] = {
    "id": "Pengecekan Sertifikat Elektronik dan Pendaftaran Hak Tanggungan",
    "en": "Checking of electronic certificates and registration of mortgage rights",
}
NOTICE: Final[Names] = {
    "id": "Jumat, 10 April: pelayanan sampai pukul 11.00",
    "en": "Friday, 10 April: open until 11:00",
}


def sample(
    number: str = "A012",
    *,
    width: int = WIDTH_DOTS[80],
    languages: Sequence[str] = ("id", "en"),
    template: Template | None = None,
    priority: bool = True,
    long: bool = False,
) -> list[Line]:
    """Lay out a ticket that uses every block there is.

    Args:
        number: on the ticket.
        width: printable dots of the paper.
        languages: the main one first.
        template: the layout; None is the shipped one.
        priority: a ticket of the priority class.
        long: with an office, a service, a notice and a queue that take much room.
    """
    return slip(
        IssuedTicket(
            number, "sample", "2026-04-06", 0, 128 if long else 7, priority, 110 if long else 20, 150 if long else 30
        ),
        service_names=LONG_SERVICE if long else SERVICE,
        office=Office(LONG_OFFICE if long else OFFICE, "open", notice=NOTICE if long else {}, follow_url=FOLLOW_URL),
        at=AT,
        token=TOKEN,
        bring=BRING,
        languages=languages,
        width=width,
        template=template,
    )
