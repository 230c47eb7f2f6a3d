"""A picture at any size, and a region of it that is drawn, moved and resized."""

from dataclasses import dataclass

from PyQt6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PyQt6.QtWidgets import QApplication, QWidget

from ..look import LOOK
from ..qt import there

MARGIN = 12
"""Around the picture, so that its edges can be taken hold of; as REACH, in the screen's pixels."""

REACH = 8
"""An edge is taken hold of from so far away."""

LEAST = 8
"""Of the picture's pixels: no side of a region is shorter, unless the picture's is."""

STEPS = 100
"""Arrows take the region from one side of the picture to the other in so many."""

SHADE = QColor(0, 0, 0, 160)

LEFT, RIGHT = Qt.Edge.LeftEdge, Qt.Edge.RightEdge
TOP, BOTTOM = Qt.Edge.TopEdge, Qt.Edge.BottomEdge
NO_EDGE, ALL_EDGES = Qt.Edge(0), LEFT | RIGHT | TOP | BOTTOM
CURSORS = {
    LEFT: Qt.CursorShape.SizeHorCursor,
    RIGHT: Qt.CursorShape.SizeHorCursor,
    TOP: Qt.CursorShape.SizeVerCursor,
    BOTTOM: Qt.CursorShape.SizeVerCursor,
    TOP | LEFT: Qt.CursorShape.SizeFDiagCursor,
    BOTTOM | RIGHT: Qt.CursorShape.SizeFDiagCursor,
    TOP | RIGHT: Qt.CursorShape.SizeBDiagCursor,
    BOTTOM | LEFT: Qt.CursorShape.SizeBDiagCursor,
    ALL_EDGES: Qt.CursorShape.SizeAllCursor,
}
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Fitted:
    """An image at the size at which it is shown, made anew when that becomes another.

    Args:
        image: the image.
    """

    def __init__(self, image: QImage) -> None:
        self._image = image
        self._pixmap = QPixmap()

    def draw(self, painter: QPainter, target: QRectF) -> None:
        """Draws it, as sharp as the screen is."""
        size = (target.size() * there(painter.device()).devicePixelRatioF()).toSize()
        if self._pixmap.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._pixmap = QPixmap.fromImage(scaled)
        painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))


def placed(size: QSize, space: QRectF) -> QRectF:
    """The largest place in the middle of `space` that has the form of `size`."""
    shown = QSizeF(size).scaled(space.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QPointF(), shown)
    place.moveCenter(space.center())
    return place


@dataclass(frozen=True)
class _Press:
    """Where the mouse was pressed, what was then chosen, and which of its edges were held."""

    place: QPointF
    area: QRect
    edges: Qt.Edge


