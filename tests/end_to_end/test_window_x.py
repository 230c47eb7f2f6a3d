"""The window on a real X server, before real servers: done by mouse and keyboard, and killed.

What is dragged out of it goes to real sound editors; what plays is recorded off a JACK server.
"""

import hashlib
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import soundfile
from PIL import Image, ImageColor

from melfusion import wav

from ..server.player.jackd import FOREIGN as JACK
from ..server.player.jackd import PERIOD
from .x_cast import (
    BESIDE,
    EDITORS,
    LEVEL,
    Neighbour,
    Server,
    heard,
    is_loud,
    jack_server,
    longest_gap,
    mini,
    server,
    settle_audacity,
)
from .x_scene import FOREIGN, PATIENCE_S, Screen, Shown, screen, until

__all__ = ["jack_server", "mini", "screen", "server"]

pytestmark = [*FOREIGN, *JACK, pytest.mark.timeout(400)]

RENDER_S = 120.0
TOLD_S = 10.0
"""How soon the window says that its server is gone."""

SCENES = 3
"""A scene in which JACK lost time is played again."""

ORANGE, NAVY = "#ffa500", "#000080"


def test_a_server_that_is_killed_and_comes_back(screen: Screen, server: Server) -> None:
    window = server.show(screen)
    for number in (1, 2, 3):
        fill(screen, window, Words=f"level 0.{number}")
        window.click("Render")
        rendered(window, number)
    fill(screen, window, Words="half a sentence")
    assert not window.text("Connection")
    server.process.kill()
    server.process.wait()
    killed_s = time.monotonic()
    until(lambda: window.text("Connection"), "it is told that the server is gone", TOLD_S)
    print(f"told {time.monotonic() - killed_s:.1f} s after the server was killed")
    server.start()
    until(lambda: not window.text("Connection"), "it is told that the server is back")
    rendered(window, 3)
    assert window.text("Words") == "half a sentence"
    window.click("Render")
    rendered(window, 4)


def test_a_window_that_is_killed_silences_nothing(screen: Screen, server: Server) -> None:
    window = server.show(screen)
    play(screen, window)
    for _ in range(SCENES):
        with heard() as recorder:
            until(partial(is_loud, recorder), "the clip sounds")
            window.process.kill()
            window.process.wait()
            window = server.show(screen)
            seen(screen, window)
        gap = longest_gap(recorder.sound)
        print(f"longest silence {gap} frames, {recorder.xruns} times JACK lost time")
        if gap < PERIOD or not recorder.xruns:
            break
    assert gap < PERIOD


def test_closing_asks_whether_what_plays_goes_on(screen: Screen, server: Server) -> None:
    started = ("--started", str(server.process.pid))
    window = server.show(screen, *started)
    play(screen, window)
    screen.press("alt+F4")
    window.click("Close, keep playing")
    assert window.ends() == 0
    with heard() as recorder:
        until(partial(is_loud, recorder), "the clip goes on")
    assert server.process.poll() is None

    window = server.show(screen, *started)
    seen(screen, window)
    screen.press("alt+F4")
    window.click("Close and stop")
    assert window.ends() == 0
    assert server.process.wait(PATIENCE_S) == 0


