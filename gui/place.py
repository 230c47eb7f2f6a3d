"""A place for what comes and goes, which itself stays as it is."""

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QScrollArea, QWidget


class Place(QScrollArea):
    """Room for so many lines, whether they are there or not; what is more is scrolled to.

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

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._lines * (self.fontMetrics().lineSpacing() + self._around))
