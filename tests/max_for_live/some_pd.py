"""What the tests of the patch for Pure Data have in common: Pd, servers, and one that is none.

A small patch around ours hands on what a test says, and prints what it tells.
"""

import contextlib
import json
import os
import queue
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from server import osc, protocol

ROOT = Path(__file__).parents[2]
FAKE = [sys.executable, str(ROOT / "tests" / "server" / "live.py")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PATIENCE_S = 30.0
AROUND = """\
#N canvas 0 0 400 200 12;
#X obj 10 10 netreceive -u {port};
#X obj 10 50 melfusion_live {server};
#X obj 10 90 print heard;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
"""


class Patch:
    """The patch, in a Pd of its own.

    Args:
        folder: of the test.
        server: the server's port.
        port: where it hears what the test says.
    """

    def __init__(self, folder: Path, server: int, port: int) -> None:
        around = folder / "around.pd"
        around.write_text(AROUND.format(port=port, server=server))
        path = str(ROOT / "max_for_live")
        self._process = subprocess.Popen(
            ["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-path", path, "-open", str(around)],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._port = port
        self._lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def say(self, *words: str) -> None:
        """Says something to the inlet; a space within a word stays in it."""
        line = " ".join(re.sub(r"([ ,;$\\])", r"\\\1", word) for word in words)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(f"{line};\n".encode(), ("127.0.0.1", self._port))

    def until(self, pattern: str) -> re.Match[str]:
        """The next line that Pd prints which holds the pattern."""
        ends_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, ends_s - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{pattern!r} was not among {self.said}") from None
            self.said.append(line)
            if found := re.search(pattern, line.replace("\\", "")):
                return found

    def count(self, words: str) -> int:
        """How many of the lines until now hold the words."""
        return sum(words in line for line in [*self.said, *self._lines.queue])

    def close(self) -> None:
        """Ends it; nothing that it printed may be an error of Pd's."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self.said += list(self._lines.queue)
        wrong = [line for line in self.said if re.search("error|no method|bad|couldn't", line)]
        assert not wrong

    def _read(self) -> None:
        assert self._process.stderr
        with self._process.stderr as lines:
            for line in lines:
                self._lines.put(line.rstrip())


@pytest.fixture
def open_patch(tmp_path: Path, free_port: int) -> Iterator[Callable[[int], Patch]]:
    """Opens the patch for the server at a port."""
    with ExitStack() as stack:

        def make(server: int) -> Patch:
            patch = Patch(tmp_path, server, free_port)
            stack.callback(patch.close)
            return patch

        yield make


@contextmanager
def serving(library: Path, *command: str, port: int = 0) -> Iterator[tuple[Any, int]]:
    """A server in a process of its own, and its port; killed at the end."""
    words = ["--headless", "--library", str(library), "--port", str(port), "--sources", "host"]
    with subprocess.Popen(
        [*command, *words], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr
            lines = iter(process.stderr.readline, "")
            found = (re.search(r"listening on 127.0.0.1:(\d+)", line) for line in lines)
            listening = next(filter(None, found))
            yield process, int(listening[1])
        finally:
            process.kill()


@pytest.fixture
def connected(library: Path, open_patch: Callable[[int], Patch]) -> Iterator[Callable[..., Patch]]:
    """Starts a server whose renders take so long, and the patch, and waits until they talk."""
    with ExitStack() as stack:

        def make(seconds: float = 0.1) -> Patch:
            _, port = stack.enter_context(serving(library, *FAKE, str(seconds)))
            patch = open_patch(port)
            patch.until("heard: connected 1")
            return patch

        yield make


def jobs(library: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """Id, state and options of the server's jobs, as its table has them."""
    with closing(sqlite3.connect(library / "library.sqlite3")) as database:
        rows = database.execute("SELECT id, state, options FROM jobs ORDER BY rowid").fetchall()
    return [(job, state, json.loads(options)) for job, state, options in rows]


def states(library: Path) -> list[str]:
    return [state for _, state, _ in jobs(library)]


def until(condition: Callable[[], object]) -> None:
    ends_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < ends_s
        time.sleep(0.05)


@pytest.fixture
def free_udp(free_port: int) -> int:
    """A port beside the one that the patch hears the test on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        assert held.getsockname()[1] != free_port
        return int(held.getsockname()[1])


class Listener:
    """What listens where a server would, and answers what a test wants."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self._asker = ("", 0)

    def hear(self, address: str, patience_s: float = PATIENCE_S) -> bytes | None:
        """The next datagram to that address, or None; hello and status are answered meanwhile."""
        ends_s = time.monotonic() + patience_s
        while (left_s := ends_s - time.monotonic()) > 0:
            self.socket.settimeout(left_s)
            with contextlib.suppress(TimeoutError):
                datagram, self._asker = self.socket.recvfrom(65536)
                (message,) = osc.decode(datagram)
                if message.address == address:
                    return datagram
                if message.address == protocol.Hello.address:
                    self.tell(protocol.Welcome(1, message.address, 1, "0.1.0", "mini", ""))
        return None

    def request(self, address: str) -> protocol.Message:
        """The next request to that address."""
        datagram = self.hear(address)
        assert datagram
        (message,) = osc.decode(datagram)
        return protocol.read(message.address, message.arguments)

    def tell(self, message: protocol.Message) -> None:
        """Says something to whoever was heard last."""
        self.socket.sendto(osc.encode(message.address, protocol.write(message)), self._asker)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.socket.close()
