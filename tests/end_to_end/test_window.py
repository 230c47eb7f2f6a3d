"""`melfusion-live`: window and server as processes of their own, started and killed for real."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from server import library as libraries
from server.protocol import Welcome

from ..server.conftest import Peer, peers

__all__ = ["peers"]

PATIENCE_S = 30


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def windows(of: "subprocess.Popen[str]") -> list[psutil.Process]:
    children = psutil.Process(of.pid).children()
    return [child for child in children if "gui" in child.cmdline()]


@contextmanager
def opened(library: Path, home: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command, with its window open and its server running."""
    words = [sys.executable, "-m", "server", "--library", str(library), "--port", "0"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home)}
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: windows(process) or process.poll() is not None)
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield process
        finally:
            for window in windows(process) if process.poll() is None else []:
                window.kill()
            process.wait(PATIENCE_S)


@pytest.fixture
def _no_server_stays(library: Path) -> Iterator[None]:
    yield
    if holder := libraries.holder(library):
        os.kill(holder.pid, signal.SIGTERM)
        until(lambda: not psutil.pid_exists(holder.pid) or _is_zombie(holder.pid))


def _is_zombie(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.usefixtures("_no_server_stays")
async def test_a_window_that_is_killed_leaves_the_server_and_finds_it_again(
    library: Path, tmp_path: Path, peers: Callable[..., Peer]
) -> None:
    with opened(library, tmp_path) as first:
        holder = libraries.holder(library)
        assert holder
        assert holder.pid not in [child.pid for child in windows(first)]
        (window,) = windows(first)
        window.kill()
        assert first.wait(PATIENCE_S) != 0
    peer = peers((holder.host, holder.port))
    assert isinstance(await peer.ask("/melfusion/hello", 1), Welcome)
    with opened(library, tmp_path) as second:
        assert libraries.holder(library) == holder  # no other server was started
        (window,) = windows(second)
        # What it is told: how to end it where that is asked, and how to start another one there.
        assert "--started" not in window.cmdline()
        assert window.cmdline()[window.cmdline().index("--running") + 1] == str(holder.pid)
        command = json.loads(window.environ()["MELFUSION_SERVER"])
    os.kill(holder.pid, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(holder.pid) or _is_zombie(holder.pid))
    with subprocess.Popen(command, stderr=subprocess.DEVNULL):
        until(lambda: (libraries.holder(library) or holder).pid != holder.pid)
        successor = libraries.holder(library)
        assert successor
        assert successor.port == holder.port
        os.kill(successor.pid, signal.SIGTERM)


def test_a_server_that_does_not_start_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    words = [sys.executable, "-m", "server", "--library", str(tmp_path / "file" / "library")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("melfusion-live: ")
    assert str(tmp_path / "file") in line
