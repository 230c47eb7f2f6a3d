"""A place for what comes and goes, which itself stays as it is."""

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QScrollArea, QWidget

HIGH = 48
"""Lines of text that fit into a window which has room to spare."""


class Place(QScrollArea):
    """Room for so many lines, whether they are there or not; what is more is scrolled to.

    In a low window there is room for one line: what else is in it is needed more.

    Args:
        inside: what comes and goes in it.
        lines: how many lines of text it has room for.
        around: room around each of them, in pixels.
    """

    def __init__(self, inside: QWidget, lines: int, around: int = 0) -> None:
        super().__init__()
        self._lines, self._around = lines, around
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fit()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: D102, N802
        super().showEvent(event)
        if window := self.window():
            window.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: D102, N802
        if event and event.type() == QEvent.Type.Resize and watched is self.window():
            self._fit()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        line, window = self.fontMetrics().lineSpacing(), self.window()
        is_low = window is not None and window.height() < HIGH * line
        self.setFixedHeight((1 if is_low else self._lines) * (line + self._around))
