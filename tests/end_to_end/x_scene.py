"""A screen of its own, with a window manager and a hand: Xvfb, openbox and xdotool.

The window is asked where its parts are, by the names that a screen reader knows; all that is done
to it is done by mouse and keyboard.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
SIZE, LARGE = "2560x1440x24", (1500, 1300)
"""Of the screen; of the window, where nothing needs to be scrolled."""

MOVES, MOVE_S, HOLD_S = 12, 0.065, 0.4
"""A drag is so many small moves, with so much time between them and before it ends."""

ATTEMPTS = 3
TABS = 80
"""More than there is to be reached."""

FOREIGN = [
    pytest.mark.foreign("Xvfb", "xvfb"),
    pytest.mark.foreign("xdotool", "xdotool"),
    pytest.mark.foreign("openbox", "openbox"),
    pytest.mark.foreign("xcb-cursor", "libxcb-cursor0"),
]

Place = tuple[int, int, int, int]
"""x, y, width and height on the screen, in pixels."""


def until(is_so: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Waits until something is so, and gives what it was told."""
    deadline = time.monotonic() + patience_s
    while not (found := is_so()):
        assert time.monotonic() < deadline, f"not within {patience_s:g} s: {what}"
        time.sleep(0.05)
    return found


class Screen:
    """An X server with a window manager, and the programs that are started on it.

    Args:
        home: of those programs, where they find no settings.

    Attributes:
        home: the same.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._programs: list[subprocess.Popen[bytes]] = []
        kept = {name: os.environ[name] for name in os.environ if not name.startswith("XDG_")}
        given = {"HOME": str(home), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "xcb"}
        self._environment = {**kept, **given, "NO_AT_BRIDGE": "1"}
        ours, theirs = os.pipe()
        words = ("-displayfd", str(theirs), "-nolisten", "tcp", "-screen", "0", SIZE)
        self.open("Xvfb", *words, pass_fds=[theirs])
        os.close(theirs)
        with os.fdopen(ours) as told:
            self._environment["DISPLAY"] = f":{told.readline().strip()}"
        self.open("openbox")
        until(lambda: self.hand("get_num_desktops"), "openbox manages windows")

    def open(self, *words: str, **more: Any) -> "subprocess.Popen[bytes]":
        """Starts a program on the screen, which ends with it."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._programs.append(subprocess.Popen(words, env=self._environment, **{**quiet, **more}))
        return self._programs[-1]

    def close(self) -> None:
        """Ends all programs, the last one first."""
        for program in reversed(self._programs):
            with program:
                end(program)

    def hand(self, *words: str | int | float) -> str:
        """Does it, by xdotool; what that says, which is nothing if it fails."""
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE_S
        )
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        """Presses keys, one after the other, wherever the focus is."""
        self.hand("key", "--delay", 30, *keys)

    def type(self, text: str) -> None:
        """Types, wherever the focus is."""
        self.hand("type", "--delay", 30, text)

    def click(self, place: Place, holding: str = "") -> None:
        """Clicks on the middle of a place, while a key is held."""
        held = (("keydown", holding), ("keyup", holding)) if holding else ((), ())
        self.hand("mousemove", *middle(place), *held[0], "sleep", 0.1, "click", 1, *held[1])

    def drag(self, start: Place, end: Place, is_there: Callable[[], Any], what: str) -> None:
        """Drags from the middle of one place to that of another until it has arrived."""
        (x, y), (to_x, to_y) = middle(start), middle(end)
        moves: list[str | int | float] = ["mousemove", x, y, "sleep", 0.1, "mousedown", 1]
        for move in range(1, MOVES + 1):
            at = x + (to_x - x) * move // MOVES, y + (to_y - y) * move // MOVES
            moves += ["sleep", MOVE_S, "mousemove", *at]
        for attempt in range(1, ATTEMPTS + 1):
            self.hand(*moves, "sleep", HOLD_S, "mouseup", 1)
            with contextlib.suppress(AssertionError):
                until(is_there, what, 10)
                print(f"{what}: dragged {attempt} times")
                return
        pytest.fail(f"{what}: dragged {ATTEMPTS} times in vain")

    @property
    def titles(self) -> str:
        """The titles of all windows."""
        return self.hand("search", "--onlyvisible", "--name", ".", "getwindowname", "%@")

    def window(self, title: str) -> str:
        """The number of the window whose title matches, once it is shown."""
        words = ("search", "--onlyvisible", "--name", title)
        return str(until(lambda: self.hand(*words), f"a window {title!r}")).splitlines()[0]

    def put(self, title: str, x: int, y: int, *size: int) -> Place:
        """Puts that window somewhere, in front of others, in its own size or another; its place."""
        number = self.window(title)
        if size:
            self.hand("windowsize", "--sync", number, *size)
        self.hand("windowmove", "--sync", number, x, y)
        self.hand("windowactivate", "--sync", number)
        told = self.hand("getwindowgeometry", "--shell", number).splitlines()
        of = dict(line.split("=") for line in told)
        return int(of["X"]), int(of["Y"]), int(of["WIDTH"]), int(of["HEIGHT"])


class Shown:
    """The window, in a process of its own, and what is to be seen of it.

    Args:
        screen: where it is shown.
        words: its command line.
    """

    def __init__(self, screen: Screen, *words: str) -> None:
        self._screen = screen
        script = str(Path(__file__).with_name("window_under_test.py"))
        self.process = screen.open(
            sys.executable, "-P", script, *words,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None,
        )  # fmt: skip
        self.ask("focus")  # answered once it is there, or has failed
        screen.put("^MeLFusion Live", 0, 0, *LARGE)

    def come(self) -> None:
        """Has it in front of all others."""
        self._screen.put("^MeLFusion Live", 0, 0)

    def ask(self, *question: Any) -> Any:
        """What Answers in window_under_test.py say."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the window has ended"
        return json.loads(answer)

    @property
    def rows(self) -> int:
        """How many clips its table shows."""
        return int(self.ask("rows"))

    def text(self, name: str) -> str:
        """What the widget of that name says; nothing if it is not to be seen."""
        return str(self.ask("texts").get(name, ""))

    def place(self, name: str) -> Place:
        """Where that widget is, once it is to be seen and can be used."""
        x, y, width, height = until(lambda: self.ask("place", name), f"{name!r} can be used")
        return x, y, width, height

    def row(self, number: int) -> Place:
        """Where a row of the table is, from the top."""
        x, y, width, height = until(lambda: self.ask("row", number), f"row {number} is shown")
        return x, y, width, height

    def click(self, name: str) -> None:
        """Clicks on the widget of that name."""
        self._screen.click(self.place(name))

    def reach(self, name: str) -> None:
        """Presses Tab until that widget has the focus."""
        passed = []
        for _ in range(TABS):
            passed.append(self.ask("focus"))
            if passed[-1] == name:
                return
            self._screen.press("Tab")
        pytest.fail(f"{name!r} is not reached by Tab, only {sorted(set(passed))}")

    def ends(self) -> int:
        """Waits until it is closed; its exit status."""
        return self.process.wait(PATIENCE_S)


def middle(place: Place) -> tuple[int, int]:
    """The middle of a place."""
    x, y, width, height = place
    return x + width // 2, y + height // 2


def end(program: "subprocess.Popen[bytes]") -> None:
    """Ends a program, if it still runs, by force if need be."""
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    (tmp_path / "home").mkdir()
    made = Screen(tmp_path / "home")
    yield made
    made.close()
