"""Has the embedders hear, see and read an evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..embedders import registry
from ..embedders.contract import (
    Array,
    AudioEmbedder,
    Embedder,
    Heard,
    PictureEmbedder,
    TextEmbedder,
)
from ..embedders.listen import load
from .conditions import CONDITIONS
from .rendering import REFERENCE, OnRender, audio_folder
from .samples import Samples

PAIRS = (("clip", "clap"), ("frozen-pictures", "frozen-music"))
"""What sees and what hears for IMSM: the paper's, and the weak stand-in that is always there."""
STAND_IN = PAIRS[1]


@dataclass(frozen=True)
class Panel:
    """The embedders of an evaluation.

    Attributes:
        used: that are asked.
        missing: name of each that cannot be asked -> why, one sentence.
    """

    used: Sequence[Embedder]
    missing: dict[str, str]

    @property
    def hearing(self) -> list[AudioEmbedder]:
        """Those that hear."""
        return [embedder for embedder in self.used if isinstance(embedder, AudioEmbedder)]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Of PAIRS, those of which both are used."""
        names = {embedder.about.name for embedder in self.used}
        return [pair for pair in PAIRS if names.issuperset(pair)]


def every() -> list[Embedder]:
    """All embedders that there are."""
    return [*registry.audio_embedders(), *registry.picture_embedders()]


def choose(names: Sequence[str]) -> Panel:
    """The embedders that are asked: those of these names, or all that can be; the stand-ins always.

    Raises:
        ValueError: there is no such embedder.
        MissingError: one that was named cannot be used.
    """
    there = every()
    missing = {e.about.name: lack for e in there if (lack := e.available())}
    if names:
        for name in names:
            registry.named(name).require()
        there = [e for e in there if e.about.name in {*names, *STAND_IN}]
    return Panel([e for e in there if e.about.name not in missing], missing)


@dataclass
class Impressions:
    """What the embedders made of an evaluation.

    Attributes:
        heard: embedder -> condition or REFERENCE -> what it heard, by sample.
        seen: embedder -> its embeddings of the samples' own pictures, [n, d].
        read: embedder -> its embeddings of the captions, [n, d].
    """

    heard: dict[str, dict[str, list[Heard]]] = field(default_factory=dict)
    seen: dict[str, Array] = field(default_factory=dict)
    read: dict[str, Array] = field(default_factory=dict)


def listen(panel: Panel, out: Path, samples: Samples, on_step: OnRender) -> Impressions:
    """Asks every embedder of a panel about all that was rendered.

    Raises:
        ValueError: a file cannot be read.
    """
    got = Impressions()
    paired = {name for pair in panel.pairs for name in pair}
    captions = [sample.triplet.caption for sample in samples.all]
    for done, embedder in enumerate(panel.used):
        name = embedder.about.name
        on_step(f"listening with {name}", done, len(panel.used))
        if isinstance(embedder, AudioEmbedder):
            got.heard[name] = _heard(embedder, out, samples)
        if isinstance(embedder, PictureEmbedder):
            # One by one: a set of photographs does not fit into memory.
            shown = [embedder.see([sample.picture()])[0] for sample in samples.all]
            got.seen[name] = np.stack(shown)
        if isinstance(embedder, TextEmbedder) and name in paired:
            got.read[name] = embedder.read(captions)
    return got


def _heard(embedder: AudioEmbedder, out: Path, samples: Samples) -> dict[str, list[Heard]]:
    return {
        name: [
            embedder.hear(load(audio_folder(out, name) / sample.file, embedder.rate))
            for sample in samples.all
        ]
        for name in (REFERENCE, *(condition.name for condition in CONDITIONS))
    }
