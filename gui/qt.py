"""What PyQt6 leaves to be said: fields with limits, elided lines, objects that are there."""

from html import escape
from typing import TypeVar

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QDoubleSpinBox, QLabel, QSizePolicy, QSlider, QSpinBox

Thing = TypeVar("Thing")

LEAST = 16
"""Letters that a line has room for at least."""


def there(thing: Thing | None) -> Thing:
    """What PyQt6's types say might be none, and Qt's documentation says is there."""
    assert thing is not None
    return thing


def plain(text: str) -> str:
    """A text as a tooltip shows it letter by letter, also where it looks like markup."""
    return f"<p>{escape(text)}</p>" if "<" in text else text


def whole(low: int, high: int, value: int) -> QSpinBox:
    """A field for a whole number."""
    field = QSpinBox()
    field.setRange(low, high)
    field.setValue(value)
    return field


def decimal(low: float, high: float, value: float, step: float, digits: int) -> QDoubleSpinBox:
    """A field for a number with so many digits after the point."""
    field = QDoubleSpinBox()
    field.setDecimals(digits)
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setValue(value)
    return field


def slider(low: int, high: int, value: int) -> QSlider:
    """A slider from left to right."""
    field = QSlider(Qt.Orientation.Horizontal)
    field.setRange(low, high)
    field.setValue(value)
    return field


class Told(QLabel):
    """What is wrong, or what is to be known: a few lines of plain text; hidden when there is none.

    Args:
        name: for those who cannot see it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()

    def tell(self, text: str) -> None:
        """Shows a text."""
        self.setText(text)
        self.setAccessibleDescription(text)
        self.setVisible(bool(text))


class Line(QLabel):
    """A line of text, elided where it is too long.

    Args:
        name: for those who cannot see it.

    Attributes:
        whole: the text.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.whole = ""
        self.setAccessibleName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, text: str) -> None:
        """Shows a text."""
        if text != self.whole:
            self.whole = text
            self.setToolTip(plain(text))
            self.setAccessibleDescription(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        metrics = self.fontMetrics()
        return QSize(LEAST * metrics.averageCharWidth(), metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return self.sizeHint()

    def _fit(self) -> None:
        elide = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self.whole, elide, self.width()))
