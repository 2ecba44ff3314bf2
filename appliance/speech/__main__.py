"""``giliran say``: try the voice and the loudspeaker, as in ``giliran say A012 "Loket 3"``."""

from __future__ import annotations

import argparse
import sys
from array import array
from pathlib import Path

import msgspec

from appliance.node.config import ConfigError
from appliance.speech import waveform
from appliance.speech.errors import SpeechError
from appliance.speech.phrases import Phrase, announcement, sentences
from appliance.speech.players import Sound, make_player
from appliance.speech.settings import SpeechSettings, configured
from appliance.speech.studio import Studio
from appliance.speech.voice import make_voice
from appliance.wire.messages import Call


def main(arguments: list[str] | None = None) -> int:
    """Speak one made-up call with the settings of this box; return 1 if it could not be heard."""
    parser = argparse.ArgumentParser(prog="giliran say", description="Speak one announcement.")
    parser.add_argument("number", nargs="?", default="A012", help="ticket number (default: A012)")
    parser.add_argument("counter", nargs="?", default="Loket 3", help='counter name (default: "Loket 3")')
    parser.add_argument("--recall", action="store_true", help="as a repeated call")
    parser.add_argument("--config", type=Path, help="read [display.speech] from this file")
    parser.add_argument("--device", help="an ALSA device, as `aplay -L` lists them")
    parser.add_argument("--language", action="append", choices=["id", "en"], help="may be given several times")
    parser.add_argument("--tone", action="store_true", help="a test tone instead: two seconds of 1 kHz at -18 dBFS")
    parser.add_argument("--out", type=Path, help="write a WAV file instead of playing")
    asked = parser.parse_args(arguments)
    try:
        settings = configured(asked.config)
    except ConfigError as error:
        parser.error(str(error))
    if asked.device:
        settings = msgspec.structs.replace(settings, player="alsa", device=asked.device)
    if asked.language:
        settings = msgspec.structs.replace(settings, languages=tuple(asked.language))
    call = Call(1, 1, 0, asked.number.upper(), "try", {"id": asked.counter}, "try", {}, asked.recall)
    try:
        if asked.tone:
            _let_hear(waveform.silence(settings.lead_in_ms) + waveform.test_tone(), settings, asked.out)
        else:
            _speak(call, settings, asked.out)
    except (SpeechError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _speak(call: Call, settings: SpeechSettings, out: Path | None) -> None:
    studio = Studio(make_voice(settings), settings.languages)
    studio.start()
    try:
        said: list[list[array[int]]] = []
        for language in settings.languages:
            sys.stdout.write(f"{language}: {announcement(call, language, settings)}\n")
            said.append([studio.sound_of(Phrase(each, language)) for each in sentences(call, language, settings)])
    finally:
        studio.stop()
    _let_hear(waveform.join(said, with_chime=settings.chime, lead_in_ms=settings.lead_in_ms), settings, out)


def _let_hear(samples: array[int], settings: SpeechSettings, out: Path | None) -> None:
    samples = waveform.scaled(samples, settings.volume)
    sys.stdout.write(f"{len(samples) / waveform.RATE:.1f} s\n")
    if out is None:
        make_player(settings).play(Sound([samples], "try"))
    else:
        waveform.write(out, samples)


if __name__ == "__main__":
    sys.exit(main())
