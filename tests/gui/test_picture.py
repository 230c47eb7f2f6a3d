"""The picture of a scene: from wherever it comes, as fast as it is large, and a region of it."""

import base64
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps
from PyQt6.QtCore import QMimeData, QPoint, QRect, QRectF, QSize, Qt, QTimer, QUrl
from PyQt6.QtGui import (
    QColor,
    QDragEnterEvent,
    QGuiApplication,
    QImage,
    QImageReader,
    QPainter,
    QPixmap,
)
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.scene import picture_file, picture_source
from gui.scene.crop import Crop
from gui.scene.picture import Picture
from gui.scene.region import LEAST, Fitted
from melfusion import picture as server

from .conftest import PATIENCE_MS

pillow_heif.register_heif_opener()

LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what has no file is kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


class Told:
    """A picture, and everything that it has told."""

    def __init__(self, box: Picture, qtbot: QtBot) -> None:
        self.box, self._qtbot = box, qtbot
        self.changed: list[str] = []
        self.refused: list[str] = []
        self.loading: list[bool] = []
        box.changed.connect(self.changed.append)
        box.refused.connect(self.refused.append)
        box.loading.connect(self.loading.append)

    def wait(self) -> None:
        """Until nothing is on its way any more."""
        self._qtbot.waitUntil(lambda: self.loading[-1:] == [False], timeout=PATIENCE_MS)

    def choose(self, path: Path | str, region: QRectF | None = None) -> str:
        """What then is its path."""
        self.box.choose(str(path), region)
        self.wait()
        assert not self.refused
        return self.box.path

    def take(self, content: QMimeData) -> str:
        """What then is its path."""
        self.box.take(content)
        self.wait()
        assert not self.refused
        return self.box.path

    def refuses(self, content: QMimeData) -> str:
        """Why it does not take that."""
        before = self.box.path
        self.box.take(content)
        self.wait()
        assert self.box.path == before
        assert not self.changed
        return self.refused.pop()


@pytest.fixture
def box(qtbot: QtBot) -> Picture:
    made = Picture()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


@pytest.fixture
def told(box: Picture, qtbot: QtBot) -> Told:
    return Told(box, qtbot)


def noise(width: int = 64, height: int = 48) -> Image.Image:
    """A picture of which no two pixels are alike, more or less."""
    samples = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(samples)


