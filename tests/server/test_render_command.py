import io
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from melfusion.request import RequestError
from server import render_command
from server.protocol import ClipEvent, Event, JobEvent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS: list[Event] = [
    JobEvent("other", "rendering", 0.9, 1.0, "writing", "", ""),
    JobEvent("j", "queued", 0.0, 0.0, "", "", ""),
    JobEvent("j", "rendering", 0.1, 6.2, "denoising", "", ""),
    ClipEvent("c", "/x", "full", 120.0, 4, "4/4", 16.0, "A minor", "Am", 8.0, 1, "{}"),
    JobEvent("j", "rendering", 0.5, 6.2, "denoising", "", ""),
    JobEvent("j", "rendering", 0.9, 6.2, "writing", "", ""),
    JobEvent("j", "done", 1.0, 6.2, "", "c", ""),
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


def test_errors_go_by_the_options_names() -> None:
    error = RequestError("image_strength", "must lie between 0 and 1: not 2")
    assert render_command.sentence(error) == "--image-strength: must lie between 0 and 1: not 2"
    assert render_command.sentence(RequestError("worker", "is down")) == "worker: is down"
