"""Reads MeLBench, and MusicCaps with pictures, as they were released.

A manifest is JSON lines or CSV with `captions`, `location` (the audio) and `img_path`; `image_path`
and `Annotation` are read as well, and whatever else a line has is kept as it is. Only the last part
of `location` counts: it is looked for in the folder of the audio. Paths of pictures are looked for
as they stand, in the folder of the pictures, and there by their last part.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import gcd
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
import scipy.signal
import soundfile
from numpy.typing import NDArray

RATE = 16000
SAMPLES = 163840
"""10.24 s: what the music's autoencoder works on."""
PEAK = 0.5

_NAMES = {
    "caption": ("captions", "caption", "Annotation"),
    "audio": ("location",),
    "picture": ("img_path", "image_path"),
}
_READ = {name for names in _NAMES.values() for name in names}


@dataclass(frozen=True)
class Triplet:
    """A picture, a text and the music that belongs to them.

    Attributes:
        caption: the text.
        audio: file of the music.
        picture: file of the picture.
        extra: what else the manifest tells, by its own names.
    """

    caption: str
    audio: Path
    picture: Path
    extra: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)


class ManifestError(ValueError):
    """A manifest or a file that it names cannot be used; one sentence."""


def read_triplets(manifest: Path, audio: Path, pictures: Path) -> list[Triplet]:
    """All triplets of a manifest.

    Args:
        manifest: .jsonl, .json (lines all the same) or .csv.
        audio: folder of the audio.
        pictures: folder of the pictures.

    Raises:
        ManifestError: it cannot be read, a line lacks something, or a file is not there; the
            number of the line is told.
    """
    triplets = []
    for number, entry in _lines(manifest):
        where = f"{manifest}, line {number}"
        given = {name: _value(entry, names, where) for name, names in _NAMES.items()}
        triplets.append(
            Triplet(
                given["caption"],
                _found([audio / _last(given["audio"])], where),
                _found(
                    [
                        Path(given["picture"]),
                        pictures / given["picture"],
                        pictures / _last(given["picture"]),
                    ],
                    where,
                ),
                {name: value for name, value in entry.items() if name not in _READ},
            )
        )
    if not triplets:
        raise ManifestError(f"{manifest} is empty")
    return triplets


def load_audio(path: Path) -> NDArray[np.float32]:
    """Music as the model takes it.

    Returns:
        [SAMPLES] float32: the first channel at 16 kHz, cut or filled up with silence, with its
        peak at 0.5 (silence stays silence).

    Raises:
        ManifestError: it is no audio file.
    """
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise ManifestError(f"{path} cannot be read as audio: {error}") from None
    mono = samples[:, 0]
    if rate != RATE:
        common = gcd(rate, RATE)
        mono = scipy.signal.resample_poly(mono, RATE // common, rate // common)
    whole = np.zeros(SAMPLES, np.float32)
    kept = min(len(mono), SAMPLES)
    whole[:kept] = mono[:kept]
    peak = np.abs(whole).max()
    return whole * np.float32(PEAK / peak) if peak > 0 else whole


def _lines(manifest: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Lines with their numbers, counted as an editor counts them."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            if manifest.suffix.lower() == ".csv":
                reader = csv.DictReader(file)
                for entry in reader:
                    yield reader.line_num, dict(entry)
                return
            for number, line in enumerate(file, 1):
                if line.strip():
                    entry = json.loads(line)
                    if not isinstance(entry, dict):
                        raise ManifestError(f"{manifest}, line {number}: is no JSON object")
                    yield number, entry
    except json.JSONDecodeError as error:
        raise ManifestError(f"{manifest}, line {number}: is no JSON: {error.msg}") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{manifest} cannot be read: {error}") from None


def _value(entry: dict[str, object], names: tuple[str, ...], where: str) -> str:
    for name in names:
        value = entry.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    raise ManifestError(f"{where}: has no {' or '.join(names)}")


def _last(location: str) -> str:
    """The last part of a path of any system."""
    return PurePosixPath(PureWindowsPath(location).as_posix()).name


def _found(candidates: list[Path], where: str) -> Path:
    for path in candidates:
        if path.is_file():
            return path
    raise ManifestError(f"{where}: there is no {candidates[0]}")
