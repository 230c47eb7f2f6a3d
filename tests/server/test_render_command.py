import argparse
import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import pytest

from melfusion.request import RenderRequest, RequestError
from server import finding, render_command
from server import library as libraries
from server.client import ServerGoneError
from server.library import HeldError
from server.protocol import ClipEvent, Event, JobEvent

from .conftest import Peer, Run
from .test_client import lossy


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS: list[Event] = [
    JobEvent("other", "rendering", 0.9, 1.0, "writing", "", "", "full", "x"),
    JobEvent("j", "queued", 0.0, 0.0, "", "", "", "full", "x"),
    JobEvent("j", "rendering", 0.1, 6.2, "denoising", "", "", "full", "x"),
    ClipEvent(
        "c",
        "/x",
        "full",
        120.0,
        4,
        "4/4",
        16.0,
        "A minor",
        "Am",
        8.0,
        1,
        "",
        "warm house",
        "",
        "2026-03-01T12:00:00Z",
        "",
        0,
        "",
        "{}",
    ),
    JobEvent("j", "rendering", 0.5, 6.2, "denoising", "", "", "full", "x"),
    JobEvent("j", "rendering", 0.9, 6.2, "writing", "", "", "full", "x"),
    JobEvent("j", "done", 1.0, 6.2, "", "c", "", "full", "x"),
]


async def stream() -> AsyncIterator[Event]:
    for event in EVENTS:
        yield event


async def test_a_terminal_shows_one_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    await render_command._show(stream(), "j")
    lines = [line.rstrip() for line in terminal.getvalue().split("\r")]
    assert lines == [
        "",
        "queued",
        "denoising 10%, about 6 s in all",
        "denoising 50%, about 6 s in all",
        "writing 90%, about 6 s in all",
        "done",
        "",
        "",
    ]


async def test_elsewhere_every_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    await render_command._show(stream(), "j")
    assert capsys.readouterr().err.splitlines() == [
        "queued",
        "denoising 10%, about 6 s in all",
        "writing 90%, about 6 s in all",
        "done",
    ]


def test_a_copy_never_goes_over_another_file(tmp_path: Path) -> None:
    source, out = tmp_path / "a.wav", tmp_path / "out"
    source.write_bytes(b"one")
    out.mkdir()
    assert render_command._copy(source, out) == out / "a.wav"
    assert render_command._copy(source, out) == out / "a.wav"
    source.write_bytes(b"two")
    assert render_command._copy(source, out) == out / "a-2.wav"
    assert render_command._copy(source, out) == out / "a-2.wav"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "a.wav": b"one",
        "a-2.wav": b"two",
    }


def test_what_cannot_be_copied_is_said(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"--out: .*gone\.wav cannot be copied"):
        render_command._copy(tmp_path / "gone.wav", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def given(library: Path) -> argparse.Namespace:
    """A command line that names a library and no server."""
    return argparse.Namespace(server=None, library=library, token="", sync=False)


async def test_a_library_whose_server_ends_is_waited_for(
    given: argparse.Namespace, run_server: Run
) -> None:
    async with AsyncExitStack() as stack:
        ending = stack.enter_context(ExitStack())
        ending.enter_context(libraries.opened(given.library))
        asyncio.get_running_loop().call_later(0.5, ending.close)
        address = await render_command._find_or_start(given, lambda _: run_server(), stack)
        assert await finding.answers(*address)


async def test_a_library_whose_server_stays_silent_is_given_up(
    given: argparse.Namespace, run_server: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_command, "HELD_PATIENCE_S", 0.3)
    async with AsyncExitStack() as stack:
        stack.enter_context(libraries.opened(given.library))
        with pytest.raises(HeldError, match="held by another server"):
            await render_command._find_or_start(given, lambda _: run_server(), stack)


async def test_a_server_that_goes_silent_and_stays_is_not_asked_for_ever(
    given: argparse.Namespace,
    server: tuple[str, int],
    run_server: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(render_command, "FOUND_SILENCE_S", 0.3)
    async with lossy(server, lambda _, address: address == "/melfusion/render") as wire:
        note = {"pid": 1, "host": wire[0], "port": wire[1]}
        (given.library / "library.holder.json").write_text(json.dumps(note))
        with pytest.raises(ServerGoneError, match="has gone silent"):
            await render_command._render(given, RenderRequest("x"), lambda _: run_server())


async def test_a_render_in_sync_is_in_the_servers_tempo(
    given: argparse.Namespace, server: tuple[str, int], peer: Peer, run_server: Run
) -> None:
    await peer.ask("/melfusion/transport/set", 1, "bpm", 97.5, "metre", "7/8")
    given.sync, given.server = True, server
    clip = await render_command._render(given, RenderRequest("x"), lambda _: run_server())
    assert (clip.bpm, clip.metre) == (97.5, "7/8")


def test_errors_go_by_the_options_names() -> None:
    error = RequestError("image_strength", "must lie between 0 and 1: not 2")
    assert render_command.sentence(error) == "--image-strength: must lie between 0 and 1: not 2"
    assert render_command.sentence(RequestError("worker", "is down")) == "worker: is down"
