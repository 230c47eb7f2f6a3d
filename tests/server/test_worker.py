import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from melfusion import loop
from melfusion import render as rendering
from melfusion.music import Plan
from melfusion.request import RenderRequest
from server import worker

ROOT = Path(worker.__file__).parents[1]
REQUEST = RenderRequest("clicks", bpm=120.0, bars=1, key="Am", part="drums", steps=4, attempts=1)


class Clicks:
    """A pipeline that obeys melfusion.render's contract: a click on every quarter note."""

    name = "clicks-1"
    device = "cpu"
    steps = 4
    guidance = 1.0
    fault: Exception | None = None
    gate: threading.Event | None = None

    def __call__(
        self, plan: Plan, parts: Sequence[str], *, on_stage: Any, steps: int, **_: Any
    ) -> Any:
        for step in range(steps):
            on_stage("denoising", step / steps)
            if self.gate:
                self.gate.wait(10)
            if self.fault:
                raise self.fault
        length = loop.samples(plan.bars, plan.metre, plan.bpm, 44100)
        audio = np.zeros((1, length), np.float32)
        decay = 0.5 * np.exp(-np.arange(2000) / 300) * np.sin(np.arange(2000) * 0.2)
        for start in loop.positions(4, length):
            audio[0, start : start + 2000] += decay.astype(np.float32)
        return SimpleNamespace(
            stems=dict.fromkeys(parts, audio), seconds={"denoising": 0.01}, arrangement=None,
            picture_words="",
        )  # fmt: skip


class Server:
    """The other end of a worker that runs in a thread of this process."""

    def __init__(self) -> None:
        self.inbox = worker.Inbox()
        self.said: queue.Queue[dict[str, Any]] = queue.Queue()

    def tell(self, **message: Any) -> None:
        self.inbox.read([json.dumps(message)])

    def hear(self, *kinds: str) -> dict[str, Any]:
        while True:
            message = self.said.get(timeout=20)
            if message["type"] in kinds:
                return message


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Clicks:
    clicks = Clicks()
    monkeypatch.setattr(rendering, "load", lambda _: clicks)
    return clicks


@pytest.fixture
def server(pipeline: Clicks) -> Server:  # noqa: ARG001
    end = Server()
    # A daemon: `serve` waits for the next render for ever, as it is meant to.
    threading.Thread(
        target=worker.serve, args=("mini", end.inbox, end.said.put), daemon=True
    ).start()
    assert end.hear("ready") == {
        "type": "ready", "model": "clicks-1", "device": "cpu", "steps": 4,
    }  # fmt: skip
    return end


def test_a_render_becomes_a_file(server: Server, library: Path) -> None:
    server.tell(type="render", job="j", options=asdict(REQUEST), folder=str(library))
    progress = server.hear("progress")
    assert progress["job"] == "j"
    clip = server.hear("finished", "failed")["clip"]
    assert Path(clip["path"]).parent == library
    assert clip["samples"] == 2 * 44100


def test_a_cancel_takes_effect_in_the_next_step(
    server: Server, library: Path, pipeline: Clicks
) -> None:
    pipeline.gate = threading.Event()
    server.tell(type="render", job="j", options=asdict(REQUEST), folder=str(library))
    while server.hear("progress")["stage"] != "denoising":
        pass
    server.tell(type="cancel", job="j")
    pipeline.gate.set()
    heard = server.hear("progress", "cancelled")
    assert heard == {"type": "cancelled", "job": "j"}
    assert list(library.iterdir()) == []
    server.tell(type="render", job="j", options=asdict(REQUEST), folder=str(library))
    assert server.hear("finished", "cancelled")["type"] == "finished"


def test_errors_are_sentences(server: Server, library: Path, pipeline: Clicks) -> None:
    wrong = asdict(REQUEST) | {"image": str(library)}
    server.tell(type="render", job="a", options=wrong, folder=str(library))
    heard = server.hear("failed")
    assert (heard["job"], heard["argument"]) == ("a", "image")

    blocked = library / "file"
    blocked.write_text("")
    server.tell(type="render", job="b", options=asdict(REQUEST), folder=str(blocked / "x"))
    heard = server.hear("failed")
    assert (heard["job"], heard["argument"]) == ("b", "render")
    assert "could not be written" in heard["reason"]

    pipeline.fault = ZeroDivisionError("division\nby zero")
    server.tell(type="render", job="c", options=asdict(REQUEST), folder=str(library))
    heard = server.hear("failed")
    assert heard["reason"] == "met a fault of its own: division by zero"


def test_a_model_that_cannot_be_loaded_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise rendering.RenderError("the weights\nare missing")

    monkeypatch.setattr(rendering, "load", missing)
    said: list[dict[str, Any]] = []
    worker.serve("mini", worker.Inbox(), said.append)
    assert said == [{"type": "broken", "reason": "the weights are missing"}]


def process(code: str) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there are classes in place of numbers")
def test_what_plays_is_served_before_what_renders() -> None:
    code = (
        "import psutil, sys; from server import worker\n"
        "worker._step_back(); print(psutil.Process().nice())"
    )
    with process(code) as child:
        said, errors = child.communicate(timeout=20)
    assert int(said) == min(psutil.Process().nice() + worker.BACK, 19), errors


def test_what_a_library_prints_does_not_reach_the_wire() -> None:
    code = (
        "import os, sys; from server import worker\n"
        "speak = worker.own_stdout()\n"
        "print('chatter', flush=True); os.write(1, b'more chatter\\n')\n"
        "speak({'type': 'ready'})"
    )
    with process(code) as child:
        said, errors = child.communicate(timeout=20)
    assert json.loads(said) == {"type": "ready"}
    assert errors.split(b"\n")[:2] == [b"chatter", b"more chatter"]


def test_it_ends_when_the_server_does() -> None:
    code = (
        "import sys, time; from server import worker\n"
        "sys.argv = ['worker', 'mini']\n"
        "def busy(model, inbox, speak): speak({'type': 'ready'}); time.sleep(60)\n"
        "worker.serve = busy\n"
        "worker.main()"
    )
    with process(code) as child:
        assert child.stdin
        assert child.stdout
        child.stdout.readline()
        started = time.monotonic()
        child.stdin.close()
        assert child.wait(timeout=20) == 0
        assert time.monotonic() - started < 5
        assert child.stderr
        assert child.stderr.read() == b""
