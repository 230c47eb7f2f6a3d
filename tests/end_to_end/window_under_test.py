"""The window as its users start it, which also tells what it shows: its options are `gui`'s own.

A question is a line of JSON on stdin, a list of the name of a method of Answers and its arguments;
its answer is a line of JSON on stdout. When stdin ends, the window is gone: so it never outlives
the test that asks.
"""

import json
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

from PyQt6.QtCore import QObject, QPoint, QRect, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

from gui.__main__ import main

TABLE = "Loops"


class Answers(QObject):
    """Answers in Qt's thread what is asked on stdin, which a thread of its own reads."""

    asked = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, daemon=True).start()

    def place(self, name: str) -> list[int] | None:
        """Where on the screen the widget of that name is to be seen: x, y, width and height."""
        for widget in _seen():
            if _name(widget) == name and widget.isEnabled():
                return _on_screen(widget, widget.rect())
        return None

    def colour(self, name: str) -> str:
        """What colour the screen has in the middle of that widget, as #rrggbb."""
        place, screen = self.place(name), QGuiApplication.primaryScreen()
        if place is None or screen is None:
            return ""
        x, y, width, height = place
        image = screen.grabWindow(0, x + width // 2, y + height // 2, 1, 1).toImage()
        return image.pixelColor(0, 0).name()

    def row(self, number: int) -> list[int] | None:
        """Where on the screen the widest cell of a row of the table is, counted from the top."""
        table, model = _table()
        viewport = table.viewport()
        if model is None or viewport is None or not table.isVisible():
            return None
        cells = [table.visualRect(model.index(number, at)) for at in range(model.columnCount())]
        return _on_screen(viewport, max(cells, key=QRect.width))

    def rows(self) -> int:
        """How many rows the table has."""
        _, model = _table()
        return model.rowCount() if model else 0

    def texts(self) -> dict[str, str]:
        """What each widget that is to be seen says, by its name."""
        said = [(_name(widget), _text(widget)) for widget in _seen()]
        return {name: text for name, text in said if name and text}

    def focus(self) -> str:
        """The name of what hears the keyboard."""
        widget = QApplication.focusWidget()
        return _name(widget) if widget else ""

    def _listen(self) -> None:
        with open(0, "rb", buffering=0, closefd=False) as questions:
            for line in questions:
                self.asked.emit(line.decode())
        os._exit(1)

    def _answer(self, question: str) -> None:
        name, *arguments = json.loads(question)
        print(json.dumps(getattr(self, name)(*arguments)), flush=True)


def _seen() -> Iterator[QWidget]:
    """All widgets that are shown; while one asks something, its own alone."""
    asks = QApplication.activeModalWidget()
    for widget in QApplication.allWidgets():
        if widget.isVisible() and (asks is None or widget.window() is asks):
            yield widget


def _table() -> tuple[QAbstractItemView, Any]:
    (table,) = [
        widget
        for widget in QApplication.allWidgets()
        if isinstance(widget, QAbstractItemView) and _name(widget) == TABLE
    ]
    return table, table.model()


def _name(widget: QWidget) -> str:
    """What a screen reader calls it."""
    if not widget.accessibleName() and isinstance(widget, QAbstractButton):
        return widget.text().replace("&", "")
    return widget.accessibleName()


def _text(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QProgressBar):
        return str(widget.value())
    return widget.accessibleDescription()


def _on_screen(widget: QWidget, part: QRect) -> list[int] | None:
    """A part of a widget, in the screen's pixels, less what its parents hide of it."""
    shown = QRect(widget.mapToGlobal(part.topLeft()), part.size())
    around: QWidget | None = widget
    while around:
        shown &= QRect(around.mapToGlobal(QPoint()), around.size())
        around = None if around.isWindow() else around.parentWidget()
    if shown.isEmpty():
        return None
    ratio = widget.devicePixelRatioF()
    return [round(ratio * size) for size in (shown.x(), shown.y(), shown.width(), shown.height())]


if __name__ == "__main__":
    answers = Answers()
    sys.exit(main())
