"""A small land office, as the demonstration, the bench and the journeys run it: every node a process of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from appliance.node.daemon import SimulatedClock, SystemClock
from appliance.node.polling import until
from appliance.tools.office.rig import Process, Rig

ZONE: Final = "Asia/Jakarta"
DATE: Final = "2026-04-06"
"""A Monday."""
Table = Mapping[str, Any]
SERVICES: Final[list[dict[str, Any]]] = [
    {
        "id": "pendaftaran",
        "prefix": "A",
        "names": {"id": "Pendaftaran Berkas", "en": "File registration"},
        "bring": {
            "id": ["KTP asli dan fotokopi", "Sertifikat tanah asli", "Bukti lunas PBB"],
            "en": ["Identity card and a copy", "Original land certificate", "Land tax receipt"],
        },
    },
    {
        "id": "konsultasi",
        "prefix": "B",
        "names": {"id": "Konsultasi Pertanahan", "en": "Land advice"},
        "minutes": 10.0,
        "bring": {"id": ["KTP asli"], "en": ["Identity card"]},
    },
    {
        "id": "pengambilan",
        "prefix": "C",
        "names": {"id": "Pengambilan Sertifikat", "en": "Certificate pick-up"},
        "minutes": 3.0,
        "bring": {"id": ["KTP asli", "Tanda terima berkas"], "en": ["Identity card", "Filing receipt"]},
    },
]


AS_IN_THE_UNIT: Final = {"MALLOC_MMAP_THRESHOLD_": "1048576"}
"""What systemd/giliran-web.service sets as well."""


def office(counters: int, **rules: int) -> dict[str, Any]:
    """Return the table ``[office]`` with so many counters, all serving everything."""
    return {
        "names": {"id": "Kantor Pertanahan Kabupaten Contoh", "en": "Sample District Land Office"},
        "zone": ZONE,
        "hours": {day: [["07:00", "15:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        "rules": rules,
        "services": SERVICES,
        "counters": [
            {
                "id": str(n),
                "names": {"id": f"Loket {n}", "en": f"Counter {n}"},
                "services": [service["id"] for service in SERVICES],
            }
            for n in range(1, counters + 1)
        ],
        "kiosks": {"kiosk-1": "X", "kiosk-2": "Y"},
    }


class OfficeTime(msgspec.Struct, frozen=True):
    """The office's clock: where it starts, how fast it runs, and when that was on this machine's clock."""

    start_ms: int
    rate: float
    anchor_ms: int

    @classmethod
    def starting(cls, seconds_since_midnight: float, rate: float) -> OfficeTime:
        """Return a clock that shows this time of ``DATE`` now."""
        return cls(instant(seconds_since_midnight), rate, SystemClock().office_ms())

    def now(self) -> int:
        """Return the office's time, in milliseconds since 1970."""
        return SimulatedClock(self.start_ms, self.rate, self.anchor_ms).office_ms()

    def wait_until(self, moment_ms: int) -> None:
        """Sleep until the office's clock shows ``moment_ms``."""
        while (left := moment_ms - self.now()) > 0:
            time.sleep(min(left / self.rate / 1000, 0.5))

    def table(self) -> dict[str, Any]:
        """Return the hub's table ``[clock]``."""
        return {
            "simulated_start_ms": self.start_ms,
            "simulated_rate": self.rate,
            "simulated_anchor_ms": self.anchor_ms,
        }


