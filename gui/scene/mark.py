"""A coloured border around the field that something is wrong with."""

from PyQt6.QtCore import QEvent, QObject, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from ..look import LOOK

WIDTH, ROUND = 2, 4
"""Of the border and its corners, in pixels."""


class Mark(QWidget):
    """Lies upon a field until it is removed; who cannot see it hears why from the field.

    Args:
        field: the field at fault.
        why: what is wrong, in one sentence.
    """

    def __init__(self, field: QWidget, why: str) -> None:
        super().__init__(field)
        self._field, self._why = field, why
        self._description = field.accessibleDescription()
        field.setAccessibleDescription(why)
        field.installEventFilter(self)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(field.size())
        self.show()
        self.raise_()

    def remove(self) -> None:
        """Leaves the field as it was."""
        self._field.removeEventFilter(self)
        if self._field.accessibleDescription() == self._why:
            self._field.setAccessibleDescription(self._description)
        self.hide()
        self.deleteLater()

    def eventFilter(  # noqa: D102, N802
        self, watched: QObject | None, event: QEvent | None
    ) -> bool:
        if event and event.type() == QEvent.Type.Resize:
            self.resize(self._field.size())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LOOK.colours.bad), WIDTH))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), ROUND, ROUND)
