"""A finger and an eye for tests, pictures and the demonstration: JSON lines on a Unix socket.

It exists only if $GILIRAN_UI_DRIVER names the socket. It taps through Qt's own pointer events, looks, and resizes the
window; it never calls what the application does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, Final

import shiboken6
from PySide6.QtCore import QMetaObject, QObject, QPoint, QRectF, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtQml import QJSValue
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

log = logging.getLogger(__name__)

TOUCH_MS: Final = 30
"""How long a tap rests on the glass."""
PALM: Final = 7
"""The touch point of a palm, beside the finger's."""
ICON: Final = "Icon_QMLTYPE"
Said = dict[str, Any] | None


class Driver(QObject):
    """Serves one window.

    Args:
        window: to look at and to tap on.
        path: of the socket.
    """

    def __init__(self, window: QQuickWindow, path: str) -> None:
        super().__init__()
        self._window = window
        self._glass = QTest.createTouchDevice()
        self._operations: dict[str, Callable[[dict[str, Any]], Said | list[Any]]] = {
            "tap": self._tap,
            "hold": self._hold,
            "key": self._key,
            "type": self._type,
            "find": self._find,
            "list": self._list,
            "screen": self._screen,
            "grab": self._grab,
            "resize": self._resize,
        }
        QLocalServer.removeServer(path)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        if not self._server.listen(path):
            log.error("no driver at %s: %s", path, self._server.errorString())

    def _welcome(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda s=socket: self._read(s))
            socket.disconnected.connect(socket.deleteLater)

    def _read(self, socket: QLocalSocket) -> None:
        while socket.canReadLine():
            line = bytes(socket.readLine().data())
            try:
                request = json.loads(line)
                result: object = self._operations[request["op"]](request)
                answer = {"ok": True, "result": result}
            except (ValueError, KeyError, TypeError) as error:
                answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
            socket.write(json.dumps(answer).encode() + b"\n")
            socket.flush()

    def _tap(self, request: dict[str, Any]) -> Said:
        at = QPoint(round(request["x"]), round(request["y"]))
        button, modifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(self._window, button, modifier, at)
        # The answer comes when the finger is off the glass again; the screen lives on meanwhile.
        QTest.mouseRelease(self._window, button, modifier, at, int(request.get("ms", TOUCH_MS)))
        return None

    def _hold(self, request: dict[str, Any]) -> Said:
        """Rest a palm on the glass, or take it off again; taps of a finger go on beside it."""
        at = QPoint(round(request["x"]), round(request["y"]))
        palm = QTest.touchEvent(self._window, self._glass, False)
        palm = palm.press(PALM, at, self._window) if request["down"] else palm.release(PALM, at, self._window)
        palm.commit()
        return None

    def _key(self, request: dict[str, Any]) -> Said:
        QTest.keyClick(self._window, Qt.Key[f"Key_{request['name']}"])
        return None

    def _type(self, request: dict[str, Any]) -> Said:
        """Type as fast as a scanner does."""
        for sign in request["text"]:
            QTest.keyClick(self._window, sign)
        return None

    def _find(self, request: dict[str, Any]) -> Said:
        if self._window.property("settling"):
            return None  # the window takes no touches yet
        for item in _visible(self._front()):
            if item.objectName() == request["name"] and item.isEnabled():
                rectangle = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
                if self._on_glass().contains(rectangle.center()):
                    return _described(rectangle)
        return None

    def _list(self, _request: dict[str, Any]) -> list[Any]:
        found = []
        for item in _visible(self._front()):
            text = item.property("text") if item.inherits("QQuickText") else None
            parent = item.parentItem()
            touch = bool(item.property("isTouch"))
            named = item.objectName() or (parent.objectName() if touch and parent is not None else "")
            icon = item.metaObject().className().startswith(ICON)
            if not named and not text and not touch and not icon:
                continue
            box = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
            if _is_clipped(item, box):
                continue
            entry = {"name": named, "enabled": item.isEnabled(), "touch": touch, **_described(box)}
            if touch or text or icon:
                entry |= _surroundings(item)
            if touch:
                entry |= {"spoken": item.property("spoken"), "keys": bool(item.property("byKeys"))}
            if text:
                entry |= self._text(item, str(text))
            found.append(entry)
        return found

    def _text(self, item: QQuickItem, text: str) -> dict[str, Any]:
        font, color = item.property("font"), item.property("color")
        # Where the glyphs are, which is less than the item if that is wider than its text.
        ink = item.property("paintedBox") or QRectF(0, 0, item.width(), item.height())
        opacity = 1.0
        parent: QQuickItem | None = item
        while parent is not None:
            opacity *= parent.opacity()
            parent = parent.parentItem()
        return {
            "text": text,
            "truncated": bool(item.property("truncated")),
            "painted": [item.property("paintedWidth"), item.property("paintedHeight")],
            "size": [item.width(), item.height()],
            "pixels": item.property("effectivePixels") or font.pixelSize(),
            "bold": font.bold(),
            "color": color.name(),
            "opacity": opacity,
            "ink": _described(item.mapRectToScene(ink)),
        }

    def _screen(self, _request: dict[str, Any]) -> Said:
        window = self._window
        return {
            "screen": window.property("screenName"),
            "language": window.property("language"),
            "modes": _listed(window.property("modes")),
            "slip": window.property("slip") or "",
            "width": window.width(),
            "height": window.height(),
        }

    def _grab(self, request: dict[str, Any]) -> Said:
        image = self._window.grabWindow()
        if not image.save(str(request["path"])):
            raise ValueError(f"cannot write {request['path']}")
        return {"width": image.width(), "height": image.height()}

    def _resize(self, request: dict[str, Any]) -> Said:
        if request.get("inches"):
            self._window.setProperty("inches", float(request["inches"]))
        self._window.resize(int(request["w"]), int(request["h"]))
        return None

    def _front(self) -> QQuickItem:
        """Return what can be touched: a panel, if one lies over the rest. It stands as it will in the next frame."""
        found: QQuickItem | None = self._window.property("front")
        front = found or self._window.contentItem()
        for item in _visible(front):
            if item.inherits("QQuickBasePositioner"):
                QMetaObject.invokeMethod(item, "forceLayout")
        return front

    def _on_glass(self) -> QRectF:
        return QRectF(0, 0, self._window.width(), self._window.height())


