"""Writes files so that nothing half made is ever seen under a file's own name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from .voices import RATE, Audio


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file to write to, which gets the name `path` when all of it is written."""
    partial = path.with_suffix(".part")
    yield partial
    partial.replace(path)


def write_text(path: Path, text: str) -> None:
    """Writes a text as UTF-8."""
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_flac(path: Path, sound: Audio, rate: int = RATE) -> None:
    """Writes mono sound [N] within -1 and 1 as 16 bit FLAC."""
    with whole(path) as partial:
        samples = np.round(sound * 32767).astype(np.int16)
        soundfile.write(partial, samples, rate, format="FLAC", subtype="PCM_16")