class RegionView(QWidget):
    """A picture and a region of it, which is drawn, moved and resized.

    Arrows move it by a hundredth of the picture; with Shift they move its right and lower edge,
    with Ctrl by a pixel.

    Args:
        image: the picture, at any size.
        size: the picture's own, in pixels.
        area: what is chosen of it.

    Attributes:
        area: what is chosen, in the picture's own pixels.
    """

    changed = pyqtSignal()
    """`area` is another."""

    def __init__(self, image: QImage, size: QSize, area: QRect) -> None:
        super().__init__()
        self._image, self._all = Fitted(image), QRect(QPoint(0, 0), size)
        self.area = area
        self._press: _Press | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 180)
        self.setAccessibleName("Region of the picture")
        self.setToolTip("Drag a region; arrows move it, Shift and arrows resize it")
        LOOK.changed.connect(self.update)

    @property
    def target(self) -> QRectF:
        """Where the picture is shown."""
        inner = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        return placed(self._all.size(), inner)

    def select(self, area: QRect) -> None:
        """Chooses these pixels of the picture."""
        if area != self.area:
            self.area = area
            self.update()
            self.changed.emit()

    def select_all(self) -> None:
        """Chooses the whole picture."""
        self.select(self._all)

    def _at(self, place: QPointF) -> tuple[int, int]:
        """The corner of the picture's pixels that is nearest to a place in the widget."""
        target = self.target
        x = round((place.x() - target.x()) * self._all.width() / target.width())
        y = round((place.y() - target.y()) * self._all.height() / target.height())
        return min(max(x, 0), self._all.width()), min(max(y, 0), self._all.height())

    def _frame(self) -> QRectF:
        """Where the region is shown."""
        target = self.target
        across, down = target.width() / self._all.width(), target.height() / self._all.height()
        left, top, width, height = self.area.getRect()
        return QRectF(
            target.x() + left * across, target.y() + top * down, width * across, height * down
        )

    def _edges(self, place: QPointF) -> Qt.Edge:
        """The edges of the region that are taken hold of there."""
        frame = self._frame()
        across, down = min(REACH, frame.width() / 4), min(REACH, frame.height() / 4)
        if not frame.adjusted(-across, -down, across, down).contains(place):
            return NO_EDGE
        edges = NO_EDGE
        for edge, is_near in (
            (LEFT, place.x() < frame.left() + across),
            (RIGHT, place.x() > frame.right() - across),
            (TOP, place.y() < frame.top() + down),
            (BOTTOM, place.y() > frame.bottom() - down),
        ):
            if is_near:
                edges |= edge
        if not edges and self.area != self._all:  # all of it cannot be moved
            return ALL_EDGES
        return edges

    def _changed(self, area: QRect, edges: Qt.Edge, right: int, down: int) -> QRect:
        """`area` after these edges of it have been moved by so many of the picture's pixels."""
        left, width = _side(
            area.x(), area.width(), right * bool(edges & LEFT), right * bool(edges & RIGHT),
            self._all.width(),
        )  # fmt: skip
        top, height = _side(
            area.y(), area.height(), down * bool(edges & TOP), down * bool(edges & BOTTOM),
            self._all.height(),
        )  # fmt: skip
        return QRect(left, top, width, height)

    def _dragged(self, press: _Press, place: QPointF) -> QRect:
        """What is chosen when the mouse has been moved there."""
        x, y = self._at(press.place)
        to_x, to_y = self._at(place)
        if press.edges:
            return self._changed(press.area, press.edges, to_x - x, to_y - y)
        if (place - press.place).manhattanLength() < QApplication.startDragDistance():
            return press.area
        edges = (RIGHT if to_x > x else LEFT) | (BOTTOM if to_y > y else TOP)
        return self._changed(QRect(x, y, 0, 0), edges, to_x - x, to_y - y)

    # What Qt tells a widget.

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: D102, N802
        place = there(event).position()
        self._press = _Press(place, self.area, self._edges(place))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: D102, N802
        place = there(event).position()
        if self._press:
            self.select(self._dragged(self._press, place))
        else:
            self.setCursor(CURSORS.get(self._edges(place), Qt.CursorShape.CrossCursor))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: D102, N802
        if self._press:
            self.select(self._dragged(self._press, there(event).position()))
            self._press = None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: D102, N802
        keys = there(event)
        if keys.key() not in ARROWS:
            super().keyPressEvent(event)
            return
        across, down = ARROWS[Qt.Key(keys.key())]
        if not keys.modifiers() & Qt.KeyboardModifier.ControlModifier:
            across *= max(self._all.width() // STEPS, 1)
            down *= max(self._all.height() // STEPS, 1)
        is_resizing = keys.modifiers() & Qt.KeyboardModifier.ShiftModifier
        edges = RIGHT | BOTTOM if is_resizing else ALL_EDGES
        self.select(self._changed(self.area, edges, across, down))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002, D102, N802
        target, frame = self.target, self._frame()
        painter = QPainter(self)
        self._image.draw(painter, target)
        outside = QPainterPath()
        outside.addRect(target)
        outside.addRect(frame)
        painter.fillPath(outside, SHADE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LOOK.colours.accent), 2 if self.hasFocus() else 1))
        painter.drawRect(frame)
        painter.setBrush(QColor(LOOK.colours.accent))
        for across in (frame.left(), frame.center().x(), frame.right()):
            for down in (frame.top(), frame.center().y(), frame.bottom()):
                if QPointF(across, down) != frame.center():
                    painter.drawRect(QRectF(across - 3, down - 3, 6, 6))


def _side(start: int, length: int, by_start: int, by_end: int, most: int) -> tuple[int, int]:
    """One side of a region, its start and its length, after its ends have been moved."""
    if by_start and by_end:
        return min(max(start + by_start, 0), most - length), length
    end, least = start + length, min(LEAST, most)
    if by_start:
        start = min(max(start + by_start, 0), max(end - least, 0))
    if by_end:
        end = min(max(end + by_end, start + least), most)
    length = max(end - start, least)
    return min(start, most - length), length
