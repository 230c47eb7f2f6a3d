"""How a clip's cells are painted: waveform, what was verified, favourite, and text."""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QModelIndex, QObject, QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
    QStaticText,
)
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from server.protocol import ClipEvent

from ..look import LOOK, PARTS
from ..qt import there
from .clips import CENTRED, CLIP
from .waveform import Curve, Waveform, Waveforms

Check = Mapping[str, Any]
"""One check of a recipe: its name and verdict, and what was asked and got."""

Draw = Callable[[QPainter, QSizeF], None]

KEPT = 400
"""Pixmaps that are kept: some screenfuls."""

MARGIN = 3.0
"""Pixels around what is in a cell."""

TEXT_MARGIN = 4
"""Pixels before and after text."""

KEPT_TEXTS = 4000
"""Texts that are kept as they are laid out."""

LINE = 1.5
"""Pixels that the line of what plays is wide."""

SHORT = {
    "first onset": "grid",
    "off the grid": "grid",
    "seam step": "seam",
    "seam kink": "seam",
    "seam flux": "seam",
    "seam gap": "seam",
    "loudness": "level",
    "true peak": "level",
    "constant offset": "level",
    "highest sample": "level",
    "invalid samples": "level",
}
"""What checks are called on badges, where that is not their own name."""


def summary(checks: Sequence[Check]) -> dict[str, bool]:
    """What the badges say: by short name whether it passed, what failed first.

    Args:
        checks: of a clip; those that did not apply are left out.
    """
    passed: dict[str, bool] = {}
    for check in checks:
        if check["verdict"] in ("pass", "fail"):
            name = str(check["name"])
            name = SHORT.get(name, name)
            passed[name] = passed.get(name, True) and check["verdict"] == "pass"
    return dict(sorted(passed.items(), key=lambda item: item[1]))


