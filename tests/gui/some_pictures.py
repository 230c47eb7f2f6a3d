"""What the picture's tests have in common: pictures, a server that gives some, and what is told."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QRectF, QUrl
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.scene.picture import Picture

from .conftest import PATIENCE_MS

pillow_heif.register_heif_opener()


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
        box.changed.connect(lambda _, found: self.changed.append(found.path if found else ""))
        box.refused.connect(lambda _, why: self.refused.append(why))

    def wait(self) -> None:
        """Until nothing is on its way any more."""
        self._qtbot.waitUntil(lambda: not self.box.awaits(""), timeout=PATIENCE_MS)

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
        elif name == "later.png":
            self.released.wait()
            self._give("image/png", content(noise(), "PNG"))
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


def release() -> None:
    """Has the site give what it gives later."""
    _Site.released.set()


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