def _visible(item: QQuickItem) -> Iterator[QQuickItem]:
    """Walk through what can be seen, from the top downwards."""
    for child in reversed(item.childItems()):
        if child.isVisible() and child.opacity() > 0:
            yield from _visible(child)
            yield child


def _surroundings(item: QQuickItem) -> dict[str, Any]:
    """Return what something stands on: the controls that it is a part of, by name, and the cards that must hold it.

    A control itself is named by the item that it makes one of.
    """
    parent: QQuickItem | None = item.parentItem()
    within, cards = [], []
    while parent is not None:
        within.append(str(shiboken6.getCppPointer(parent)[0]))
        if parent.inherits("QQuickRectangle") and parent.property("color").alpha() > 0:
            cards.append(_described(parent.mapRectToScene(QRectF(0, 0, parent.width(), parent.height()))))
        parent = parent.parentItem()
    return {"within": within, "cards": cards}


def _is_clipped(item: QQuickItem, box: QRectF) -> bool:
    """Tell whether something is scrolled out of sight, or half so."""
    parent: QQuickItem | None = item.parentItem()
    while parent is not None:
        if parent.clip() and not parent.mapRectToScene(QRectF(0, 0, parent.width(), parent.height())).contains(box):
            return True
        parent = parent.parentItem()
    return False


def _listed(value: Any) -> list[str]:
    """Return a list of QML's as one of Python's; empty if there is none."""
    return [str(one) for one in (value.toVariant() if isinstance(value, QJSValue) else value or [])]


def _described(box: QRectF) -> dict[str, Any]:
    return {"x": box.x(), "y": box.y(), "w": box.width(), "h": box.height()}
