"""The picture of a scene: dropped, pasted or chosen, shown, and cropped."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QMimeData, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QAction,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..look import LOOK, SPACE
from ..qt import plain, there
from .crop import Crop
from .picture_file import Found
from .picture_source import ENDINGS, NewPictures, PictureSource, offers
from .region import Fitted, placed

EMPTY = "Drop a picture here, paste one, or click"
MISSING = "The picture {} cannot be read: remove it or choose it again"
LOADING = "Loading the picture…"
SLOW_MS = 200
"""What loads faster is not told of."""

KINDS = f"Pictures ({' '.join(f'*.{ending}' for ending in ENDINGS)})"
ROUND = 6
"""Of the frame's corners, in pixels."""


class Picture(QWidget):
    """Where a picture is dropped. It is known by its path: the server reads the file itself.

    It shows the picture of one owner at a time. A new one is loaded while everything goes on, and
    is for who was shown when that began; until it is there, what was there before stays.

    Attributes:
        is_missing: whether the owner that is shown has a picture that cannot be read.
    """

    changed = pyqtSignal(str, object)
    """An owner's picture is another: the owner, and a picture_file.Found, or None."""

    refused = pyqtSignal(str, str)
    """What an owner was given is no picture, or cannot be read; why, in one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._owner = ""
        self._given: tuple[str, str, QRectF | None] = ("", "", None)
        self._found: Found | None = None
        self._shown: Fitted | None = None
        self._is_over = self.is_missing = self._is_opening = False
        self._source = PictureSource(self)
        self._source.found.connect(lambda found: self._take(self._owner, found))
        self._source.refused.connect(self._miss)
        self._new = NewPictures(self)
        self._new.found.connect(self._take)
        self._new.refused.connect(self._refuse)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self.note = QLabel(LOADING)
        self.note.setMargin(SPACE // 2)
        self.note.setAutoFillBackground(True)  # it lies upon the picture
        self.note.hide()
        self._slow.timeout.connect(self.note.show)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._act()
        self._lay_out()
        self._tell()
        LOOK.changed.connect(self.update)

    @property
    def path(self) -> str:
        """The file that the server is to read; empty without a picture."""
        return self._found.path if self._found else ""

    @property
    def original(self) -> str:
        """The file of the whole picture; empty without one."""
        return self._found.original if self._found else ""

    @property
    def region(self) -> QRectF | None:
        """What of it is used, in fractions of its width and height; None is all."""
        return self._found.region if self._found else None

    def awaits(self, owner: str) -> bool:
        """Whether a new picture of that owner is on its way."""
        return self._new.awaits(owner)

    def turn_to(self, owner: str, path: str, region: QRectF | None) -> None:
        """Shows the picture that an owner has; what is on its way for others goes on.

        Args:
            owner: whose it is.
            path: the file of the whole picture; empty for none.
            region: what of it is used.
        """
        if (owner, path, region) != self._given:
            self._owner = owner
            self._show(None)
            self._given, self._is_opening = (owner, path, region), bool(path)
            if path:
                self._source.open(path, region)
            self._tell()

    def choose(self, path: str, region: QRectF | None = None) -> None:
        """Loads the picture in that file, or a region of it; with an empty path, takes it away."""
        if path:
            self._bring(self._owner, path, region)
        else:
            self._new.stop(self._owner)
            self._show(None)
            self.changed.emit(self._owner, None)

    def take(self, content: QMimeData) -> None:
        """Loads what was dropped or pasted: a file, a picture itself, or where one is."""
        self._new.source(self._owner).take(content)
        self._tell()

    def _bring(self, owner: str, path: str, region: QRectF | None = None) -> None:
        self._new.source(owner).open(path, region)
        self._tell()

    def _take(self, owner: str, found: Found) -> None:
        if owner == self._owner:
            self._show(found)
        self.changed.emit(owner, found)

    def _refuse(self, owner: str, why: str) -> None:
        self._tell()
        self.refused.emit(owner, why)

    def _miss(self, why: str) -> None:
        self._is_opening, self.is_missing = False, True
        self._tell()
        self.refused.emit(self._owner, why)

    def _show(self, found: Found | None) -> None:
        self._source.stop()
        self._is_opening = self.is_missing = False
        self._found = found
        self._shown = Fitted(found.shown) if found else None
        self._given = (self._owner, self.original, self.region)
        self._tell()

    def _tell(self) -> None:
        is_there = self._found is not None
        self.crop.setEnabled(is_there)
        self.remove.setEnabled(is_there or self.is_missing)
        for button in self._buttons:
            button.setVisible(is_there or self.is_missing)
        part = "A region of " if self.region else ""
        self._told = f"{part}{self.original}" if is_there else EMPTY
        if self.is_missing:
            self._told = MISSING.format(Path(self._given[1]).name)
        self.setToolTip(plain(self._told))
        self.setAccessibleDescription(self._told)
        if not (self._is_opening or self._new.awaits(self._owner)):
            self._slow.stop()
            self.note.hide()
        elif not (self._slow.isActive() or self.note.isVisible()):
            self._slow.start()
        self.update()

    # What can be done to it.

    def _act(self) -> None:
        standard = QKeySequence.StandardKey
        self.browse = self._action("&Choose…", self._browse, "Return", "Enter", "Space")
        self.paste = self._action("&Paste", self._paste, standard.Paste)
        self.crop = self._action("C&rop…", self._crop, "C")
        self.remove = self._action("&Remove", lambda: self.choose(""), "Del", "Backspace")

    def _action(
        self, text: str, act: Callable[[], None], *keys: str | QKeySequence.StandardKey
    ) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: act())
        self.addAction(action)
        return action

    def _browse(self) -> None:
        owner = self._owner
        path, _ = QFileDialog.getOpenFileName(self, "Choose a picture", "", KINDS)
        if path:
            self._bring(owner, path)

    def _paste(self) -> None:
        self.take(there(there(QApplication.clipboard()).mimeData()))

    def _crop(self) -> None:
        if found := self._found:
            crop = Crop(found.whole, found.size, found.region, self)
            crop.taken.connect(partial(self._bring, self._owner, found.original))
            crop.open()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addStretch()
        self._buttons: list[QToolButton] = []
        for action in (self.browse, self.crop, self.remove):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{action.iconText()} picture")
            self._buttons.append(button)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addWidget(self.note, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        column.addLayout(row)

    # What Qt tells a widget.

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        font = self.fontMetrics()
        return super().minimumSizeHint().expandedTo(QSize(18 * font.height(), 11 * font.height()))

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: D102, N802
        drag = there(event)
        if offers(there(drag.mimeData())):
            drag.setDropAction(Qt.DropAction.CopyAction)
            drag.accept()
            self._set_over(True)
        else:
            drag.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:  # noqa: ARG002, D102, N802
        self._set_over(False)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: D102, N802
        drop = there(event)
        self._set_over(False)
        drop.setDropAction(Qt.DropAction.CopyAction)  # where it was moved from, it would be deleted
        drop.accept()
        self.take(there(drop.mimeData()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: D102, N802
        if there(event).button() == Qt.MouseButton.LeftButton and not self._found:
            self._browse()

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: D102, N802
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: D102, N802
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        colours = LOOK.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self._is_over or self.hasFocus()
        pen = QPen(QColor(colours.accent if is_marked else colours.line), 2 if self._is_over else 1)
        if not self._found:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(colours.raised if self._is_over else colours.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), ROUND, ROUND)
        inner = QRectF(self.rect()).adjusted(SPACE, SPACE, -SPACE, -SPACE)
        if self._found and self._shown:
            inner.setBottom(self._buttons[0].y() - SPACE)
            self._shown.draw(painter, placed(self._found.shown.size(), inner))
        else:
            painter.setPen(QColor(colours.text if is_marked else colours.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inner, flags, self._told)

    def _set_over(self, is_over: bool) -> None:
        self._is_over = is_over
        self.update()
