"""The application's icon: a loop, as a ring of bars, round a sun."""

import math

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from .look import DARK

SIZES = (16, 24, 32, 48, 64, 128, 256)
"""Pixels that window managers and docks ask for."""

BARS = (0.5, 0.9, 0.6, 1.0, 0.45, 0.8, 0.55, 0.7)
"""How long the bars of half the ring are; the other half has the same, as a loop does."""

FEW, FEW_UNTIL = 8, 24
"""So many bars are in the ring of an icon of at most so many pixels."""


def icon() -> QIcon:
    """The icon in all SIZES, drawn anew for each. Qt's application must be there."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_drawn(size))
    return made


def _drawn(size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    bars = BARS * 2 if size > FEW_UNTIL else BARS[: FEW // 2] * 2
    middle = QPointF(size / 2, size / 2)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.ground))
        painter.drawRoundedRect(QRectF(0, 0, size, size), 0.22 * size, 0.22 * size)
        painter.setBrush(QColor(DARK.accent))
        painter.drawEllipse(middle, 0.15 * size, 0.15 * size)
        wide = 0.95 * size / len(bars)
        painter.setPen(QPen(QColor(DARK.text), wide, cap=Qt.PenCapStyle.RoundCap))
        for number, long in enumerate(bars):
            turn = 2 * math.pi * number / len(bars)
            out = QPointF(math.sin(turn), -math.cos(turn)) * size
            painter.drawLine(middle + out * 0.26, middle + out * (0.26 + 0.15 * long))
    return pixmap
