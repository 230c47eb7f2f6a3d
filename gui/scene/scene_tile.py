"""A scene as a small picture with a name below it, and how such pictures are read."""

from PyQt6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QRect,
    QRectF,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QImage,
    QImageIOHandler,
    QImageReader,
    QPainter,
    QPen,
    QPixmap,
    QPixmapCache,
    QTransform,
)
from PyQt6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ..look import LOOK, PARTS
from ..qt import there
from .scenes import SCENE, SavedScene

GAP = 4
"""Pixels around a picture."""

ROUND = 4.0
WORDS = 12
"""At most so many words stand where there is no picture."""


def thumbnail(path: str, size: QSize) -> QImage:
    """The middle of the picture in a file, of exactly that many pixels; null if it cannot be read.

    May be called in any thread.
    """
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    turned = bool(
        reader.transformation().value & QImageIOHandler.Transformation.TransformationRotate90.value
    )
    whole = reader.size()
    if whole.isValid():
        # It is scaled while it is read, which a large photograph is far quicker with.
        fitted = size.transposed() if turned else size
        reader.setScaledSize(whole.scaled(fitted, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return image
    if not whole.isValid():
        image = image.scaled(
            size,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
    middle = QRect(image.rect())
    middle.setSize(size)
    middle.moveCenter(image.rect().center())
    return image.copy(middle)


class Thumbnails(QObject):
    """Small pictures of files, which are read beside Qt's thread when they are first asked for.

    Attributes:
        ends: whether the application does, so that no more need be read.
    """

    came = pyqtSignal()
    """Another one can be shown."""

    read = pyqtSignal(str, QImage)
    """What has been read, or could not be, by its key."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = False
        self._asked: set[str] = set()
        self._unreadable: set[str] = set()
        self._pool = there(QThreadPool.globalInstance())
        self.read.connect(self._take)
        there(QCoreApplication.instance()).aboutToQuit.connect(self._end)

    def find(self, path: str, size: QSize) -> QPixmap | None:
        """The picture in a file, in that many pixels; None while or where there is none."""
        key = f"scene {size.width()} {size.height()} {path}"
        if not path or key in self._unreadable:
            return None
        found = QPixmapCache.find(key)
        if found is None and key not in self._asked:
            self._asked.add(key)
            self._pool.start(_Reading(self, key, path, size))
        return found

    def _take(self, key: str, image: QImage) -> None:
        self._asked.discard(key)
        if image.isNull():
            self._unreadable.add(key)
        else:
            QPixmapCache.insert(key, QPixmap.fromImage(image))
            self.came.emit()

    def _end(self) -> None:
        """Waits for what is being read: Qt must not go before it."""
        self.ends = True
        self._pool.waitForDone()


class _Reading(QRunnable):
    """Reads one picture; what it tells of it lives as long as it does."""

    def __init__(self, tells: Thumbnails, key: str, path: str, size: QSize) -> None:
        super().__init__()
        self._tells, self._key, self._path, self._size = tells, key, path, size

    def run(self) -> None:
        if not self._tells.ends:
            self._tells.read.emit(self._key, thumbnail(self._path, self._size))


class SceneTile(QStyledItemDelegate):
    """Paints the scenes of a view, and names them in place.

    Args:
        view: what they are shown in.

    Attributes:
        size: of one of them, in pixels.
    """

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._thumbnails = Thumbnails()
        self._thumbnails.came.connect(there(view.viewport()).update)
        line = view.fontMetrics().height()
        self._picture = QSize(round(4.6 * line), round(3.3 * line))
        self.size = QSize(self._picture.width() + 2 * GAP, self._picture.height() + line + 2 * GAP)

    # What Qt asks of a delegate.

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: ARG002, D102, N802
        return self.size

    def paint(  # noqa: D102
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        scene, colours = index.data(SCENE), LOOK.colours
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRect(option.rect.topLeft(), self._picture).translated(GAP, GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, box, scene)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(QColor(colours.accent), 2.5) if is_current else QPen(QColor(colours.line), 1)
        )
        painter.drawRoundedRect(QRectF(box), ROUND, ROUND)
        painter.setPen(QColor(colours.text if is_current else colours.muted))
        name = self._name(option)
        shown = QFontMetrics(option.font).elidedText(
            scene.title, Qt.TextElideMode.ElideRight, name.width()
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()

    def createEditor(  # noqa: D102, N802
        self,
        parent: QWidget | None,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex,
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName("Name of the scene")
        field.setPlaceholderText(index.data())
        field.setStyleSheet("padding: 0; border-radius: 2px;")
        return field

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:  # noqa: D102, N802
        # What is being typed stays, whatever becomes of the scene meanwhile.
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def updateEditorGeometry(  # noqa: D102, N802
        self,
        editor: QWidget | None,
        option: QStyleOptionViewItem,
        index: QModelIndex,  # noqa: ARG002
    ) -> None:
        there(editor).setGeometry(self._name(option).adjusted(-2, -3, 2, 1))

    def _name(self, option: QStyleOptionViewItem) -> QRect:
        """Where the name stands."""
        top = option.rect.top() + GAP + self._picture.height() + 2
        return QRect(
            option.rect.left() + 2, top, option.rect.width() - 4, option.rect.bottom() - top
        )

    def _paint_ground(self, painter: QPainter, box: QRect, scene: SavedScene) -> None:
        """The scene's picture, or its first words on a colour of its own."""
        ratio = self._view.devicePixelRatioF()
        picture = self._thumbnails.find(scene.image, (self._picture.toSizeF() * ratio).toSize())
        painter.setPen(Qt.PenStyle.NoPen)
        if picture:
            brush = QBrush(picture)
            place = QTransform.fromTranslate(box.left(), box.top())
            brush.setTransform(place.scale(1 / ratio, 1 / ratio))
            painter.setBrush(brush)
            painter.drawRoundedRect(QRectF(box), ROUND, ROUND)
            return
        colours = list(PARTS.values())
        painter.setBrush(QColor(colours[sum(map(ord, scene.id)) % len(colours)]).darker(170))
        painter.drawRoundedRect(QRectF(box), ROUND, ROUND)
        self._paint_words(painter, box.adjusted(4, 2, -4, -2), scene.prompt.split()[:WORDS])

    def _paint_words(self, painter: QPainter, box: QRect, words: list[str]) -> None:
        """As many of the words as there is room for."""
        font = painter.font()
        font.setPointSizeF(0.8 * font.pointSizeF())
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor("white"))
        how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        while words and not box.contains(painter.boundingRect(box, how, " ".join(words))):
            words.pop()
        painter.drawText(box, how, " ".join(words))
        painter.restore()
