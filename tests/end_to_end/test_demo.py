"""`dev.py demo` with the model that ships: one command, one loop of exactly the asked length."""

import sys
from pathlib import Path

import pytest
import soundfile

import dev
from melfusion import loop
from melfusion.music import Metre


def test_the_demo_ends_with_a_loop_of_exact_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    status = dev.demo()
    printed = capfd.readouterr()
    assert status == 0, printed.err
    (path,) = (tmp_path / "MeLFusion").glob("*.wav")
    assert str(path) in printed.out
    assert "s from the command to the loop" in printed.out
    about = soundfile.info(path)
    assert about.frames == loop.samples(4, Metre(4, 4), 123.4, about.samplerate)
