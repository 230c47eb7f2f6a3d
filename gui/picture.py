"""The picture of a scene: dropped, pasted or chosen, and shown."""

import hashlib
from pathlib import Path

from PyQt6.QtCore import QBuffer, QMimeData, QSize, QStandardPaths, Qt, pyqtSignal
from PyQt6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
    QResizeEvent,
)
from PyQt6.QtWidgets import QApplication, QFileDialog, QLabel

EMPTY = "Drop a picture here,\npaste one, or click"
KINDS = "Pictures (*.jpg *.jpeg *.png *.webp *.bmp *.gif *.tif *.tiff)"


class Picture(QLabel):
    """Where a picture is dropped. It is known by its path: the server reads the file itself.

    A picture that has no file, out of the clipboard or a browser, is given one that stays.
    """

    changed = pyqtSignal(str)
    """Another picture; its path, or nothing."""

    refused = pyqtSignal(str)
    """What was given is no picture; why, in one sentence."""

    def __init__(self) -> None:
        super().__init__(EMPTY)
        self.path = ""
        self._whole = QPixmap()
        self.setAcceptDrops(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QLabel.Shape.StyledPanel)
        self.setMinimumSize(200, 150)
        self.setAccessibleName("Picture")
        self.setToolTip("Drop or paste a picture; Delete takes it away")

    def choose(self, path: str) -> None:
        """Takes the picture in that file; with an empty path, none."""
        whole = QPixmap()
        if path:
            reader = QImageReader(path)
            reader.setAutoTransform(True)
            image = reader.read()
            if image.isNull():
                self.refused.emit(f"image: {path} cannot be read: {reader.errorString()}")
                return
            whole = QPixmap.fromImage(image)
        self.path, self._whole = path, whole
        self._fit()
        self.changed.emit(path)

    def take(self, content: QMimeData) -> None:
        """Takes what was dropped or pasted: a file's address, or the picture itself."""
        paths = [url.toLocalFile() for url in content.urls() if url.isLocalFile()]
        if paths:
            self.choose(paths[0])
        elif content.hasImage():
            self.choose(_kept(QImage(content.imageData())))
        else:
            self.refused.emit("image: that is no picture: drop a file or a picture itself")

    def _fit(self) -> None:
        if self._whole.isNull():
            self.setText(EMPTY)
            return
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio) - 8, round(self.height() * ratio) - 8)
        fitted = self._whole.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        fitted.setDevicePixelRatio(ratio)
        self.setPixmap(fitted)

    # What Qt tells a widget.

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: D102, N802
        content = event.mimeData() if event else None
        if event and content and (content.hasUrls() or content.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: D102, N802
        content = event.mimeData() if event else None
        if event and content:
            event.acceptProposedAction()
            self.take(content)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: D102, N802
        clipboard = QApplication.clipboard()
        content = clipboard.mimeData() if clipboard else None
        if event and event.matches(QKeySequence.StandardKey.Paste) and content:
            self.take(content)
        elif event and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.choose("")
        elif event and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self._browse()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: ARG002, D102, N802
        self._browse()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._fit()

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose a picture", "", KINDS)
        if path:
            self.choose(path)


def _kept(image: QImage) -> str:
    """The path of a file that holds the picture; the same picture has the same file."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    content = bytes(buffer.data().data())
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    path = Path(data) / "pictures" / f"{hashlib.sha256(content).hexdigest()[:16]}.png"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return str(path)