class ClipDelegate(QStyledItemDelegate):
    """Paints the waveform, the checks and the star of a clip, each in a column of its own.

    Text is painted here as well: Qt's own way asks the table for seven things more for each cell,
    each in Python, which is most of what scrolling takes.

    Args:
        waveforms: where waveforms come from; the view is to be painted anew when one is ready.
        waveform_column: the column of the waveform, in the colour of the clip's part.
        checks_column: the column of a badge for each thing that was verified.
        favourite_column: the column of the star.
        checks: a clip's checks; none where they are not known: then one badge tells of all.
            It is called for every row that is painted, so what it tells must be at hand.
        is_favourite: whether a clip is one.
        playing: how far a clip has played, 0 to 1; None where it does not play.
        parent: what it belongs to.
    """

    def __init__(
        self,
        waveforms: Waveforms,
        *,
        waveform_column: int,
        checks_column: int,
        favourite_column: int,
        checks: Callable[[ClipEvent], Sequence[Check]],
        is_favourite: Callable[[ClipEvent], bool],
        playing: Callable[[ClipEvent], float | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._waveforms = waveforms
        self._checks, self._is_favourite, self._playing = checks, is_favourite, playing
        self._painters = {
            waveform_column: self._paint_waveform,
            checks_column: self._paint_checks,
            favourite_column: self._paint_star,
        }
        self._pixmaps: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._laid: dict[tuple[object, ...], tuple[QStaticText, QPointF]] = {}
        LOOK.changed.connect(self._pixmaps.clear)
        LOOK.changed.connect(self._laid.clear)

    def paint(  # noqa: D102
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            widget, panel = there(option.widget), QStyle.PrimitiveElement.PE_PanelItemViewItem
            there(widget.style()).drawPrimitive(panel, option, painter, widget)
        paint = self._painters.get(index.column())
        if paint is None:
            self._paint_text(painter, option, index, selected)
            return
        rect = QRectF(option.rect).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if rect.isValid():
            paint(painter, rect, index.data(CLIP), selected)

    def _paint_text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex,
        selected: bool,
    ) -> None:
        text = index.data()
        if not text:
            return
        rect = QRectF(option.rect).adjusted(TEXT_MARGIN, 0, -TEXT_MARGIN, 0)
        key = (text, rect.width(), rect.height(), centred := index.column() in CENTRED)
        if (laid := self._laid.get(key)) is None:
            if len(self._laid) >= KEPT_TEXTS:
                self._laid.clear()
            laid = self._laid[key] = _laid(text, rect.size(), option, centred=centred)
        colours = LOOK.colours
        painter.setPen(QColor(colours.on_accent if selected else colours.text))
        painter.setFont(option.font)
        still, place = laid
        painter.drawStaticText(rect.topLeft() + place, still)

    def _paint_waveform(
        self, painter: QPainter, rect: QRectF, clip: ClipEvent, selected: bool
    ) -> None:
        waveform = self._waveforms.coarse(clip.clip, clip.path)
        if waveform is None:
            return
        colours = LOOK.colours
        colour = colours.on_accent if selected else PARTS.get(clip.part, colours.muted)
        key = (clip.clip, colour)
        self._paint(painter, rect, key, lambda on, size: _draw_waveform(on, size, waveform, colour))
        fraction = self._playing(clip)
        if fraction is not None:
            x, tall = rect.x() + fraction * rect.width(), rect.height() + 2 * MARGIN
            line = QRectF(x - LINE / 2, rect.y() - MARGIN, LINE, tall)
            painter.fillRect(line, QColor(colours.on_accent if selected else colours.text))

    def _paint_checks(
        self, painter: QPainter, rect: QRectF, clip: ClipEvent, selected: bool
    ) -> None:
        passed = summary(self._checks(clip)) or {"checks": bool(clip.passed)}
        font = painter.font()
        key = ("checks", *passed.items(), selected, font.family(), font.pointSizeF())
        self._paint(
            painter, rect, key, lambda on, size: _draw_badges(on, size, passed, selected, font)
        )

    def _paint_star(self, painter: QPainter, rect: QRectF, clip: ClipEvent, selected: bool) -> None:
        filled, colours = self._is_favourite(clip), LOOK.colours
        colour = colours.accent if filled else colours.muted
        if selected:
            colour = colours.on_accent
        key = ("star", filled, colour)
        self._paint(painter, rect, key, lambda on, size: _draw_star(on, size, filled, colour))

    def _paint(self, painter: QPainter, rect: QRectF, what: tuple[object, ...], draw: Draw) -> None:
        """Paints what was drawn for a cell of that size before, or draws it once."""
        ratio = there(painter.device()).devicePixelRatioF()
        key = (*what, rect.width(), rect.height(), ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = QPixmap(math.ceil(rect.width() * ratio), math.ceil(rect.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            drawing = QPainter(pixmap)
            drawing.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(drawing, rect.size())
            drawing.end()
            self._pixmaps[key] = pixmap
            if len(self._pixmaps) > KEPT:
                self._pixmaps.popitem(last=False)
        else:
            self._pixmaps.move_to_end(key)
        painter.drawPixmap(rect.topLeft(), pixmap)


def _laid(
    text: str, size: QSizeF, option: QStyleOptionViewItem, *, centred: bool
) -> tuple[QStaticText, QPointF]:
    """As much of a text as fits, laid out once, and where in its cell it begins."""
    fitting = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(size.width()))
    still = QStaticText(fitting)
    still.setTextFormat(Qt.TextFormat.PlainText)
    still.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    still.prepare(font=option.font)
    spare = size - still.size()
    return still, QPointF(spare.width() / 2 if centred else 0, spare.height() / 2)


def _draw_waveform(painter: QPainter, size: QSizeF, waveform: Waveform, colour: str) -> None:
    """Peaks, half transparent, and the mean over them; a line where there is nothing.

    It is reckoned how much of each pixel is covered, which is ten times as quick as polygons.
    """
    ratio = there(painter.device()).devicePixelRatioF()
    wide, tall = math.ceil(size.width() * ratio), math.ceil(size.height() * ratio)
    rows, middle, thin = np.arange(tall)[:, None], tall / 2, ratio / 2
    nothing = np.zeros(1, np.int8)

    def across(curve: Curve) -> npt.NDArray[np.float64]:
        """The curve in pixels above the middle, a point for each pixel."""
        curve = curve if len(curve) else nothing
        places = np.linspace(0, len(curve) - 1, wide)
        return middle / waveform.top * np.interp(places, np.arange(len(curve)), curve)

    def covered(low: Curve, high: Curve) -> npt.NDArray[np.float64]:
        bottom = middle - np.minimum(across(low), -thin)
        top = middle - np.maximum(across(high), thin)
        inside: npt.NDArray[np.float64] = np.minimum(rows + 1, bottom) - np.maximum(rows, top)
        return inside.clip(0, 1)

    ink = np.maximum(covered(waveform.low, waveform.high) / 2, covered(-waveform.rms, waveform.rms))
    alpha = (255 * ink).astype(np.uint8)
    image = QImage(alpha.tobytes(), wide, tall, wide, QImage.Format.Format_Alpha8)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(), image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRectF(QPointF(), size), QColor(colour))


def _draw_badges(
    painter: QPainter, size: QSizeF, passed: dict[str, bool], selected: bool, font: QFont
) -> None:
    """A round tick for each that passed; a cross with its name for each that failed."""
    colours = LOOK.colours
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    metrics = QFontMetricsF(small)
    painter.setFont(small)
    tall = min(size.height(), metrics.height() + 1)
    x, y = 0.0, (size.height() - tall) / 2
    ink = QColor(colours.accent if selected else colours.panel)
    for name, good in passed.items():
        wide = tall if good else tall + metrics.horizontalAdvance(name) + tall / 3
        if x + wide > size.width():
            break
        fill = colours.good if good else colours.bad
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_accent if selected else fill))
        painter.drawRoundedRect(QRectF(x, y, wide, tall), tall / 2, tall / 2)
        painter.setPen(QPen(ink, tall / 9, cap=Qt.PenCapStyle.RoundCap))
        _draw_mark(painter, QRectF(x, y, tall, tall), good)
        if not good:
            text = QRectF(x + tall * 0.85, y, wide, tall)
            painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), name)
        x += wide + MARGIN


def _draw_mark(painter: QPainter, rect: QRectF, good: bool) -> None:
    """A tick, or a cross."""

    def at(x: float, y: float) -> QPointF:
        return QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height())

    if good:
        painter.drawPolyline(at(0.29, 0.53), at(0.44, 0.68), at(0.72, 0.34))
    else:
        painter.drawLine(at(0.36, 0.36), at(0.64, 0.64))
        painter.drawLine(at(0.36, 0.64), at(0.64, 0.36))


def _draw_star(painter: QPainter, size: QSizeF, filled: bool, colour: str) -> None:
    painter.translate(size.width() / 2, size.height() / 2)
    outer = min(size.width(), size.height()) / 2 - 1
    points = [
        QPointF(radius * math.sin(turn * math.pi / 5), -radius * math.cos(turn * math.pi / 5))
        for turn in range(10)
        for radius in [outer if turn % 2 == 0 else outer * 0.45]
    ]
    painter.setPen(QPen(QColor(colour), 1.2, join=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(QColor(colour) if filled else Qt.GlobalColor.transparent)
    painter.drawPolygon(QPolygonF(points))
