"""Takes the screenshots of docs/images: `python scripts/take_screenshots.py [--out FOLDER]`.

The window is the real one, on Qt's offscreen screen, with a real server that renders with `mini`,
and with JACK's dummy driver for its sound, where JACK is installed. Each picture is of the size and
scale that its name says.
"""

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE_S = 240
SCENES = (
    ("sunset", "warm house with a deep bass and soft chords", "full", 4),
    ("neon street", "dark techno, driving, industrial", "full", 4),
    ("forest", "calm ambient pads, slow, airy", "chords", 8),
    ("space", "trance, uplifting, bright lead", "full", 8),
    ("rain on glass", "lo-fi hip-hop, dusty, mellow", "full", 4),
    ("beach", "reggaeton, sunny, bouncy", "drums", 4),
    ("cathedral", "solemn organ chords", "chords", 4),
    ("desert", "dub, deep, spacious, echo", "bass", 4),
    ("storm", "drum and bass, aggressive", "drums", 4),
)
"""What is rendered for the library: a concept to draw, words, part and bars."""

WITH_PARTS = 3
"""So many of them are rendered part by part as well."""

SHOTS = {
    "first-run": ((1200, 780), 1),
    "rendering": ((1200, 780), 1),
    "library": ((1280, 800), 2),
    "library-small": ((900, 600), 1),
    "library-large": ((2560, 1440), 1),
    "stage": ((1280, 800), 1),
    "light": ((1200, 780), 1),
}
"""Size in points and scale of each."""


def main() -> int:
    """Takes every picture, each in a process of its own, or the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--shot", choices=SHOTS, help="only this one")
    parser.add_argument("--port", type=int, default=0, help="of a server that runs already")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.port:
        return shoot(given.shot, given.port, given.out)
    with tempfile.TemporaryDirectory() as scratch, sound(), server(Path(scratch)) as port:
        for name, (_, scale) in SHOTS.items():
            if given.shot in (None, name):
                environment = {
                    **os.environ,
                    "QT_QPA_PLATFORM": "offscreen",
                    "QT_SCALE_FACTOR": str(scale),
                    "XDG_CONFIG_HOME": scratch,
                    "XDG_DATA_HOME": scratch,
                }
                words = [__file__, "--out", str(given.out), "--shot", name, "--port", str(port)]
                subprocess.run([sys.executable, *words], env=environment, check=True)
                print(given.out / f"{name}.png")
    return 0


@contextmanager
def sound() -> Iterator[None]:
    """JACK without hardware, for as long as the context."""
    if not shutil.which("jackd"):
        yield
        return
    os.environ |= {"JACK_NO_AUDIO_RESERVATION": "1", "JACK_DEFAULT_SERVER": "screenshots"}
    words = ["jackd", "-r", "-n", "screenshots", "-d", "dummy", "-r", "48000", "-p", "1024"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, stdout=quiet, stderr=quiet) as process:
        time.sleep(1)
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """A server with an empty library; gives its port."""
    from server import library

    words = ["-m", "server", "--headless", "--port", "0", "--library", str(folder / "library")]
    with subprocess.Popen([sys.executable, *words], cwd=ROOT) as process:
        until(lambda: library.holder(folder / "library"))
        holder = library.holder(folder / "library")
        assert holder
        try:
            yield holder.port
        finally:
            process.terminate()


def shoot(name: str, port: int, out: Path) -> int:
    """Brings the window into the state that a picture shows, and takes it."""
    from PyQt6.QtCore import QSettings
    from PyQt6.QtGui import QFontDatabase
    from PyQt6.QtWidgets import QApplication

    from gui.dialogs.settings_window import dress
    from gui.window import Window
    from gui.wire import Wire

    application = QApplication(sys.argv[:1])
    application.setApplicationName("melfusion-live")
    assert QFontDatabase.families(), "no font is installed: apt install fonts-dejavu-core"
    folder = Path(tempfile.mkdtemp())
    wire = Wire("127.0.0.1", port)
    kept = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = Window(wire, kept, folder / "scenes.json")
    window.settings.theme = "light" if name == "light" else "dark"
    dress(window.settings)
    window.resize(*SHOTS[name][0])
    window.show()

    def settle(is_so: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        until(lambda: (application.processEvents(), is_so())[1], seconds)

    def wait(seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            settle(lambda: False, seconds)

    settle(lambda: window.state.model and window.state.transport)
    if name != "first-run":
        prepare(window, settle)
    if name == "rendering":
        window.scene.render_parts.click()
        settle(lambda: window.state.unfinished)
        wait(0.6)
    elif name != "first-run":
        settle(lambda: not window.state.unfinished)
        play(window)
        wait(4)
    if name == "stage":
        window.show_stage(True)
        window.showNormal()  # the offscreen screen is small
        window.resize(*SHOTS[name][0])
        wait(1.5)
    wait(0.5)
    window.grab().save(str(out / f"{name}.png"))
    window.close()
    return 0


def prepare(window: "object", settle: Callable[[Callable[[], object]], None]) -> None:
    """Fills the library, if that has not been done, and the list of scenes."""
    from gui.scene.scenes import SavedScene
    from gui.window import Window

    assert isinstance(window, Window)
    blank = window.scenes.current.id
    for number, (concept, words, part, bars) in enumerate(SCENES):
        picture = str(drawn(concept))
        window.scenes.add(
            SavedScene(
                prompt=words, image=picture, original=picture, part=part, bars=bars, seed=number
            )
        )
        settle(partial(is_shown, window, picture))
        if len(window.state.clips) < len(SCENES):
            window.scene.render_one.click()
            if window.scenes.row(window.scenes.current.id) <= WITH_PARTS:
                window.scene.render_parts.click()
    window.scenes.remove(blank)
    settle(lambda: not window.state.unfinished)
    window.scenes.choose(window.scenes.all[0].id)
    settle(lambda: window.scene.picture.path == window.scenes.current.image)


def is_shown(window: "object", picture: str) -> bool:
    """Whether the scene's picture has been read."""
    from gui.window import Window

    assert isinstance(window, Window)
    return window.scene.picture.path == picture


def play(window: "object") -> None:
    """Plays the parts of the first scene, and marks some clips."""
    from gui.window import Window
    from server.library_messages import MarkClip
    from server.player_messages import Play

    assert isinstance(window, Window)
    wire = window.library.actions_._wire
    first = [clip for clip in window.state.clips.values() if clip.prompt == SCENES[0][1]]
    for part in ("drums", "bass", "chords"):
        clip = next((clip for clip in first if clip.part == part), None)
        if clip:
            wire.ask(Play, clip.clip)
            wire.ask(MarkClip, clip.clip, favourite=1, tags="opening")
    rows = [window.library.table.row_of(clip.clip) for clip in first if clip.part == "chords"]
    if rows:
        window.library.view.selectRow(rows[0])


def drawn(concept: str) -> Path:
    """A picture of a concept, drawn by this project."""
    from melfusion.material.concepts import CONCEPTS
    from melfusion.material.drawing import draw

    path = Path(os.environ["XDG_DATA_HOME"]) / f"{concept.replace(' ', '-')}.png"
    if concept == "sunset":
        return ROOT / "docs" / "examples" / "sunset.jpg"
    if not path.exists():
        found = CONCEPTS[concept]
        draw(found.views[0], found.colours, random.Random(7)).save(path)
    return path


def until(is_so: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Waits until something is so.

    Raises:
        TimeoutError: it is not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
