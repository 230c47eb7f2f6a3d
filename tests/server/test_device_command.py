"""`melfusion-live device`, as it is typed."""

from pathlib import Path

import pytest

from server import device_command
from server.app import main
from server.device_command import DEVICE


def test_it_says_where_the_device_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["device"]) == 0
    assert Path(capsys.readouterr().out.strip()).read_bytes()[:4] == b"ampf"


def test_it_is_copied_over_an_older_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "User Library"
    folder.mkdir()
    (folder / DEVICE.name).write_bytes(b"older")
    assert main(["device", "--to", str(folder)]) == 0
    copy = folder / DEVICE.name
    said = capsys.readouterr()
    assert said.out == f"{copy}\n"
    assert "onto an audio track" in said.err
    assert copy.read_bytes() == DEVICE.read_bytes()
    assert list(folder.iterdir()) == [copy]


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    assert main(["device", "--to", str(gone)]) == 2
    copy = gone / DEVICE.name
    assert capsys.readouterr().err == (
        f"melfusion-live device: --to: {copy} cannot be written: No such file or directory\n"
    )


def test_a_device_that_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(device_command, "DEVICE", tmp_path / "none.amxd")
    assert main(["device"]) == 2
    assert "none.amxd is missing: install MeLFusion Live again" in capsys.readouterr().err