class TestTheRealModel:
    def test_the_keyboard_alone_makes_a_clip_that_plays(
        self, screen: Screen, mini: Server, tmp_path: Path
    ) -> None:
        window = mini.show(screen)
        Neighbour(screen, "navy", tmp_path)
        screen.press("ctrl+c", "alt+Tab")
        until(lambda: window.ask("focus"), "the window has the keyboard")
        window.reach("Picture")
        screen.press("ctrl+v")
        until(shows(window, NAVY), "a picture is pasted")
        window.reach("Words")
        screen.type("warm house")
        window.reach("Bars")
        screen.press("ctrl+a", "1")
        window.reach("Part")
        screen.press("d")  # drums
        window.reach("Render")
        screen.press("space")
        rendered(window, 1)
        window.reach("Loops")
        screen.press("Down", "Return")
        with heard() as recorder:
            until(lambda: recorder.blocks[-1].any(), "the clip sounds")
        window.reach("Words")  # nothing holds the focus fast

    @pytest.mark.foreign("audacity", "audacity")
    @pytest.mark.foreign("mhwaveedit", "mhwaveedit")
    def test_pictures_and_words_become_files_in_other_programs(
        self, screen: Screen, mini: Server, tmp_path: Path
    ) -> None:
        settle_audacity(screen.home)
        known = len(mini.files)
        window = mini.show(screen)
        dusk, night = (Neighbour(screen, colour, tmp_path) for colour in ("orange", "navy"))
        what = "a picture is dropped on the window"
        screen.drag(dusk.come(), window.place("Picture"), shows(window, ORANGE), what)
        fill(screen, window, Words="warm house", Bars="1")
        window.reach("Part")
        screen.press("d")  # drums
        window.click("Render")
        rendered(window, known + 1)
        screen.click(night.come())
        screen.press("ctrl+c")
        window.come()
        window.reach("Picture")
        screen.press("ctrl+v")
        until(shows(window, NAVY), "a picture is pasted")
        window.click("Render")
        rendered(window, known + 2)
        made = mini.files[known:]
        recipes = [wav.read_recipe(path) or {} for path in made]
        assert [recipe["request"]["prompt"] for recipe in recipes] == ["warm house"] * 2
        kept = next(screen.home.rglob(recipes[1]["request"]["image"]))
        hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (dusk.picture, kept)]
        assert [recipe["image_hash"] for recipe in recipes] == hashes
        assert Image.open(kept).convert("RGB").getpixel((0, 0)) == ImageColor.getrgb(NAVY)

        newest = made[-1].stem
        for program, title in EDITORS.items():
            editor = screen.open(program)
            beside = screen.put(f"^{title}", *BESIDE)
            what = f"a clip is dropped on {program}"
            screen.drag(window.row(0), beside, lambda: newest in screen.titles, what)
            editor.kill()

        target = night.come()
        window.come()
        screen.click(window.row(0))
        screen.click(window.row(1), holding="shift")
        screen.drag(window.row(0), target, lambda: night.given, "two clips are dropped elsewhere")
        assert sorted(night.given[-1]) == sorted(made)
        assert all(map(is_whole, night.given[-1]))
        drops = len(night.given)
        screen.press("ctrl+c")
        screen.click(night.come())
        screen.press("ctrl+v")
        until(lambda: len(night.given) > drops, "what was copied is pasted")
        assert sorted(night.given[-1]) == sorted(made)


def fill(screen: Screen, window: Shown, **texts: str) -> None:
    """Types into fields, which are clicked on."""
    for name, text in texts.items():
        window.click(name)
        screen.press("ctrl+a")
        screen.type(text)


def play(screen: Screen, window: Shown) -> None:
    """Makes a clip that is LEVEL throughout, and plays it."""
    fill(screen, window, Words=f"level {LEVEL}")
    window.click("Render")
    rendered(window, 1)
    screen.click(window.row(0))
    screen.press("Return")
    seen(screen, window)
    assert not window.text("What is wrong with the library")


def rendered(window: Shown, rows: int) -> None:
    until(lambda: window.rows == rows, f"{rows} clips are in the table", RENDER_S)


def shows(window: Shown, colour: str) -> Callable[[], bool]:
    return lambda: window.ask("colour", "Picture") == colour


def seen(screen: Screen, window: Shown) -> None:
    """Waits until the stage, where it is opened, says that the part `full` plays that clip."""

    def is_said() -> bool:
        texts = window.ask("texts").items()
        return any(name.startswith("Full") and f"level {LEVEL}" in text for name, text in texts)

    screen.press("F11")
    until(is_said, "the window shows what plays")
    screen.press("Escape")
    window.place("Words")


def is_whole(path: Path) -> bool:
    """Whether a WAV is as long as its recipe says, and sounds."""
    recipe = wav.read_recipe(path)
    sound, rate = soundfile.read(path)
    return bool(recipe and len(sound) == round(recipe["seconds"] * rate) and sound.any())
