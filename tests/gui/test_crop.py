"""A region of a scene's picture: how it is cut out, kept, and chosen by mouse and by keys."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps
from PyQt6.QtCore import QPoint, QRect, QRectF, Qt
from pytestqt.qtbot import QtBot

from gui.scene.crop import Crop
from gui.scene.picture import Picture
from gui.scene.region import LEAST

from .some_pictures import (
    Told,
    box,
    content,
    kept,
    noise,
    of_kind,
    samples,
    smooth,
    told,
)

__all__ = ["box", "kept", "told"]

LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_shown_and_cut_upright(
    told: Told, tmp_path: Path, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.jpg"
    smooth(160, 80).save(path, exif=exif, quality=95)
    upright = ImageOps.exif_transpose(Image.open(path))
    told.choose(path)
    found = told.box._found
    assert found is not None
    assert (found.size.width(), found.size.height()) == upright.size
    assert abs(samples(found.shown).astype(int) - np.asarray(upright)).mean() < 2
    whole = samples(found.whole)
    # 24 by 16 pixels, 8 from the left and 40 from the top.
    width, height = upright.size
    cut = told.choose(path, QRectF(8 / width, 40 / height, 24 / width, 16 / height))
    assert np.array_equal(np.asarray(Image.open(cut).convert("RGB")), whole[40:56, 8:32])


def test_a_region_is_remembered_kept_and_found_again(told: Told, tmp_path: Path) -> None:
    path = tmp_path / "dusk.png"
    noise().save(path)
    region = QRectF(0.25, 0.5, 0.5, 0.5)
    cut = told.choose(path, region)
    assert (told.box.path, told.box.original, told.box.region) == (cut, str(path), region)
    assert told.changed == [cut]
    written = Path(cut).stat().st_mtime_ns
    assert told.choose(path) == str(path)
    assert told.box.region is None
    assert told.choose(path, region) == cut
    assert Path(cut).stat().st_mtime_ns == written  # it is made once
    assert told.choose(path, QRectF(-1, 0, 3, 1)) == str(path)  # that is all of it


def test_what_is_cut_out_is_called_after_its_picture(told: Told, tmp_path: Path) -> None:
    half, other = QRectF(0, 0, 0.5, 1), QRectF(0.5, 0, 0.5, 1)
    noise().save(tmp_path / "sunset.png")
    cut = Path(told.choose(tmp_path / "sunset.png", half))
    assert re.fullmatch(r"sunset-crop-[0-9a-f]{12}\.png", cut.name)
    assert told.choose(tmp_path / "sunset.png", other) != str(cut)
    noise(32, 32).save(tmp_path / "sunset.png")  # another picture of that name
    assert told.choose(tmp_path / "sunset.png", half) != str(cut)
    with Image.open(cut) as image:
        assert image.size == (32, 48)
    noise(40, 40).save(tmp_path / "dawn.heic", "HEIF")
    made = Path(told.choose(tmp_path / "dawn.heic"))
    assert re.fullmatch(r"dawn-[0-9a-f]{12}\.png", made.name)
    assert re.fullmatch(r"dawn-crop-[0-9a-f]{12}\.png", Path(told.choose(made, half)).name)
    pasted = Path(told.take(of_kind("image/png", content(noise(), "PNG"))))
    assert re.fullmatch(r"pasted-[0-9a-f]{12}\.png", pasted.name)
    assert re.fullmatch(r"pasted-crop-[0-9a-f]{12}\.png", Path(told.choose(pasted, half)).name)
    noise().save(tmp_path / f"{'a' * 200}.png")
    assert Path(told.choose(tmp_path / f"{'a' * 200}.png", half)).name.startswith("aaa")


@pytest.fixture
def crop(told: Told, box: Picture, tmp_path: Path, qtbot: QtBot) -> Crop:
    """Asks for a region of 64 by 48 pixels, ten times as large on the screen."""
    noise().save(tmp_path / "dusk.png")
    told.choose(tmp_path / "dusk.png")
    told.changed.clear()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_C)
    made = box.findChild(Crop)
    assert made is not None
    qtbot.waitExposed(made)
    made.view.setFixedSize(664, 504)
    qtbot.waitUntil(lambda: made.view.target == QRectF(12, 12, 640, 480))
    qtbot.waitUntil(made.view.hasFocus)
    return made


def drag(crop: Crop, qtbot: QtBot, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drags with the mouse from one of the picture's pixels to another."""
    begin, stop = (QPoint(12 + 10 * x, 12 + 10 * y) for x, y in (start, end))
    qtbot.mouseMove(crop.view, begin)
    qtbot.mousePress(crop.view, LEFT, pos=begin)
    qtbot.mouseMove(crop.view, (begin + stop) / 2)
    qtbot.mouseMove(crop.view, stop)
    qtbot.mouseRelease(crop.view, LEFT, pos=stop)


