"""``giliran ticket``: look at tickets and check a layout before a citizen gets one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import msgspec

from appliance import texts
from appliance.node import config
from appliance.node.config import ConfigError
from kiosk.printer.escpos_lines import Renderer
from kiosk.printer.settings import PrinterSettings
from kiosk.settings import KioskSettings
from kiosk.ticket import template as ticket_template
from kiosk.ticket import template_file as ticket_file
from kiosk.ticket.sample import sample
from kiosk.ticket.slip import DOTS_PER_MM
from kiosk.ticket.template import Template, TemplateError
from kiosk.workshop import paper, paper_ink

OUT: Final = Path("ticket.png")
EXIT_WRONG: Final = 1


def main(argv: list[str]) -> int:
    """Run one verb; return the exit code: 0 if all is well."""
    parser = argparse.ArgumentParser(prog="giliran ticket", description=__doc__.partition(": ")[2])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("template", help="print the shipped layout, to be edited")
    preview = verbs.add_parser("preview", help="check a layout, and draw a sample ticket with it")
    preview.add_argument("--template", type=Path, help="the layout; default: the kiosk's own, else the shipped one")
    preview.add_argument("--config", type=Path, help="take profile, code page and logo of this kiosk's [kiosk.printer]")
    preview.add_argument("--width", type=int, choices=(80, 58), help="of the paper in millimetres; default: 80")
    preview.add_argument("--language", default=texts.DEFAULT, help="the citizen's, for example id or en")
    preview.add_argument("--number", default="A012", help="on the sample; default: A012")
    preview.add_argument("--long", action="store_true", help="a sample with long names, a notice and a long queue")
    preview.add_argument("--out", type=Path, default=OUT, help=f"the picture; default: {OUT}")
    arguments = parser.parse_args(argv)
    if arguments.verb == "template":
        sys.stdout.write(ticket_template.shipped_text())
        return 0
    try:
        return _preview(arguments)
    except (TemplateError, ConfigError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_WRONG


def _preview(arguments: argparse.Namespace) -> int:
    if not texts.keys(arguments.language):
        raise TemplateError(f"--language {arguments.language}: there is no catalogue of it in appliance/texts")
    settings = _settings(arguments.config, arguments.width)
    template, name = _template(arguments, settings)
    for paper_mm in (80, 58):
        fitting = settings if settings.paper_mm == paper_mm else PrinterSettings(kind="file", paper_mm=paper_mm)
        for long in (False, True):
            drawn = _draw(fitting, template, arguments.language, arguments.number, long=long)
            for problem in drawn.problems:
                raise TemplateError(f"{name}: on {paper_mm} mm: {problem}")
    drawn = _draw(settings, template, arguments.language, arguments.number, long=arguments.long)
    try:
        drawn.image.save(arguments.out)
    except (OSError, ValueError) as error:
        raise TemplateError(f"--out {arguments.out}: {error}") from error
    length = round((drawn.image.height - 2 * paper_ink.MARGIN) / DOTS_PER_MM)
    sys.stdout.write(f"{name}: in order; {arguments.out}: a ticket of {settings.paper_mm} x {length} mm\n")
    return 0


def _settings(file: Path | None, width: int | None) -> PrinterSettings:
    """Return how to print: as the kiosk does, unless another paper is asked for."""
    settings = config.load(file).section("kiosk", KioskSettings).printer if file else PrinterSettings(kind="file")
    if width is None or width == settings.paper_mm:
        return settings
    return msgspec.structs.replace(settings, paper_mm=width, profile="")


def _template(arguments: argparse.Namespace, settings: PrinterSettings) -> tuple[Template, str]:
    """Return the layout and its name."""
    usual = arguments.config.parent / ticket_file.NAME if arguments.config else None
    own = Path(settings.template) if settings.template else usual if usual and usual.is_file() else None
    file = arguments.template or own
    return (ticket_file.read(file), str(file)) if file else (ticket_template.shipped(), "the shipped layout")


def _draw(settings: PrinterSettings, template: Template, language: str, number: str, *, long: bool) -> paper.Paper:
    renderer = Renderer(settings)
    languages = (language, "en" if language == texts.DEFAULT else texts.DEFAULT)
    lines = sample(number, width=renderer.width, languages=languages, template=template, long=long)
    return paper.render(b"".join(renderer.render(lines)), settings.paper_mm, renderer.dots)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
