"""Who takes part beside the window: a server, JACK and who records it, and programs beside it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from PIL import Image

from ..server.player.jackd import JackServer, Recorder
from .x_scene import ROOT, Place, Screen, Shown, end, until

REAL = [sys.executable, "-P", "-m", "server"]
FAKE = [sys.executable, str(ROOT / "tests" / "server" / "live.py"), "0.1"]
"""Servers' commands. The second one's renders take a tenth of a second; of words like `level 0.3`
it makes a loop that is 0.3 throughout."""

LEVEL = 0.3
"""Of what is played where it is recorded."""

BESIDE = (1700, 100)
"""Where on the screen there is room beside the window."""

EDITORS = {"mhwaveedit": "mhWaveEdit", "audacity": "Audacity$"}
"""Programs that take files, by command, and how their windows' titles begin."""


class Server:
    """A server process, which can be killed and started again where it was."""

    def __init__(self, command: list[str], library: Path) -> None:
        self._command = [*command, "--headless", "--library", str(library)]
        self._library, self._log, self._port = library, library.with_suffix(".log"), "0"
        self.start()

    def start(self) -> None:
        """Starts it; it listens then, always on the same port."""
        words = [*self._command, "--port", self._port]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with self._log.open("w") as log:
            self.process = subprocess.Popen(words, cwd=ROOT, env=environment, stderr=log)
        listens = re.compile(r"listening on 127.0.0.1:(\d+)")
        found = until(lambda: listens.search(self._log.read_text()), "the server listens")
        self._port = found[1]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._port)

    def show(self, screen: Screen, *words: str) -> Shown:
        """Opens a window for it; with more words for the window's command line."""
        return Shown(screen, "--port", self._port, *words)

    @property
    def files(self) -> list[Path]:
        """Its loops, the oldest first."""
        return sorted(self._library.glob("*.wav"), key=lambda path: path.stat().st_mtime)


class Neighbour:
    """A program beside the window, which gives a picture of one colour and takes files."""

    def __init__(self, screen: Screen, colour: str, folder: Path) -> None:
        self.picture, self._notes = folder / f"{colour}.png", folder / f"{colour}.txt"
        Image.new("RGB", (64, 48), colour).save(self.picture)
        self._notes.touch()
        self._screen, self._title = screen, colour
        script = str(Path(__file__).with_name("x_neighbour.py"))
        screen.open(sys.executable, script, colour, str(self.picture), str(self._notes))
        self.come()

    def come(self) -> Place:
        """Has it in front of all others, on its place."""
        return self._screen.put(f"^{self._title}$", *BESIDE)

    @property
    def given(self) -> list[list[Path]]:
        """The files that it was given, each time."""
        lines = self._notes.read_text().splitlines()
        return [[Path(unquote(urlsplit(at).path)) for at in json.loads(line)] for line in lines]


def settle_audacity(home: Path) -> None:
    """Leaves out its welcome, and gives it a folder of its own for what it works on."""
    settings = home / ".config" / "audacity" / "audacity.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[GUI]\nShowSplashScreen=0\n[Directories]\nTempDir={home}/audacity\n")


@contextmanager
def heard() -> Iterator[Recorder]:
    """What is played meanwhile, from when the server has opened its sound device."""

    def is_open() -> bool:
        listed = subprocess.run(["jack_lsp"], capture_output=True, check=True)
        return b"PortAudio" in listed.stdout

    until(is_open, "the sound device is opened")
    with Recorder() as recorder:
        until(lambda: recorder.blocks, "it is recorded")
        yield recorder


def is_loud(recorder: Recorder) -> bool:
    """Whether LEVEL is played now."""
    return bool(recorder.blocks[-1][-1] > LEVEL / 2)


def longest_gap(sound: np.ndarray) -> int:
    """The longest run of frames that are not at LEVEL, from where it has begun."""
    there = np.flatnonzero(sound > LEVEL / 2)
    return int(np.diff(there, append=len(sound)).max()) - 1


@pytest.fixture(scope="module")
def jack_server() -> Iterator[JackServer]:
    made = JackServer()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def server(jack_server: JackServer, tmp_path: Path) -> Iterator[Server]:
    """A server that renders at once, on an empty library; its sound goes to JACK."""
    assert jack_server
    made = Server(FAKE, tmp_path / "library")
    yield made
    end(made.process)


@pytest.fixture(scope="class")
def mini(jack_server: JackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server itself, with the real model; loading that takes too long to do it twice."""
    assert jack_server
    made = Server(REAL, tmp_path_factory.mktemp("mini") / "library")
    yield made
    end(made.process)
