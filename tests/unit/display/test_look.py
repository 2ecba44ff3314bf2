"""An office's own colours: whatever is chosen can be read, and what cannot is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.look import LARGE, PANELS, PLENTY, LookSettings, contrast, palette

colors = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(colors, colors)
def test_every_accepted_look_can_be_read(brand: str, highlight: str) -> None:
    try:
        look = LookSettings(brand=brand, highlight=highlight)
    except ValueError:
        assert contrast(brand, highlight) < LARGE
        return
    made = palette(look)
    assert contrast(made["overBrand"], made["brand"]) >= 3.7  # the number is far larger than ordinary text
    soft = contrast(made["overBrandSoft"], made["brand"])
    assert soft >= PLENTY or made["overBrandSoft"] == made["overBrand"]
    assert contrast(made["highlight"], made["brand"]) >= LARGE


def test_colours_that_are_too_much_alike_are_refused_with_their_key() -> None:
    with pytest.raises(msgspec.ValidationError, match="brand and highlight"):
        msgspec.convert({"brand": "#0b3b43", "highlight": "#124c55"}, LookSettings)


def test_the_usual_look_is_well_above_the_least() -> None:
    made = palette(LookSettings())
    assert contrast(made["overBrand"], made["brand"]) > 10
    assert contrast(made["overBrandSoft"], made["brand"]) > PLENTY
    assert contrast(made["overHighlight"], made["highlight"]) > 7
    assert all(made[panel] for panel in PANELS)


def test_panels_can_be_left_out() -> None:
    made = palette(LookSettings(panels=("counters", "clock")))
    assert [panel for panel in PANELS if made[panel]] == ["counters", "clock"]
