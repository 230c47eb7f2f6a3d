"""Where in Live a clip lies, in the window: as the device's report comes, and when it is opened."""

import socket
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gui.library.detail import placing
from gui.window import Window
from server import osc

from .conftest import PATIENCE_MS, Companion
from .some_clips import clip
from .test_library import choose
from .test_window import render

SLOT = "Drums, slot 4"


def report(port: int, clip_id: str, placed: int, where: str, reason: str) -> None:
    """What the device in Live says of a clip, as a datagram of its own."""
    content = osc.encode(
        "/melfusion/placed",
        [("i", 7), ("s", clip_id), ("i", placed), ("s", where), ("s", reason)],
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.sendto(content, ("127.0.0.1", port))


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, ""),
        ({"place": SLOT}, "In Live: Drums, slot 4"),
        ({"place_trouble": "the track is frozen"}, "Not placed in Live: the track is frozen"),
        ({"place": SLOT, "place_trouble": "no name"}, "In Live: Drums, slot 4 (no name)"),
    ],
)
def test_a_place_is_told_in_words(known: dict[str, str], told: str) -> None:
    assert placing(clip("x.wav", **known)) == told


def test_the_chosen_clip_says_where_it_lies(
    window: Window, companion: Companion, qtbot: QtBot
) -> None:
    render(window, qtbot, "warm house")
    choose(window)
    (clip_id,) = window.state.clips
    place = window.library.detail.place
    assert not place.isVisible()

    def tells(text: str) -> None:
        qtbot.waitUntil(lambda: place.text() == text, timeout=PATIENCE_MS)
        assert place.isVisible()

    report(companion.port, clip_id, 1, SLOT, "")
    tells("In Live: Drums, slot 4")
    report(companion.port, clip_id, 0, "", "the track <Drums> is frozen")
    tells("Not placed in Live: the track <Drums> is frozen")
    assert "&lt;Drums&gt;" in place.toolTip()
    report(companion.port, clip_id, 1, "Arrangement, bar 17", "")
    tells("In Live: Arrangement, bar 17")
    assert window.library.detail.checks.count() > 1  # what else was known of it still is


def test_a_window_that_is_opened_later_says_it_too(
    window: Window, companion: Companion, open_window: Callable[[int], Window], qtbot: QtBot
) -> None:
    render(window, qtbot, "warm house")
    (clip_id,) = window.state.clips
    report(companion.port, clip_id, 1, SLOT, "")
    qtbot.waitUntil(lambda: window.state.clips[clip_id].place == SLOT, timeout=PATIENCE_MS)
    later = open_window(companion.port)
    qtbot.waitUntil(lambda: later.library.table.rowCount() == 1, timeout=PATIENCE_MS)
    choose(later)
    assert later.library.detail.place.text() == "In Live: Drums, slot 4"