def smooth(width: int, height: int) -> Image.Image:
    """A picture that survives being made smaller by what is lost of a photograph."""
    return noise(width // 8, height // 8).resize((width, height), Image.Resampling.BICUBIC)


def content(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def samples(image: QImage) -> Any:
    """Its pixels as an array: height, width, RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    assert bits is not None
    rows = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint8)
    return rows.reshape(image.height(), -1)[:, : 3 * image.width()].reshape(image.height(), -1, 3)


def dropped(*paths: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return made


def of_kind(kind: str, data: bytes) -> QMimeData:
    made = QMimeData()
    made.setData(kind, data)
    return made


def link(address: str) -> QMimeData:
    return of_kind("text/uri-list", address.encode())


# Files.


@pytest.mark.parametrize("kind", server.FORMATS)
def test_files_of_every_kind_that_the_server_reads(told: Told, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"dusk.{kind.lower()}"
    path.write_bytes(content(noise(), kind))
    assert told.take(dropped(path)) == str(path)
    assert told.changed == [str(path)]
    assert told.loading == [True, False]
    assert (told.box.original, told.box.region) == (str(path), None)
    assert server.load(Path(told.box.path)).width == 64


def test_a_kind_is_known_by_the_content(told: Told, tmp_path: Path) -> None:
    path = tmp_path / "dusk.png"
    path.write_bytes(content(noise(), "JPEG"))
    assert told.choose(path) == str(path)


def test_its_limits_are_the_servers() -> None:
    assert picture_file.MAX_BYTES == server.MAX_BYTES
    assert picture_file.MAX_PIXELS == server.MAX_PIXELS
    assert {kind.upper() for kind in picture_file.SUFFIXES} == set(server.FORMATS)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.png", "does not exist"),
        ("folder.png", "is no file"),
        ("pipe.png", "is no file"),
        ("words.png", "is no picture of a known kind"),
        ("empty.png", "is no picture of a known kind"),
        ("cut.png", "is damaged or cut off"),
        ("heavy.png", "is over 50 MB"),
        ("large.png", "has over 50 megapixels"),
        ("cut.heic", "is damaged or cut off"),
        ("large.heic", "is damaged or cut off"),
    ],
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(
    told: Told, tmp_path: Path, name: str, says: str
) -> None:
    whole = content(noise(), "PNG")
    heic = content(noise(), "HEIF")
    (tmp_path / "there.png").write_bytes(whole)
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "words.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "heavy.png").write_bytes(whole)
    os.truncate(tmp_path / "heavy.png", 50_000_001)
    Image.new("1", (10_200, 5_000)).save(tmp_path / "large.png")
    (tmp_path / "cut.heic").write_bytes(heic[: len(heic) // 2])
    # A size of 65,535 by 65,535 where the picture's own was told.
    at = heic.index(b"ispe") + 8
    (tmp_path / "large.heic").write_bytes(heic[:at] + b"\0\0\xff\xff" * 2 + heic[at + 8 :])
    told.choose(tmp_path / "there.png")
    told.changed.clear()
    reason = told.refuses(dropped(tmp_path / name))
    assert reason.startswith(f"image: {tmp_path / name} {says}")
    assert told.box.path == str(tmp_path / "there.png")


@pytest.mark.parametrize(("kind", "suffix"), [("HEIF", "heic"), ("AVIF", "avif")])
def test_what_the_server_does_not_read_is_kept_as_a_png(
    told: Told, tmp_path: Path, kept: Path, kind: str, suffix: str
) -> None:
    path = tmp_path / f"dusk.{suffix}"
    path.write_bytes(content(smooth(128, 96), kind, quality=95))
    made = Path(told.take(dropped(path)))
    assert made.suffix == ".png"
    assert made.is_relative_to(kept)
    assert told.box.original == str(made)
    read = np.asarray(server.load(made).image, np.int16)
    assert abs(read - np.asarray(smooth(128, 96), np.int16)).mean() < 8
    written = made.stat().st_mtime_ns
    assert told.choose(path) == str(made)
    assert made.stat().st_mtime_ns == written  # it is made once


def test_where_the_library_for_heic_is_missing_it_is_named(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dusk.heic").write_bytes(content(noise(), "HEIF"))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    reason = told.refuses(dropped(tmp_path / "dusk.heic"))
    assert "pip install 'melfusion-live[window]'" in reason


# The clipboard.


@pytest.mark.parametrize(
    ("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")]
)
def test_a_pasted_picture_is_kept_byte_for_byte(
    told: Told, kept: Path, kind: str, suffix: str
) -> None:
    data = content(noise(), kind)
    path = Path(told.take(of_kind(f"image/{kind.lower()}", data)))
    assert path.is_relative_to(kept)
    assert path.suffix == f".{suffix}"
    assert path.read_bytes() == data
    assert told.take(of_kind(f"image/{kind.lower()}", data)) == str(path)
    assert list(path.parent.iterdir()) == [path]  # nothing unfinished, nothing twice


def test_pasted_pixels_are_kept_as_a_png(told: Told, box: Picture, qtbot: QtBot) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("navy"))
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setImage(image)
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_V, CTRL)
    told.wait()
    assert QImage(box.path).pixelColor(1, 1) == QColor("navy")
    assert Path(box.path).suffix == ".png"


def test_what_is_pasted_and_no_picture_is_refused_and_not_kept(told: Told, kept: Path) -> None:
    assert "what was given is no picture" in told.refuses(of_kind("image/png", b"no picture"))
    assert not [path for path in kept.rglob("*") if path.is_file()]
    text = QMimeData()
    text.setText("warm house")
    assert told.refuses(text).startswith("image: that is no picture")


# Browsers.


class _Site(BaseHTTPRequestHandler):
    """Pictures, and what a browser may lead to instead."""

    released = threading.Event()

    def do_GET(self) -> None:
        name, _, number = self.path.partition("?")[0].strip("/").partition("/")
        if name == "dusk.png":
            self._give("image/png", content(noise(), "PNG"))
        elif name == "hop":
            self.send_response(302)
            self.send_header(
                "Location", f"/hop/{int(number) - 1}" if number != "1" else "/dusk.png"
            )
            self.end_headers()
        elif name == "away":
            self._redirect("file:///etc/hostname")
        elif name == "page":
            self._give("text/html", b"<html>no picture</html>")
        elif name == "large":
            self.send_response(200)
            self.send_header("Content-Length", str(2**30))
            self.end_headers()
            self.wfile.write(b"\x89PNG")
            self.released.wait()
        elif name == "endless":
            self.send_response(200)
            self.end_headers()
            while not self.wfile.closed:
                self.wfile.write(bytes(2**20))
        elif name == "slow":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"\x89PNG")
            self.released.wait()
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing: what is asked for is seen in what comes of it."""

    def _redirect(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.end_headers()

    def _give(self, kind: str, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Nothing: who asked has gone."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a real server."""
    _Site.released.clear()
    made = _Server(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    _Site.released.set()
    made.shutdown()
    made.server_close()
    thread.join()


def browsed(form: str, address: str) -> QMimeData:
    """What browsers give for a picture at that address, in one form or another."""
    made = QMimeData()
    if form == "uri-list":
        return link(address)
    if form == "moz-url":
        return of_kind("text/x-moz-url", f"{address}\nDusk".encode("utf-16-le"))
    if form == "text":
        made.setText(f" {address}\n")
    if form == "html":  # a picture that is a link to something else
        made.setUrls([QUrl("http://127.0.0.1:9/nothing")])
        made.setHtml(
            f"<a href='x'><img alt=\"a > b\" class='x'\nsrc=\"{address}?a=1&amp;b=2\"></a>"
        )
    return made


@pytest.mark.parametrize("form", ["uri-list", "moz-url", "text", "html"])
def test_a_browsers_picture_is_fetched_and_kept(
    told: Told, site: str, kept: Path, form: str
) -> None:
    offered = browsed(form, f"{site}/dusk.png")
    assert picture_source.offers(offered)
    path = Path(told.take(offered))
    assert path.is_relative_to(kept)
    assert path.read_bytes() == content(noise(), "PNG")


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64," + base64.b64encode(content(noise(), "PNG")).decode(),
        "data:image/png," + "".join(f"%{byte:02X}" for byte in content(noise(), "PNG")),
    ],
    ids=["base64", "percent"],
)
def test_a_picture_within_its_address_is_kept(told: Told, address: str) -> None:
    html = QMimeData()
    html.setHtml(f"<img src='{address}'>")
    assert picture_source.offers(html)
    assert Path(told.take(html)).read_bytes() == content(noise(), "PNG")


def test_an_address_that_holds_no_picture_is_refused(told: Told) -> None:
    assert "is no picture" in told.refuses(link("data:text/plain,words"))
    assert "is damaged" in told.refuses(link("data:image/png;base64,A"))


def test_a_picture_itself_goes_before_its_address(told: Told, site: str) -> None:
    offered = browsed("html", f"{site}/missing")
    offered.setData("image/png", content(noise(), "PNG"))
    told.take(offered)
    # A file goes before both: beside it there may be no more than its icon.
    assert told.take(dropped(Path(told.box.path))) == told.box.path


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("hop/6", "127.0.0.1 cannot be asked for it"),
        ("away", "127.0.0.1 cannot be asked for it"),
        ("page", "what 127.0.0.1 gives (text/html) is no picture"),
        ("large", "127.0.0.1 gives more than 32 MiB"),
        ("endless", "127.0.0.1 gives more than 32 MiB"),
        ("missing", "127.0.0.1 has no picture there: it answers 404"),
        ("slow", "127.0.0.1 has not given it in 0.5 s"),
    ],
)
def test_what_cannot_be_fetched_says_why(
    told: Told, site: str, kept: Path, monkeypatch: pytest.MonkeyPatch, place: str, says: str
) -> None:
    monkeypatch.setattr(picture_source, "FETCH_MS", 500 if place == "slow" else PATIENCE_MS)
    assert told.refuses(link(f"{site}/{place}")).startswith(f"image: {says}")
    assert not [path for path in kept.rglob("*") if path.is_file()]


def test_nobody_at_an_address(told: Told) -> None:
    assert "cannot be asked" in told.refuses(link("http://127.0.0.1:9/dusk.png"))


def test_five_redirects_are_followed(told: Told, site: str) -> None:
    assert Path(told.take(link(f"{site}/hop/5"))).read_bytes() == content(noise(), "PNG")


# Turns.


def test_a_later_choice_overtakes_an_earlier_one(told: Told, site: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.png").write_bytes(content(noise(), "PNG"))
    told.box.take(link(f"{site}/slow"))
    told.box.choose(str(tmp_path / "missing.png"))
    told.box.choose(str(tmp_path / "one.png"))
    assert told.box.path == ""  # what was there stays until the new one is
    assert told.choose(tmp_path / "two.png") == str(tmp_path / "two.png")
    assert told.changed == [str(tmp_path / "two.png")]
    assert told.loading == [True, False]


def test_what_is_taken_away_does_not_come_back(told: Told, tmp_path: Path, big: Path) -> None:
    (tmp_path / "one.png").write_bytes(content(noise(), "PNG"))
    told.box.choose(str(big))
    told.box.choose("")
    assert told.loading == [True, False]
    told.choose(tmp_path / "one.png")
    assert told.changed == ["", str(tmp_path / "one.png")]


# Large pictures.


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.jpg"
    smooth(8000, 6000).save(path, quality=90)
    return path


class Held:
    """How long Qt's thread was held up at most while this lasted, in seconds."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last_s = time.perf_counter()
        self._timer.start(2)

    def stop(self) -> float:
        self._tick()
        self._timer.stop()
        return self.longest_s

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self.longest_s = max(self.longest_s, now_s - self._last_s)
        self._last_s = now_s


@pytest.mark.alone
def test_48_megapixels_do_not_hold_up_qt(told: Told, big: Path, qtbot: QtBot) -> None:
    began_s = time.perf_counter()
    whole = QImageReader(str(big)).read()
    decoding_s = time.perf_counter() - began_s
    assert whole.size() == QSize(8000, 6000)
    del whole
    held_s = []
    for _ in range(3):  # what else the machine does may hold it up, but not every time
        held = Held()
        told.choose(big)
        qtbot.waitExposed(told.box)
        told.box.repaint()
        held_s.append(held.stop())
        told.box.choose("")
    assert min(held_s) < max(0.05, decoding_s / 20), (held_s, decoding_s)


def test_a_large_region_is_a_jpeg_that_the_server_reads(told: Told, big: Path) -> None:
    path = Path(told.choose(big, QRectF(0.25, 0, 0.75, 1)))
    assert path.suffix == ".jpg"
    assert told.box.original == str(big)
    read = server.load(path)
    assert (read.width, read.height) == (6000, 6000)


# Regions.


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


# The widget.


def enters(box: Picture, offered: QMimeData) -> bool:
    """Whether a drag of that is taken."""
    event = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, offered, LEFT, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(box, event)
    return event.isAccepted()


def test_drags_of_pictures_are_taken_and_others_left(box: Picture, tmp_path: Path) -> None:
    assert enters(box, dropped(tmp_path / "dusk.JPG"))
    assert enters(box, dropped(tmp_path / "loop.wav", tmp_path / "dusk.heic"))
    assert enters(box, of_kind("image/png", b""))
    assert enters(box, link("https://example.org/dusk"))
    before = box.grab().toImage()
    assert not enters(box, dropped(tmp_path / "loop.wav"))
    assert not enters(box, dropped(tmp_path / "scene.json"))
    words = QMimeData()
    words.setText("warm house")
    assert not enters(box, words)
    assert box.grab().toImage() == before


def test_it_is_used_by_keys(told: Told, box: Picture, tmp_path: Path, qtbot: QtBot) -> None:
    noise().save(tmp_path / "dusk.png")
    assert not box.remove.isEnabled()
    told.choose(tmp_path / "dusk.png")
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    assert told.changed == [str(tmp_path / "dusk.png"), ""]
    assert (box.path, box.original, box.region) == ("", "", None)
    assert not box.crop.isEnabled()
    assert [action.text() for action in box.actions()] == [
        "&Choose…", "&Paste", "C&rop…", "&Remove",
    ]  # fmt: skip


def test_while_it_loads_slowly_that_is_said(box: Picture, site: str, qtbot: QtBot) -> None:
    box.take(link(f"{site}/slow"))
    assert not box.note.isVisible()
    qtbot.waitUntil(box.note.isVisible, timeout=PATIENCE_MS)
    box.choose("")
    assert not box.note.isVisible()


@pytest.mark.usefixtures("qapp")
def test_it_is_as_sharp_as_the_screen() -> None:
    image = QImage.fromData(content(noise(), "PNG"))
    screen = QPixmap(64, 48)
    screen.setDevicePixelRatio(2)
    painter = QPainter(screen)
    Fitted(image).draw(painter, QRectF(0, 0, 32, 24))
    painter.end()
    assert np.array_equal(samples(screen.toImage()), samples(image))


def test_a_program_may_end_while_it_loads(big: Path) -> None:
    code = f"""
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
from gui.scene.picture import Picture
application = QApplication([])
box = Picture()
box.show()
box.choose({str(big)!r})
QTimer.singleShot(20, application.quit)
sys.exit(application.exec())
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], timeout=60, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
