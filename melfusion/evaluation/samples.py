"""The samples of an evaluation: what a manifest has, looked at before anything is rendered."""

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile
from PIL import Image

from .. import picture
from ..base.melbench import PEAK, RATE, ManifestError, Triplet, load_audio, read_triplets
from ..request import SEEDS, RequestError
from .conditions import Condition, derangement, null_picture
from .renderers import Renderer, Sound, Task


@dataclass(frozen=True)
class Sample:
    """A triplet and what is decided about it.

    Attributes:
        number: its place in the evaluation, from 0.
        triplet: caption, music, picture.
        picture_hash: sha256 of the picture's file.
        seed: of its noise, in every condition.
        plan: what it is rendered on, in words; "" for a size that needs no plan.
    """

    number: int
    triplet: Triplet
    picture_hash: str
    seed: int
    plan: str

    @property
    def identity(self) -> str:
        """Twelve hex digits of all that is told a render of it."""
        told = f"{self.triplet.caption}\0{self.picture_hash}\0{self.seed}\0{self.plan}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @property
    def file(self) -> str:
        """Name of its sound in the folder of every condition."""
        return f"{self.number:04d}.flac"

    def picture(self) -> Image.Image:
        """Its own picture, RGB."""
        return picture.load(self.triplet.picture).image


@dataclass(frozen=True)
class Samples:
    """All samples, and for each the one whose picture it gets when pictures are shuffled."""

    all: Sequence[Sample]
    others: Sequence[int]

    def task(self, sample: Sample, condition: Condition) -> Task:
        """What a sample's render is given under a condition."""
        shown = None
        if condition.picture == "own":
            shown = sample.picture()
        elif condition.picture == "other":
            shown = self.all[self.others[sample.number]].picture()
        elif condition.picture == "grey":
            shown = null_picture()
        words = sample.triplet.caption if condition.words else ""
        return Task(words, shown, sample.seed, sample.triplet.extra)


def read_samples(
    manifest: Path, audio: Path, pictures: Path, limit: int | None, seed: int, renderer: Renderer
) -> Samples:
    """Reads a manifest and every picture that it names.

    Args:
        manifest: in MeLBench's form.
        audio: folder of the music.
        pictures: folder of the pictures.
        limit: how many of its lines, from the first; None for all.
        seed: every sample's own seed comes from it, and who gets whose picture.
        renderer: which tells what a sample's plan is.

    Raises:
        ManifestError: something cannot be read or used.
    """
    samples = []
    for number, triplet in enumerate(read_triplets(manifest, audio, pictures)[:limit]):
        own = random.Random(f"{seed} {number} noise").randrange(SEEDS)
        try:
            content = picture.load(triplet.picture).sha256
            plan = renderer.plan(triplet.extra, own)
        except (RequestError, ManifestError) as error:
            raise ManifestError(f"sample {number + 1}: {error}") from None
        told = f"{plan.bpm:g} BPM, {plan.metre}, {plan.key}: {plan.chords_text()}" if plan else ""
        samples.append(Sample(number, triplet, content, own, told))
    try:
        others = derangement([sample.picture_hash for sample in samples], seed)
    except ValueError as error:
        raise ManifestError(f"{manifest}: {error}") from None
    return Samples(samples, others)


def reference_of(sample: Sample) -> Sound:
    """The sample's music as renders are kept: 16 kHz, one channel, 10.24 s at most, peak at 0.5.

    Raises:
        ManifestError: it cannot be read, or is empty.
    """
    whole = load_audio(sample.triplet.audio)
    known = soundfile.info(sample.triplet.audio)
    kept = whole[: math.ceil(known.frames * RATE / known.samplerate)]
    if not len(kept):
        raise ManifestError(f"{sample.triplet.audio} has no samples")
    return kept


def levelled(sound: Sound, length: int) -> Sound:
    """A render as it is kept: cut to `length`, its peak at 0.5; silence stays silence.

    Raises:
        ValueError: it has samples that are no numbers.
    """
    kept = sound[:length]
    peak = float(abs(kept).max(initial=0.0))
    if not math.isfinite(peak):
        raise ValueError("a render has samples that are no numbers: the model cannot be used so")
    scaled: Sound = kept * (PEAK / peak) if peak > 0 else kept
    return scaled
