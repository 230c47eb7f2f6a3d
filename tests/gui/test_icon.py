"""The application's icon, in every size that it is asked for."""

import pytest
from PyQt6.QtGui import QImage, QTransform
from PyQt6.QtWidgets import QApplication

from gui.icon import SIZES, icon
from gui.look import DARK

from .some_clips import like


@pytest.mark.parametrize("size", SIZES)
def test_a_sun_in_a_ring_is_seen_in_every_size(qapp: QApplication, size: int) -> None:
    assert qapp
    image = icon().pixmap(size, size).toImage()
    assert (image.width(), image.height()) == (size, size)
    assert image.pixelColor(0, 0).alpha() < 128  # its corners are round
    assert image.pixelColor(size // 2, size // 2).name() == DARK.accent
    # The outermost pixels of bars are ground in between.
    assert like(image, DARK.text) > 0.04 * size * size
    assert like(image, DARK.ground) > 0.3 * size * size


def test_the_two_halves_of_the_ring_are_the_same_loop(qapp: QApplication) -> None:
    assert qapp
    image = icon().pixmap(256, 256).toImage()
    half, quarter = (image.transformed(QTransform().rotate(degrees)) for degrees in (180, 90))
    assert like_each_other(image, half) > 0.995
    assert like_each_other(image, quarter) < 0.985  # the bars of a half are not all the same


def like_each_other(one: QImage, other: QImage) -> float:
    """The part of the pixels that are nearly the same."""
    places = [(x, y) for x in range(0, one.width(), 2) for y in range(0, one.height(), 2)]
    same = [
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) < 60
        for x, y in places
    ]
    return sum(same) / len(places)
