"""The prepared office of the pictures: services, counters, calls, in ordinary and in extreme sizes."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from appliance.texts.office_words import LONGEST
from appliance.tools.office.stand_in_hub import NINE_41
from appliance.units import MINUTE
from appliance.wire.messages import (
    Board,
    Call,
    Catalogue,
    CounterState,
    Lease,
    Office,
    Series,
    ServiceState,
    Turn,
    Waiting,
)

DAY: Final = "2026-04-06"
OFFICE: Final = Office(
    {"id": "Kantor Pertanahan Kabupaten Sleman", "en": "Sleman Regency Land Office"},
    "open",
    closes_at=NINE_41 + 319 * MINUTE,
    notice={
        "id": "Siapkan KTP asli dan berkas Anda sebelum menuju loket.",
        "en": "Please have your identity card and your papers ready.",
    },
    follow_url="http://antrean.kantor.local/t/",
)
_SAID: Final = "SILAKAN IKUTI PETUNJUK PETUGAS KAMI, DAN JAGA BARANG BAWAAN ANDA; TERIMA KASIH ATAS KESABARANNYA. "
OWN_WORDS: Final = {
    key: dict.fromkeys(("id", "en"), (("{number} " if key == "kiosk.photograph" else "") + 2 * _SAID)[:most].strip())
    for key, most in LONGEST.items()
}
"""Every text that an office may word, as long as it may be, in capitals."""
WORDED: Final = replace(OFFICE, texts=OWN_WORDS)
MESSAGES: Final = replace(OFFICE, messages=True)
RATED: Final = replace(OFFICE, survey="long")
TRAINING: Final = replace(OFFICE, training=True)
CLOSED: Final = {
    "before": replace(OFFICE, phase="before", opens_at=NINE_41 + 19 * MINUTE),
    "break": replace(OFFICE, phase="break", opens_at=NINE_41 + 199 * MINUTE),
    "after": replace(OFFICE, phase="after", opens_at=NINE_41 + 22 * 60 * MINUTE),
    "closed": replace(OFFICE, phase="closed", closes_at=None),
}
WORDED_CLOSED: Final = replace(CLOSED["after"], texts=OWN_WORDS)
_BRING: Final = {
    "id": ["KTP asli", "Sertifikat asli", "Fotokopi KTP 2 lembar"],
    "en": ["Identity card", "Original certificate", "2 copies of the identity card"],
}
_LONG_BRING: Final = {
    "id": ["KTP dan Kartu Keluarga asli", "Sertifikat asli dan fotokopinya", "Bukti lunas PBB tahun berjalan",
           "Surat kuasa bermeterai", "Surat pernyataan ahli waris", "Akta jual beli dari PPAT", "Formulir permohonan",
           "Surat keterangan dari kelurahan atau kepala desa setempat"],
    "en": ["Identity and family card", "Certificate and a copy of it", "Proof of this year's land tax",
           "Stamped power of attorney", "Declaration of the heirs", "Deed of sale", "Application form",
           "Certificate of the village head or of the ward where the land is"],
}  # fmt: skip


def _service(
    at: int, names: tuple[str, str], waiting: int, wait: tuple[int, int] | None, **more: object
) -> ServiceState:
    low, high = wait or (None, None)
    state = ServiceState(
        f"s{at}", chr(65 + at % 26), {"id": names[0], "en": names[1]}, waiting, waiting, low=low, high=high
    )
    return replace(state, **more)


USUAL: Final = [
    _service(0, ("Pendaftaran Berkas", "File registration"), 7, (20, 30), bring=_BRING),
    _service(1, ("Konsultasi Pertanahan", "Land consultation"), 2, (0, 5)),
    _service(2, ("Pengambilan Produk", "Collection of documents"), 0, (0, 0)),
    _service(3, ("Pengaduan", "Complaints"), 12, None, open=False),
]
LONG: Final = [
    _service(0, ("Pelayanan Perekaman Kartu Tanda Penduduk Elektronik", "Registration of electronic identity cards"),
             128, (145, 180), bring=_LONG_BRING, prefix="KTP"),
    _service(1, ("Penerbitan Surat Keterangan Pindah Datang", "Certificate of change of residence"), 35, (60, 75),
             prefix="SK"),
    *USUAL[1:3],
    _service(4, ("Akta Kelahiran", "Birth certificate"), 3, (10, 15)),
    _service(5, ("Akta Kematian", "Death certificate"), 1, None),
]  # fmt: skip
MANY_PAPERS: Final = [
    replace(USUAL[0], bring={language: [*listed, *(f"{item} ({count})" for count in (2, 3) for item in listed)]
                             for language, listed in _LONG_BRING.items()}),
]  # fmt: skip
_GROUPS: Final = (
    ("Pertanahan", "Land"),
    ("Kependudukan", "Population"),
    ("Perizinan Usaha", "Business licences"),
    ("Pajak dan Retribusi Daerah", "Regional taxes and fees"),
    ("Informasi dan Pengaduan", "Information"),
)
GROUPED: Final = [
    _service(
        at,
        (f"{_GROUPS[at % 5][0]} {at // 5 + 1}", f"{_GROUPS[at % 5][1]} {at // 5 + 1}"),
        at % 7,
        (5, 15),
        group={"id": _GROUPS[at % 5][0], "en": _GROUPS[at % 5][1]},
        bring=_BRING,
    )
    for at in range(24)
]
STOPPED: Final = [
    _service(0, ("Pendaftaran Berkas", "File registration"), 7, (20, 30), bring=_BRING),
    _service(1, ("Konsultasi Pertanahan", "Land consultation"), 0, None, open=False, reason="quota"),
    _service(2, ("Pengambilan Produk", "Collection of documents"), 0, None, open=False, reason="last_ticket"),
    _service(
        3,
        ("Pengaduan", "Complaints"),
        0,
        None,
        open=False,
        reason="stopped",
        notice="Petugas sedang rapat sampai 10.30",
    ),
]
LEASE: Final = Lease(
    {"kiosk-1": "X"},
    [(NINE_41 - 60 * MINUTE, NINE_41 + 319 * MINUTE)],
    NINE_41 + 700 * MINUTE,
    {"s0": Series("A", 3), "s1": Series("B", 3), "s2": Series("C", 3)},
)
WAITING: Final = Waiting(
    1, 1, DAY, NINE_41, {"s0": [Turn("A009", 1, 0, 0, 5), Turn("A012", 8, 25, 20, 30)], "s1": [Turn("B003", 1)]}
)
MANY: Final = [
    _service(at, (f"Layanan Nomor {at + 1}", f"Service number {at + 1}"), at % 9, (5 + at, 15 + at)) for at in range(40)
]


def catalogue(seq: int, services: list[ServiceState], office: Office = OFFICE, lease: Lease | None = None) -> Catalogue:
    """Return what a kiosk may offer, and what it may do alone."""
    return Catalogue(1, seq, DAY, office, services, lease or Lease())


def counter(at: int, state: str, number: str | None = None, name: tuple[str, str] | None = None) -> CounterState:
    """Return one counter's state."""
    names = name or (f"Loket {at}", f"Counter {at}")
    return CounterState(1, 1, f"c{at}", {"id": names[0], "en": names[1]}, state, number)  # type: ignore[arg-type]  # scripted