class SampleOffice:
    """All nodes of an office over a rig.

    Args:
        rig: a running broker that knows ``nodes(counters)``.
        counters: how many counters and keypads.
        office_time: the clock that the hub runs on.
        rules: rules that differ from their defaults.
    """

    def __init__(self, rig: Rig, counters: int, office_time: OfficeTime, **rules: int) -> None:
        self.rig = rig
        self.counters = [str(n) for n in range(1, counters + 1)]
        self.time = office_time
        self.database = rig.directory / "hub-1" / "giliran.db"
        self._rules = rules

    @staticmethod
    def nodes(counters: int) -> list[str]:
        """Return the names that the broker must know."""
        return ["hub-1", "kiosk-1", "display-1", "web-1", *(f"keypad-{n}" for n in range(1, counters + 1))]

    @property
    def definition(self) -> dict[str, Any]:
        """The table ``[office]`` that its hub has."""
        return office(len(self.counters), **self._rules)

    def restart_hub(self, database: str, office_time: OfficeTime) -> Process:
        """Start the hub, which must have ended, on another database and another clock."""
        self.time = office_time
        return self.hub(database)

    def hub(
        self,
        database: str = "giliran",
        changes: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Process:
        """Start the hub.

        Args:
            database: its name.
            changes: what is different in ``[office]``.
            settings: those of ``[hub]`` beside the database.
        """
        self.database = self.rig.directory / "hub-1" / f"{database}.db"
        tables = {
            "hub": {"database": str(self.database), **(settings or {})},
            "office": {**self.definition, **(changes or {})},
            "clock": self.time.table(),
        }
        return self.rig.spawn("hub", self.rig.write_config("hub-1", tables), env=self._trace)

    def kiosk(self, settings: dict[str, Any]) -> Process:
        """Start the kiosk; ``settings`` are those of ``[kiosk]`` beside its name."""
        folder = self.kiosk_folder
        folder.mkdir(parents=True, exist_ok=True)
        config = self.rig.write_config("kiosk-1", {"kiosk": {"node": "kiosk-1", "folder": str(folder), **settings}})
        return self.rig.spawn("kiosk", config, env=self._driven("kiosk-1"))

    def display(self, speech: dict[str, Any], **settings: Any) -> Process:
        """Start the lobby display; ``speech`` are the settings of ``[display.speech]``."""
        tables = {"display": {"node": "display-1", "speech": speech, **settings}}
        return self.rig.spawn("display", self.rig.write_config("display-1", tables), env=self._driven("display-1"))

    def keypad(self, counter: str, **settings: Any) -> Process:
        """Start the keypad of one counter, on mock pins; ``settings`` are further ones of ``[keypad]``."""
        node = f"keypad-{counter}"
        own = {"node": node, "counter": counter, "gpio": "mock", "panel": str(self.panel_socket(counter))}
        keypad = {**own, **settings}
        return self.rig.spawn("keypad", self.rig.write_config(node, {"keypad": keypad}), env=self._trace)

    def web(self, **settings: Any) -> Process:
        """Start the office's pages, on a free port (``pages_at``); ``settings`` are further ones of ``[web]``."""
        folder = self.rig.directory / "web-1"
        own = {"node": "web-1", "host": "127.0.0.1", "port": 0, "accounts": str(folder / "accounts.db")}
        web = {**own, "database": str(self.database), **settings}
        return self.rig.spawn(
            "web", self.rig.write_config("web-1", {"web": web}), env={**self._trace, **AS_IN_THE_UNIT}
        )

    def pages_at(self, seconds: float = 20.0) -> str:
        """Return the address of the office's pages, once they are served. Raises ``TimeoutError``."""
        process = self.rig.process("web-1")
        if not until(lambda: "pages at " in process.output() or not process.running(), seconds):
            raise TimeoutError("the pages are not served")
        found = re.findall(r"pages at (http://\S+?)/?\s", process.output() + " ")
        if not found:
            raise TimeoutError(f"the pages are not served: {process.output()[-500:]}")
        return str(found[-1])

    @property
    def kiosk_folder(self) -> Path:
        """Return where the kiosk keeps what it must not forget."""
        return self.rig.directory / "kiosk-1" / "kept"

    def panel_socket(self, counter: str) -> Path:
        """Return where a front panel finds the keypad of ``counter``."""
        return self.rig.directory / f"keypad-{counter}.sock"

    def finger_socket(self, node: str) -> Path:
        """Return where a finger finds a screen."""
        return self.rig.directory / f"{node}.sock"

    @property
    def trace_file(self) -> Path:
        """Return the file in which the nodes note moments."""
        return self.rig.directory / "trace.txt"

    @property
    def _trace(self) -> dict[str, str]:
        return {"GILIRAN_TRACE": str(self.trace_file)}

    def _driven(self, node: str) -> dict[str, str]:
        return {**self._trace, "GILIRAN_UI_DRIVER": str(self.finger_socket(node))}


def instant(seconds_since_midnight: float) -> int:
    """Return a time of ``DATE`` in the office's zone, in milliseconds since 1970."""
    midnight = datetime.fromisoformat(DATE).replace(tzinfo=ZoneInfo(ZONE))
    return int((midnight + timedelta(seconds=seconds_since_midnight)).timestamp() * 1000)
