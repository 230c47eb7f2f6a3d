"""The loop that a variation or a continuation is made of: a file, fitted to the plan."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

from . import loop
from .music import Metre, Plan
from .request import RequestError
from .rhythm import Floats
from .stretch import stretch
from .wav import read_recipe

RATE = 44100
LARGEST = 400_000_000
"""Bytes: 180 s of two channels in floats at 96 kHz are a third of it."""
NEAR = 0.04
"""How far the length of somebody else's loop may be from the one asked for, as a share."""


@dataclass(frozen=True)
class Source:
    """A loop to make another of.

    Attributes:
        audio: [2, N] float32 at 44.1 kHz, as long as the plan's loop.
        use: "variation" or "continuation".
        change: 0-1, how far a variation may go from it.
    """

    audio: Floats
    use: str
    change: float


@dataclass(frozen=True)
class SourceFile:
    """A loop as it is in its file.

    Attributes:
        audio: [2, N] float32.
        rate: samples a second.
        sha256: of the file.
        bars: as its recipe tells; None where it has none.
        metre: likewise.
        key, chords: what it was rendered on; empty where it has no recipe.
    """

    audio: Floats
    rate: int
    sha256: str
    bars: int | None
    metre: str | None
    key: str = ""
    chords: str = ""

    @classmethod
    def read(cls, path: Path) -> "SourceFile":
        """Reads a WAV, or another file that libsndfile knows.

        Raises:
            RequestError: it cannot be read.
        """
        try:
            size = path.stat().st_size
            if size > LARGEST:
                limit = f"{LARGEST // 10**6} MB"
                raise RequestError("source", f"{path} has more than {limit}: give a shorter one")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            told, rate = soundfile.read(path, dtype="float32", always_2d=True)
            recipe = read_recipe(path) or {}
        except OSError as error:
            raise RequestError("source", f"{path} cannot be read: {error.strerror}") from None
        except soundfile.LibsndfileError:
            raise RequestError("source", f"{path} is no sound file: give a WAV") from None
        if not len(told) or not np.isfinite(told).all():
            raise RequestError("source", f"{path} holds no sound: give another loop")
        audio = np.repeat(told.T[:2], 2 // min(told.shape[1], 2), axis=0)
        request, plan = recipe.get("request", {}), recipe.get("plan", {})
        return cls(
            audio, rate, digest, request.get("bars"), request.get("metre"), plan.get("key", ""),
            plan.get("chords", ""),
        )  # fmt: skip

    def fitted(self, plan: Plan, use: str, change: float) -> Source:
        """The loop on a plan, its pitch kept.

        A loop of ours has its bars and metre in its recipe, and they must be the plan's; its tempo
        may be another. Somebody else's must be about as long as the plan's.

        Args:
            plan: of the loop that is to be made of it.
            use: see Source.
            change: see Source.

        Raises:
            RequestError: it does not fit the plan.
        """
        asked = f"{plan.bars} bars of {plan.metre} at {plan.bpm:g} BPM"
        seconds = loop.seconds(plan.bars, plan.metre, plan.bpm)
        if self.bars and self.metre:
            if (self.bars, Metre.parse(self.metre)) != (plan.bars, plan.metre):
                own = f"{self.bars} bars of {self.metre}"
                raise RequestError(
                    "source", f"has {own} where {asked} are asked for: ask for {own}"
                )
        elif abs(self.audio.shape[1] / self.rate / seconds - 1) > NEAR:
            raise RequestError(
                "source",
                f"lasts {self.audio.shape[1] / self.rate:.2f} s, and {asked} last {seconds:.2f} s:"
                " ask for its own bars, metre and tempo",
            )
        length = loop.samples(plan.bars, plan.metre, plan.bpm, RATE)
        return Source(self._at(length), use, change)

    def _at(self, length: int) -> Floats:
        """The circle in so many samples at 44.1 kHz."""
        own = round(self.audio.shape[1] * RATE / self.rate)
        audio = self.audio
        if own != audio.shape[1]:
            audio = np.asarray(scipy.signal.resample(audio, own, axis=1), np.float32)
        if abs(own - length) <= 1:
            return np.asarray(scipy.signal.resample(audio, length, axis=1), np.float32)
        return np.ascontiguousarray(stretch(audio.T, length, RATE).T)
