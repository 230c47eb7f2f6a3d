"""A foreign program that stands beside the window: `python x_neighbour.py TITLE PICTURE NOTES`.

Its window gives the picture's file when it is dragged from, and the picture itself, as a browser
does, when it is copied. The addresses that are dropped or pasted on it are written to NOTES, a list
in JSON a line.
"""

import json
import sys
from pathlib import Path

from PyQt6.QtCore import QMimeData, Qt, QUrl
from PyQt6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PyQt6.QtWidgets import QApplication, QLabel


class Neighbour(QLabel):
    """The window."""

    def __init__(self, title: str, picture: Path, notes: Path) -> None:
        super().__init__("Drag from here, or drop here")
        self._picture, self._notes = picture, notes
        self.setWindowTitle(title)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.resize(300, 300)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: ARG002, N802
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(self._picture))])
        drag = QDrag(self)
        drag.setMimeData(content)
        drag.exec(Qt.DropAction.CopyAction)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        if event:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        if event and (content := event.mimeData()):
            event.acceptProposedAction()
            self._note(content)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        clipboard = QGuiApplication.clipboard()
        if event and clipboard:
            if event.matches(QKeySequence.StandardKey.Copy):
                clipboard.setImage(QImage(str(self._picture)))
            elif event.matches(QKeySequence.StandardKey.Paste) and (held := clipboard.mimeData()):
                self._note(held)

    def _note(self, content: QMimeData) -> None:
        addresses = content.data("text/uri-list").data().decode().split()
        with self._notes.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps(addresses) + "\n")


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    title, *paths = sys.argv[1:]
    neighbour = Neighbour(title, *map(Path, paths))
    neighbour.show()
    sys.exit(application.exec())
