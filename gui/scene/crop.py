"""Asking for a region of a picture."""

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..look import SPACE
from ..qt import there
from .picture_file import pixels
from .region import RegionView

SHARE = 0.7
"""Of the screen's width and height."""


class Crop(QDialog):
    """Asks for a region of a picture: Enter takes it, Esc leaves things as they were.

    Args:
        image: the picture, at any size.
        size: the picture's own, in pixels.
        region: what is chosen of it, in fractions; None is all.
        parent: what it stands before.

    Attributes:
        view: where it is chosen.
    """

    taken = pyqtSignal(object)
    """A region, a QRectF in fractions, or None for the whole picture."""

    def __init__(
        self, image: QImage, size: QSize, region: QRectF | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Crop the picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = RegionView(image, size, pixels(region, size))
        self._size = size
        self._told = QLabel()
        self.whole = QPushButton("Whole picture")
        self.whole.setAutoDefault(False)  # Enter takes the region, wherever one is
        self.whole.clicked.connect(self.view.select_all)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        use = there(buttons.button(kinds.Ok))
        use.setText("Use region")
        use.setMinimumWidth(use.sizeHint().width() + 3 * SPACE)  # which knows nothing of bold text
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.taken.emit(self.region))
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        row.addWidget(self.whole)
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        self.view.changed.connect(self._tell)
        self._tell()
        self.view.setFocus()
        self.resize(there(self.screen()).availableSize() * SHARE)

    @property
    def region(self) -> QRectF | None:
        """What is chosen, in fractions of width and height; None is all."""
        width, height = self._size.width(), self._size.height()
        left, top, wide, high = self.view.area.getRect()
        if (wide, high) == (width, height):
            return None
        return QRectF(left / width, top / height, wide / width, high / height)

    def _tell(self) -> None:
        area, size = self.view.area, self._size
        told = f"{area.width()} by {area.height()} of {size.width()} by {size.height()} pixels"
        self._told.setText(told)
        self.view.setAccessibleDescription(told)
