"""The application around a screen: fonts, the QML engine, signals, the watchdog, the way out."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLoggingCategory,
    QObject,
    QPoint,
    Qt,
    QTimer,
    QUrl,
    qSetMessagePattern,
)
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine, QQmlComponent
from PySide6.QtQuick import QQuickWindow

from appliance.node import daemon, systemd

log = logging.getLogger(__name__)

PROGRAM: Final = "giliran"
"""What a desktop calls the program whose window it is."""
MODULES: Final = Path(__file__).with_name("qml")
FAMILIES: Final = ("Noto Sans", "DejaVu Sans")
TICK_MS: Final = 100
FEED_MS: Final = 1000
SWITCH_SECONDS: Final = 0.0005
"""So soon another thread, such as the one that prints, gets its turn while the screen's computes; Python's default is
ten times as long."""
_LEVELS: Final = {"debug": 7, "info": 6, "warning": 4, "critical": 3, "fatal": 2}
"""What Qt calls its levels, and what the systemd journal does."""


Pixels = Annotated[int, msgspec.Meta(ge=100, le=16_384)]
Place = Annotated[int, msgspec.Meta(ge=-32_768, le=32_767)]


class ScreenSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a window is put on its screen, and what motion and contrast its viewers want."""

    fullscreen: bool = True
    width: Pixels = 1024
    """Pixels, if not full screen."""
    height: Pixels = 600
    left: Place | None = None
    """Where the window's frame is on the desktop, in pixels, if not full screen; where the desktop likes, without."""
    top: Place | None = None
    title: str = ""
    """Over the window, if not full screen; the office's name without."""
    inches: Annotated[float, msgspec.Meta(ge=3, le=300)] = 10.1
    """Diagonal of the panel: touch targets are laid out in millimetres."""
    reduce_motion: bool = False
    high_contrast: bool = False


class UiError(Exception):
    """The screen cannot be drawn; the sentence says what is missing."""


class App:
    """One window and its event loop.

    Args:
        main: the QML file, whose root is a Window.
        screen: how to show it.
        context: objects that QML reads, by name.
    """

    def __init__(self, main: Path, screen: ScreenSettings, context: Mapping[str, QObject]) -> None:
        _let_qt_speak()
        running = QGuiApplication.instance()
        self._app = running if isinstance(running, QGuiApplication) else QGuiApplication([PROGRAM])
        self._app.setFont(QFont(_family()))
        self._exit = daemon.EXIT_OK
        self._timers: list[QTimer] = []
        self._context = dict(context)
        self._engine = QQmlApplicationEngine()
        self._engine.addImportPath(str(MODULES))
        for name, value in self._context.items():
            self._engine.rootContext().setContextProperty(name, value)
        options = {name: getattr(screen, name) for name in ("title", "inches", "reduce_motion", "high_contrast")}
        self._engine.setInitialProperties({"options": options, "width": screen.width, "height": screen.height})
        # All screens are compiled now: the first citizen need not wait, and a mistake shows at the start.
        needed = (file for file in sorted(main.parent.rglob("*.qml")) if file.parent.name != "optional")
        screens = (QUrl.fromLocalFile(str(file)) for file in needed)
        self._screens = [QQmlComponent(self._engine, screen) for screen in screens]
        self._engine.load(QUrl.fromLocalFile(str(main)))
        roots = self._engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise UiError(f"{main} has no window; the log says why")
        self.window: QQuickWindow = roots[0]
        if screen.fullscreen:
            self._app.setOverrideCursor(Qt.CursorShape.BlankCursor)
            self.window.showFullScreen()
        else:
            if screen.left is not None and screen.top is not None:
                self.window.setFramePosition(QPoint(screen.left, screen.top))
            self.window.show()
        self._driver = self._make_driver()

    def every(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Call something again and again on the screen's thread."""
        timer = QTimer()
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        timer.start()
        self._timers.append(timer)

    def run(self, stop: daemon.Stop, watchdog: daemon.Watchdog) -> int:
        """Show the window until SIGTERM, SIGINT, or the death of a part; return the exit code."""

        def look() -> None:
            # Python sees a signal only while it runs: this timer lets it.
            if stop:
                self._app.quit()

        def feed() -> None:
            try:
                watchdog.feed()
            except daemon.DeadPart as dead:
                log.critical("%s has died; ending, to be started anew", dead)
                self._exit = daemon.EXIT_FAULT
                self._app.quit()

        sys.setswitchinterval(SWITCH_SECONDS)
        self.every(TICK_MS, look)
        self.every(FEED_MS, feed)
        daemon.ready()
        try:
            self._app.exec()
        finally:
            systemd.notify("STOPPING=1")
            for timer in self._timers:
                timer.stop()
            self._close()
        return self._exit

    def end(self) -> None:
        """End the event loop in an orderly way; systemd starts the program anew."""
        self._app.quit()

    def _make_driver(self) -> object:
        path = os.environ.get("GILIRAN_UI_DRIVER", "")
        if not path:
            return None
        from appliance.ui.driver import Driver

        return Driver(self.window, path)

    def _close(self) -> None:
        # QML is taken down before the objects that it reads.
        self._driver = None
        self.window.close()
        self._screens.clear()
        self._engine.deleteLater()
        QCoreApplication.sendPostedEvents(self._engine, QEvent.Type.DeferredDelete.value)


def _family() -> str:
    families: Any = QFontDatabase.families()
    for family in FAMILIES:
        if family in families:
            return family
    log.warning("neither of the fonts %s is installed; install fonts-noto-core", ", ".join(FAMILIES))
    return QGuiApplication.font().family()


def _let_qt_speak() -> None:
    """Have Qt write its own lines to standard error, in the form of ours.

    A handler in Python would need the interpreter. Qt's threads (they load QML, decode videos) also speak while the
    screen's thread, which holds the interpreter, waits for them: the screen would stand still for ever.
    """
    os.environ["QT_FORCE_STDERR_LOGGING"] = "1"
    journal = bool(os.environ.get("JOURNAL_STREAM"))
    marks = {level: f"<{priority}>" if journal else f"{level.upper()} " for level, priority in _LEVELS.items()}
    levels = "".join(f"%{{if-{level}}}{mark}%{{endif}}" for level, mark in marks.items())
    qSetMessagePattern(f"{levels}%{{if-category}}%{{category}}: %{{endif}}%{{message}}")
    QLoggingCategory.setFilterRules("*.debug=false\n*.info=false")
