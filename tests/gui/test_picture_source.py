"""The picture of a scene from the clipboard and from browsers."""

import base64
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, Qt, QUrl
from PyQt6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from gui.scene import fetch, picture_source
from gui.scene.picture import Picture

from .conftest import PATIENCE_MS
from .some_pictures import Told, box, content, dropped, kept, link, noise, of_kind, site, told

__all__ = ["box", "kept", "site", "told"]


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
    qtbot.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
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
    monkeypatch.setattr(fetch, "FETCH_MS", 500 if place == "slow" else PATIENCE_MS)
    assert told.refuses(link(f"{site}/{place}")).startswith(f"image: {says}")
    assert not [path for path in kept.rglob("*") if path.is_file()]


def test_nobody_at_an_address(told: Told) -> None:
    assert "cannot be asked" in told.refuses(link("http://127.0.0.1:9/dusk.png"))


def test_five_redirects_are_followed(told: Told, site: str) -> None:
    assert Path(told.take(link(f"{site}/hop/5"))).read_bytes() == content(noise(), "PNG")
