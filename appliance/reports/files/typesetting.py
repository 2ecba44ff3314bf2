"""The PDF tool in a process of its own: ``python -m appliance.reports.files.typesetting FOLDER OUT FORMAT``.

It may take little memory and may die; whoever started it is told by its exit code. The folder holds ``main.typ`` with
all that it reads, and ``fonts``.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import sys
from typing import Final, Literal, cast

import typst

from appliance.node.job import give_way

MOST_BYTES: Final = 512 * 1024 * 1024
"""Of memory that it may ask for; a year's report takes a fifth of it."""
LONGEST_SECONDS: Final = 90
"""Then it ends by itself, should whoever started it be gone."""
PPI: Final = 144.0
Form = Literal["pdf", "png"]


def main(folder: str, out: str, form: Form) -> int:
    """Set ``main.typ`` in print; return the exit code."""
    signal.alarm(LONGEST_SECONDS)
    with contextlib.suppress(OSError, ValueError):  # where that is forbidden, the daemon's unit bounds it
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    give_way()
    try:
        typst.compile(
            f"{folder}/main.typ",
            output=out,
            root=folder,
            font_paths=[f"{folder}/fonts"],
            ignore_system_fonts=True,
            format=form,
            ppi=PPI,
        )
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], cast("Form", sys.argv[3])))