def call(seq: int, number: str, at: int, *, recall: bool = False, service: ServiceState = USUAL[0],
         name: tuple[str, str] | None = None) -> Call:  # fmt: skip
    """Return a call of ``number`` to counter ``at``."""
    names = name or (f"Loket {at}", f"Counter {at}")
    return Call(
        1, seq, NINE_41, number, f"c{at}", {"id": names[0], "en": names[1]}, service.id, service.names, recall
    )  # fmt: skip


def board(seq: int, calls: list[Call], counters: list[CounterState], services: list[ServiceState] = USUAL,
          office: Office = OFFICE) -> Board:  # fmt: skip
    """Return what a display shows."""
    return Board(1, seq, DAY, office, calls, counters, services)


IDLE: Final = [counter(at, "free") for at in (1, 2, 3)] + [counter(4, "closed")]
BUSY: Final = [counter(1, "serving", "A009"), counter(2, "serving", "B003"), counter(3, "called", "A012"),
               counter(4, "free"), counter(5, "closed")]  # fmt: skip
CROWDED: Final = [counter(at, "serving", f"A{at:03d}") for at in range(1, 12)] + [counter(12, "called", "A012")]
NAMED: Final = [
    counter(1, "called", "KTP128", ("Loket Prioritas", "Priority counter")),
    counter(2, "serving", "SK035", ("Ruang Rekam Biometrik", "Biometrics room")),
    counter(3, "free"),
]
CALLED: Final = board(
    1, [call(2, "A008", 2), call(1, "B002", 1)], [counter(1, "serving", "C007"), counter(2, "called", "A008")]
)
