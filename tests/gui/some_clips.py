"""What the tests of waveforms and clips have in common: clips, their files, and colours seen."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication

from gui.library.waveform import Waveforms
from server.protocol import ClipEvent


def clip(path: Path | str, **known: Any) -> ClipEvent:
    """A clip's event; what is not told is nothing."""
    nothing = {field.name: field.type() for field in dataclasses.fields(ClipEvent)}
    usual = {
        "clip": Path(path).stem, "path": str(path), "part": "bass", "bpm": 120.0, "bars": 2,
        "metre": "4/4", "quarters": 8.0, "key": "A minor", "chords": "Am | F", "seconds": 4.0,
        "passed": 1,
    }  # fmt: skip
    return ClipEvent(**{**nothing, **usual, **known})


def check(name: str, verdict: str, asked: Any = 1.0, got: Any = 1.0, unit: str = "") -> dict:
    return {"name": name, "verdict": verdict, "asked": asked, "got": got, "unit": unit}


def write(path: Path, samples: Any, rate: int = 44100, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


@pytest.fixture
def waveforms(qapp: QApplication) -> Iterator[Waveforms]:
    made = Waveforms()
    yield made
    made.close()
    qapp.processEvents()


def like(image: QImage, colour: str) -> int:
    """How many pixels are nearly of that colour."""
    wanted = QColor(colour).getRgb()[:3]
    pixels = (
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(image.width())
        for y in range(image.height())
    )
    return sum(
        max(abs(a - b) for a, b in zip(pixel, wanted, strict=False)) < 40 for pixel in pixels
    )
