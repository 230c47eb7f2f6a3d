"""The device's own script in a strict fake of Max and Live, and real servers for it to talk to."""

import json
import os
import queue
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from max_for_live import build
from max_for_live.controls import FILLED, READ, SET, SHOWN_TOO
from max_for_live.patcher import SCRIPT
from melfusion.home import VARIABLE

ROOT = Path(__file__).parents[2]
HOST = Path(__file__).with_name("node") / "host.js"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
QUICK = [str(ROOT / "tests" / "server" / "live.py")]
REAL = ["-P", "-m", "server"]
PATIENCE_S = 30.0

Put = Callable[..., "Device"]
Start = Callable[..., "Server"]

AUDIO = {"name": "Audio"}
"""A track that takes audio clips."""

ROW = [{"name": name} for name in ("Drums", "My bass line", "Pads", "Solo")]
"""Tracks for a row."""


class FaultError(Exception):
    """The script has done what Max or Live would not have, or has thrown."""


def until(found: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """What `found` gives, as soon as it is true."""
    deadline = time.monotonic() + patience_s
    while not (there := found()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return there


class Look:
    """What is in the set and on the panel at one moment."""

    def __init__(self, seen: dict[str, Any]) -> None:
        self.panel: dict[str, Any] = seen["panel"]
        self.light: list[float] | None = seen["light"]
        self.menu: list[str] = seen["menus"]["models"]["items"]
        self.model = self.menu[seen["menus"]["models"]["shown"]] if self.menu else ""
        self.kept: list[str] = seen["kept"]["model"]
        self.tracks: list[dict[str, Any]] = seen["tracks"]
        self.scenes: list[str] = seen["scenes"]
        self.posted: list[str] = seen["posted"]
        self.port: int = seen["port"]
        self.tasks: int = seen["tasks"]
        self.apis: int = seen["apis"]
        self._sent: list[list[Any]] = seen["sent"]

    @property
    def progress(self) -> str:
        return str(self.panel.get("progress", ""))

    def sent(self, address: str) -> list[list[Any]]:
        """The requests to an address: what follows the id."""
        return [message[2:] for message in self._sent if message[0] == address]

    def slots(self, track: int = 0) -> list[dict[str, Any] | None]:
        slots: list[dict[str, Any] | None] = self.tracks[track]["slots"]
        return slots

    def names(self) -> list[str | None]:
        """The names of the clips in the first track's slots."""
        return [clip["name"] if clip else None for clip in self.slots()]

    def outcome(self) -> tuple[int, str, str]:
        """What the device told the server last of a clip: placed, where, reason."""
        _, placed, where, reason, *_ = self.sent("/melfusion/placed")[-1]
        return placed, where, reason


def placed_in(slot: int, track: int = 0) -> Callable[[Look], Any]:
    """Whether the device says that it has placed a loop there."""
    return lambda look: f", slot {slot + 1}" in look.progress and look.slots(track)[slot]


def is_the_loop(clip: dict[str, Any], quarters: float, seconds: float) -> bool:
    """Whether a clip is warped at its own tempo and looped from end to end."""
    line = [
        abs(marker["beat_time"] - marker["sample_time"] / seconds * quarters)
        for marker in clip["markers"]
    ]
    ends = clip["loop_end"], clip["end_marker"]
    return bool(
        (clip["warping"], clip["looping"], clip["loop_start"], clip["start_marker"]) == (1, 1, 0, 0)
        and all(abs(end - quarters) < 1e-3 for end in ends)
        and max(line) < 1e-3
        and len(line) > 1
    )


class Device:
    """A device in a set, in a process of its own."""

    def __init__(self, script: Path, config: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            ["node", str(HOST), str(script)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        try:
            self._ask(config)
        except FaultError:
            self.end()
            raise

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put('{"fatal": "node has ended"}')

    def _ask(self, words: Any) -> Any:
        assert self.process.stdin
        with suppress(OSError):  # why it has ended is in its last line
            self.process.stdin.write(json.dumps(words) + "\n")
            self.process.stdin.flush()
        said = json.loads(self._lines.get(timeout=PATIENCE_S))
        if "fatal" in said:
            raise FaultError(said["fatal"])
        return said["said"]

    def do(self, what: str, *values: Any) -> None:
        """Does something in Live, as host.js names it."""
        self._ask([what, *values])

    def set(self, **settings: Any) -> None:
        """Sets controls, as their user does."""
        for name, value in settings.items():
            self.do("message", name, value)

    def choose(self, model: str) -> None:
        """Chooses an item in the menu of models."""
        self.do("choose", "models", model)

    def press(self, button: str) -> None:
        """Presses a button, and lets it go."""
        self.do("message", button, 1)

    def look(self) -> Look:
        return Look(self._ask(["look"]))

    def until(self, there: Callable[[Look], Any], patience_s: float = PATIENCE_S) -> Look:
        """What there is when it is as wanted."""
        seen: list[Look] = []

        def looks() -> Any:
            seen[:] = [self.look()]
            return there(seen[0])

        try:
            until(looks, patience_s)
        except AssertionError:
            last = seen[0]
            raise AssertionError(f"{last.panel} {last.posted} {last.tracks}") from None
        return seen[0]

    def connected(self) -> Look:
        return self.until(lambda look: "MeLFusion Live " in look.panel["server"])

    def end(self) -> None:
        self.process.kill()
        self._listener.join()
        with suppress(BrokenPipeError), self.process:
            pass  # waits, and closes its pipes


class Server:
    """A server process on a library; it can be killed, and started again on its port."""

    def __init__(
        self, library: Path, program: list[str], port: int = 0, cache: Path | None = None
    ) -> None:
        self.library, self.port = library, port
        self.cache = cache
        self._program = program
        self._log = library.with_name("server.log")
        self.start()

    def start(self) -> None:
        words = ["--headless", "--library", str(self.library), "--port", str(self.port)]
        environment = ENVIRONMENT | ({VARIABLE: str(self.cache)} if self.cache else {})
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._program, *words], env=environment, stderr=log
            )
        self.port = int(until(self._listening)[1])

    def _listening(self) -> re.Match[str] | None:
        said = self._log.read_text()
        assert self.process.poll() is None, said
        return re.search(r"listening on 127.0.0.1:(\d+)", said)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def jobs(self) -> list[dict[str, Any]]:
        """Its jobs, the oldest first, as its table has them."""
        with closing(sqlite3.connect(self.library / "library.sqlite3")) as database:
            rows = database.execute("SELECT id, state, options, clip FROM jobs ORDER BY rowid")
            return [
                {"id": job, "state": state, "clip": clip, **json.loads(options)}
                for job, state, options, clip in rows.fetchall()
            ]

    def places(self) -> dict[str, tuple[str, str]]:
        """Clip -> where in Live it was placed, and why it was not."""
        with closing(sqlite3.connect(self.library / "library.sqlite3")) as database:
            rows = database.execute("SELECT clip, place, trouble FROM places")
            return {clip: (place, trouble) for clip, place, trouble in rows.fetchall()}

    def files(self) -> list[str]:
        """The loops in its folder."""
        return sorted(str(path) for path in self.library.glob("*.wav"))


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The device's script, as it is built."""
    path = tmp_path_factory.mktemp("device") / SCRIPT
    path.write_bytes(build.outputs()[build.HERE / SCRIPT])
    return path


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose renders are quick fakes, for all tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("quick") / "library"
    folder.mkdir()
    server = Server(folder, [*QUICK, "0.3"])
    yield server
    server.kill()


@pytest.fixture
def start_server(library: Path) -> Iterator[Start]:
    """Starts servers: `start_server(seconds=1)` has quick fakes, `start_server(REAL)` loops."""
    with ExitStack() as stack:

        def start(
            program: list[str] | None = None, seconds: float = 0.3, cache: Path | None = None
        ) -> Server:
            server = Server(library, program or [*QUICK, str(seconds)], cache=cache)
            stack.callback(server.kill)
            return server

        yield start


@pytest.fixture
def put_in(script: Path) -> Iterator[Put]:
    """Puts a device into a set: `put_in(server.port, tracks=[...], scenes=4, version=[11, 3, 4])`.

    What else there may be is told in the fakes: `live` goes to fake_set.js, and the rest, such as
    `lose_out`, to fake_max.js.
    """
    with ExitStack() as stack:

        def put(
            port: int,
            *,
            begin: bool = True,
            tracks: list[dict[str, Any]] | None = None,
            scenes: int | list[str] = 4,
            version: tuple[int, int, int] = (12, 1, 5),
            song: dict[str, Any] | None = None,
            device: int = 0,
            live: dict[str, Any] | None = None,
            **maxs: Any,
        ) -> Device:
            names = [""] * scenes if isinstance(scenes, int) else scenes
            given = {
                "tracks": tracks or [AUDIO], "scenes": names, "version": version,
                "song": song or {}, "device": device, **(live or {}),
            }  # fmt: skip
            keepers = [control.name for control in SET if control.place is None]
            shown = [control.name for control in READ] + list(SHOWN_TOO)
            patch = {
                "controls": [name for name in shown if name not in keepers],
                "menus": [control.name for control in FILLED], "keepers": keepers,
            }  # fmt: skip
            made = Device(script, {"live": given, **patch, **maxs})
            stack.callback(made.end)
            made.set(port=port)
            if begin:
                made.do("message", "begin")
            return made

        yield put
