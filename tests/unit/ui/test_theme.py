"""The design system keeps its promises: contrast in every theme, a place for every finger."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from appliance.tools.shots.checks import contrast
from appliance.ui.app import MODULES

SOURCE = b"""
import QtQuick
import Giliran

QtObject {
    readonly property QtObject theme: Theme
}
"""
TEXT_ON = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunk"), ("ink", "accentSoft"), ("ink", "sunSoft"),
    ("inkSoft", "paper"), ("inkSoft", "surface"), ("inkSoft", "sunk"), ("inkSoft", "shade"),
    ("accent", "paper"), ("accent", "surface"), ("accent", "accentSoft"),
    ("clay", "paper"), ("clay", "claySoft"),
    ("overBrand", "brand"), ("overBrand", "brandLight"), ("overBrand", "accent"), ("overBrand", "accentDown"),
    ("overBrandSoft", "brand"), ("overBrand", "ink"),
    ("overSun", "sun"), ("overSun", "sunDown"),
]  # fmt: skip


@pytest.fixture
def theme(qapp: QGuiApplication) -> Iterator[QObject]:
    engine = QQmlEngine()
    engine.addImportPath(str(MODULES))
    component = QQmlComponent(engine)
    component.setData(SOURCE, QUrl())
    root = component.create()
    assert root is not None, component.errorString()
    yield root.property("theme")
    root.deleteLater()


def rgb(theme: QObject, name: str) -> tuple[int, int, int]:
    color: QColor = theme.property(name)
    return color.red(), color.green(), color.blue()


@pytest.mark.parametrize(("high", "least"), [(False, 4.5), (True, 7.0)])
@pytest.mark.parametrize(("ink", "behind"), TEXT_ON)
def test_text_stands_out_from_what_is_behind_it(
    theme: QObject, ink: str, behind: str, high: bool, least: float
) -> None:
    theme.setProperty("highContrast", high)
    assert contrast(rgb(theme, ink), rgb(theme, behind)) >= least


@pytest.mark.parametrize("high", [False, True])
@pytest.mark.parametrize("behind", ["paper", "surface", "brand", "accent", "sun"])
def test_the_ring_of_the_keys_stands_out_everywhere(theme: QObject, behind: str, high: bool) -> None:
    theme.setProperty("highContrast", high)
    white, ring, ground = (255, 255, 255), rgb(theme, "ring"), rgb(theme, behind)
    assert max(contrast(white, ground), contrast(ring, ground)) >= 3
    assert contrast(white, ring) >= 3


@pytest.mark.parametrize(
    ("width", "height", "inches", "millimetres"),
    [(1024, 600, 10.1, 20), (1280, 800, 10.1, 20), (1920, 1080, 21.5, 20), (1080, 1920, 21.5, 20),
     (800, 480, 7.0, 15), (1024, 600, 7.0, 15)],
)  # fmt: skip
def test_a_control_is_as_large_as_a_finger_needs(
    theme: QObject, width: int, height: int, inches: float, millimetres: float
) -> None:
    for name, value in (("windowWidth", width), ("windowHeight", height), ("inches", inches)):
        theme.setProperty(name, value)
    per_millimetre = math.hypot(width, height) / inches / 25.4
    assert theme.property("touch") >= millimetres * per_millimetre - 0.01
    assert theme.property("finger") == pytest.approx(millimetres * per_millimetre)


def test_extra_large_type_is_larger_by_a_third(theme: QObject) -> None:
    usual = theme.property("small")
    theme.setProperty("large", True)
    assert theme.property("small") >= 1.3 * usual
    theme.setProperty("large", False)