def cut_out(told: Told, crop: Crop, qtbot: QtBot) -> Any:
    """Takes the region with Enter; its file's pixels."""
    qtbot.keyClick(crop.view, Qt.Key.Key_Return)
    told.wait()
    assert len(told.changed) == 1
    return np.asarray(Image.open(told.box.path).convert("RGB"))


def test_a_region_by_mouse(told: Told, crop: Crop, qtbot: QtBot) -> None:
    view = crop.view
    drag(crop, qtbot, (40, 30), (10, 5))  # from any corner to any other
    assert view.area == QRect(10, 5, 30, 25)
    drag(crop, qtbot, (20, 20), (25, 18))  # from within: it is moved
    assert view.area == QRect(15, 3, 30, 25)
    drag(crop, qtbot, (45, 28), (50, 40))  # by a corner
    assert view.area == QRect(15, 3, 35, 37)
    drag(crop, qtbot, (15, 20), (20, 30))  # by an edge
    assert view.area == QRect(20, 3, 30, 37)
    drag(crop, qtbot, (30, 3), (30, 60))  # no further than the other edge
    assert view.area == QRect(20, 40 - LEAST, 30, LEAST)
    drag(crop, qtbot, (35, 36), (90, -90))  # no further than the picture
    assert view.area == QRect(34, 0, 30, LEAST)
    drag(crop, qtbot, (5, 40), (5, 40))  # a click chooses nothing
    assert view.area == QRect(34, 0, 30, LEAST)
    drag(crop, qtbot, (10, 20), (30, 45))
    assert np.array_equal(cut_out(told, crop, qtbot), np.asarray(noise())[20:45, 10:30])
    assert told.box.region == QRectF(10 / 64, 20 / 48, 20 / 64, 25 / 48)


def test_a_region_by_keyboard(told: Told, crop: Crop, qtbot: QtBot) -> None:
    view = crop.view
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.area == QRect(0, 0, 64, 48)  # all of it cannot be moved
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Left, SHIFT)
    for _ in range(20):
        qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT | CTRL)
    assert view.area == QRect(0, 0, 34, 28)
    for _ in range(9):
        qtbot.keyClick(view, Qt.Key.Key_Right)
        qtbot.keyClick(view, Qt.Key.Key_Down, CTRL)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert view.area == QRect(9, 8, 34, 29)
    for _ in range(60):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.area == QRect(30, 8, 34, 29)
    assert view.accessibleDescription() == "34 by 29 of 64 by 48 pixels"
    assert np.array_equal(cut_out(told, crop, qtbot), np.asarray(noise())[8:37, 30:64])


def test_escape_leaves_the_picture_as_it_was(told: Told, crop: Crop, qtbot: QtBot) -> None:
    drag(crop, qtbot, (10, 10), (30, 30))
    with qtbot.waitSignal(crop.destroyed):
        qtbot.keyClick(crop.view, Qt.Key.Key_Escape)
    assert (told.changed, told.box.region) == ([], None)


def test_the_whole_picture_comes_back(told: Told, crop: Crop, qtbot: QtBot, tmp_path: Path) -> None:
    drag(crop, qtbot, (10, 10), (30, 30))
    cut_out(told, crop, qtbot)
    told.changed.clear()
    told.box.crop.trigger()
    again = next(made for made in told.box.findChildren(Crop) if made.isVisible())
    assert again.view.area == QRect(10, 10, 20, 20)
    qtbot.mouseClick(again.whole, LEFT)
    assert again.view.area == QRect(0, 0, 64, 48)
    qtbot.keyClick(again.view, Qt.Key.Key_Return)
    told.wait()
    assert told.changed == [str(tmp_path / "dusk.png")]
    assert told.box.region is None
