"""Call → first sound: from the call on the bus to the first audible sample in the player's pipe, with everything real
but the loudspeaker, whose place ALSA's ``null`` device takes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from appliance.tools.demo.morning_report import Trace
from appliance.tools.office.figures import quantile
from appliance.tools.office.observer import Observer
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import OfficeTime, SampleOffice
from appliance.tools.office.stand_in_hub import NINE_41, StandInHub
from appliance.wire import messages as m
from appliance.wire import topics

WAIT_SECONDS: Final = 20.0
READY_SECONDS: Final = 4.0
"""The display is up; so long its voice and its loudspeaker may take to wake."""
PAUSE_SECONDS: Final = 0.35
AHEAD: Final = 3
COUNTER: Final = {"id": "Loket 3", "en": "Counter 3"}
SERVICE: Final = {"id": "Pendaftaran", "en": "Registration"}
NINE_O_CLOCK: Final = 9 * 3600


def voice(directory: Path, samples: int) -> dict[str, float]:
    """Measure with the chime, and without it: then the first sound is the first syllable of what was foreseen."""
    figures: dict[str, float] = {}
    for name, chime in (("sound", True), ("syllable", False)):
        spans = _spans(directory / name, samples, chime=chime)
        figures |= {f"call_to_{name}_ms_p50": quantile(spans, 0.5), f"call_to_{name}_ms_p99": quantile(spans, 0.99)}
    return figures


def _spans(directory: Path, samples: int, *, chime: bool) -> list[float]:
    with Rig(directory, SampleOffice.nodes(1)) as rig, Observer(rig) as observer:
        office = SampleOffice(rig, 1, OfficeTime.starting(NINE_O_CLOCK, 1.0))
        hub = StandInHub(rig.password("hub-1"), rig.broker_settings())
        hub.start()
        screen = {"fullscreen": False, "width": 1280, "height": 720, "reduce_motion": True}
        office.display({"player": "alsa", "device": "null", "chime": chime}, screen=screen)
        if not observer.wait(lambda: observer.online("display-1"), WAIT_SECONDS):
            raise RuntimeError("the display did not come up")
        hub.say(_board())
        time.sleep(READY_SECONDS)
        called = [_call(hub, number) for number in range(1, samples + 1)]
        hub.stop()
        heard = Trace(office.trace_file).first("sound")
    missing = [str(seq) for seq, _ in called if str(seq) not in heard]
    if missing:
        raise RuntimeError(f"calls {', '.join(missing)} were not heard")
    return [(heard[str(seq)] - moment) / 1e6 for seq, moment in called]


def _call(hub: StandInHub, number: int) -> tuple[int, int]:
    """Let the next ones be known, call the first, and cut it off; return its sequence number and the moment."""
    turns = [m.Turn(f"A{number + each:03d}", each + 1) for each in range(AHEAD)]
    hub.link.publish(topics.WAITING, m.Waiting(1, 1, "2026-04-06", NINE_41, {"a": turns}), retain=True)
    time.sleep(PAUSE_SECONDS)
    call = m.Call(1, 10 * number, NINE_41, turns[0].number, "3", COUNTER, "a", SERVICE)
    moment = time.monotonic_ns()
    hub.say(call)
    time.sleep(PAUSE_SECONDS)
    # An emergency ends what is being said at once, so that the next call need not wait for it.
    alarm = m.Emergency(10 * number + 1, NINE_41, {"id": "Ini hanya ukuran."})
    for emergency in (alarm, None):
        hub.link.publish(topics.NOTICES, m.Notices(1, emergency=emergency), retain=True)
        time.sleep(PAUSE_SECONDS / 3)
    return call.seq, moment


def _board() -> m.Board:
    counter = m.CounterState(1, 1, "3", COUNTER, "free")
    service = m.ServiceState("a", "A", SERVICE, AHEAD)
    return m.Board(1, 1, "2026-04-06", m.Office({"id": "Kantor"}, "open"), [], [counter], [service])
