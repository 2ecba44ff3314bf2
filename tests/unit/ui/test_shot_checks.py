"""What the pictures of the screens are checked for: each fault is planted and found; what is right is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.tools.shots.checks import cut_off

CARD = {"x": 100.0, "y": 100.0, "w": 300.0, "h": 200.0}


def box(x: float, y: float, w: float, h: float) -> dict[str, float]:
    return {"x": float(x), "y": float(y), "w": float(w), "h": float(h)}


def text(said: str, where: dict[str, float], within: tuple[str, ...] = ("card",)) -> dict[str, Any]:
    return {
        "name": "", "enabled": True, "touch": False, **where, "text": said, "truncated": False, "ink": where,
        "painted": [where["w"], where["h"]], "size": [where["w"], where["h"]], "pixels": 24, "cards": [CARD],
        "within": list(within),
    }  # fmt: skip


def control(name: str, where: dict[str, float], cards: tuple[dict[str, float], ...] = ()) -> dict[str, Any]:
    return {
        "name": name, "enabled": True, "touch": True, "keys": True, "spoken": name, **where, "within": [name],
        "cards": [where, *cards],
    }  # fmt: skip


def icon(where: dict[str, float]) -> dict[str, Any]:
    return {"name": "", "enabled": True, "touch": False, **where, "within": ["card"], "cards": [CARD]}


def found(*items: dict[str, Any]) -> list[str]:
    return list(cut_off(list(items), 1024, 600))


def test_a_card_with_its_texts_and_its_controls_is_left_alone() -> None:
    line, button = text("Berkas", box(110, 110, 100, 33)), control("take", box(120, 200, 100, 90), (CARD,))
    label = text("Ambil", box(130, 220, 60, 33), ("take", "card"))
    assert found(line, button, label, icon(box(300, 110, 30, 30))) == []


@pytest.mark.parametrize("where", [box(110, 280, 100, 33), box(90, 110, 100, 33), box(350, 110, 100, 33)])
def test_a_text_that_leaves_its_card_is_found(where: dict[str, float]) -> None:
    (problem,) = found(text("Formulir", where))
    assert problem.startswith("'Formulir' leaves its card by")


def test_an_icon_or_a_control_that_leaves_its_card_is_found() -> None:
    problems = found(icon(box(390, 110, 30, 30)), control("take", box(120, 250, 100, 90), (CARD,)))
    assert problems == ["an icon leaves its card by 20 px", "take leaves its card by 40 px"]


def test_a_text_that_touches_a_control_is_found_also_if_that_is_disabled() -> None:
    button = control("back", box(200, 100, 100, 90), (CARD,)) | {"enabled": False}
    assert found(text("Formulir", box(110, 120, 120, 33)), button) == ["'Formulir' touches the control back"]
