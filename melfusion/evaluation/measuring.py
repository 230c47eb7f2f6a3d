"""From what embedders heard, saw and read to the rows of the report.

Distances are of sets: between all renders of a condition and all references. Divergences are of
pairs: between each render and its own reference. IMSM is of picture and music, by way of the text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..embedders.contract import Heard
from ..metrics.divergence import Divergence, TagDivergence
from ..metrics.frechet import FrechetDistance
from ..metrics.imsm import GROUP, Form, ImageMusicSimilarity
from ..metrics.kernel import KernelDistance
from ..metrics.score import Score
from .conditions import CONDITIONS
from .listening import STAND_IN, Impressions, Panel
from .rendering import REFERENCE
from .samples import Samples

SHUFFLED = "reference, shuffled"
COLUMNS = (REFERENCE, SHUFFLED, *(condition.name for condition in CONDITIONS))
LEAST_TO_HALVE = 16
"""References from which on two halves of them are compared."""
FULL, CONTROLS = "full", ("shuffled-picture", "null-picture", "text-only")
"""What the picture's effect is told from: `full` less each of these."""

_FORMS = {
    "diagonal": "The mean diagonal, as the paper's equation says.",
    "released": "With the further softmax of the released code.",
}
_WEAK = " By weak stand-ins for CLIP and CLAP: not the paper's IMSM."


@dataclass
class Row:
    """A metric in every column.

    Attributes:
        name: as the paper calls it where the embedder is the paper's.
        better: `lower` or `higher`.
        embedders: whose ears or eyes it stands on.
        about: what is compared, one sentence.
        scores: column -> score.
        left_out: column -> why there is none.
    """

    name: str
    better: str
    embedders: tuple[str, ...]
    about: str
    scores: dict[str, Score] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def measure(self, column: str, compute: Callable[..., Score], *given: Any) -> None:
        """Fills a column with what `compute` gives, or with the reason why it gives none."""
        try:
            self.scores[column] = compute(*given)
        except ValueError as error:
            self.left_out[column] = str(error).removeprefix("rendered: ")

    def sense(self) -> Score | None:
        """Real music in its place less real music in the wrong one; None where that is no question.

        A metric that does not see this difference sees none of a model's either.
        """
        if REFERENCE not in self.scores or SHUFFLED not in self.scores:
            return None
        return self.scores[REFERENCE].minus(self.scores[SHUFFLED])

    def effects(self) -> dict[str, Score]:
        """Control -> `full` less it, paired sample by sample."""
        full = self.scores.get(FULL)
        there = {name: self.scores[name] for name in CONTROLS if name in self.scores}
        return {name: full.minus(score) for name, score in there.items()} if full else {}


def measure(panel: Panel, got: Impressions, samples: Samples, rounds: int) -> Iterator[Row]:
    """All rows, those that the paper has first.

    Args:
        panel: the embedders.
        got: what they made of the samples.
        samples: the samples.
        rounds: of the bootstrap.
    """
    for sees, hears in panel.pairs:
        yield from _similarities(sees, hears, got, samples, rounds)
    for embedder in panel.hearing:
        name = embedder.about.name
        # The stand-in hears tags as words; how such words are spread is no quality of sound.
        if name == STAND_IN[1]:
            continue
        yield from _distances(name, got.heard[name], rounds)
        if got.heard[name][REFERENCE][0].logits is not None:
            yield _divergences(name, got.heard[name], samples, rounds)


def _distances(name: str, heard: dict[str, list[Heard]], rounds: int) -> Iterator[Row]:
    label = _frechet_label(name)
    infinite_label = re.sub(r"^F\w+", r"\g<0>-infinity", label)
    fad = Row(label, "lower", (name,), "Frechet distance of the renders from the references.")
    infinite = Row(
        infinite_label, "lower", (name,), "The same, as it would be of infinitely many renders."
    )
    kad = Row(
        f"KAD ({name})", "lower", (name,), "Kernel distance: few renders do not make it larger."
    )
    rows = (fad, infinite, kad)
    for column, reference, rendered in _sets(heard):
        frechet, kernel = FrechetDistance(by_recording=True), KernelDistance()
        for one in reference:
            frechet.update(reference=one.embeddings)
            kernel.update(reference=one.embedding)
        for one in rendered:
            frechet.update(rendered=one.embeddings)
            kernel.update(rendered=one.embedding)
        fad.measure(column, frechet.compute, rounds)
        infinite.measure(column, frechet.compute_infinity, rounds)
        kad.measure(column, kernel.compute, rounds)
    for row in rows:
        row.left_out[SHUFFLED] = "the same set"
        if len(heard[REFERENCE]) < LEAST_TO_HALVE:
            row.left_out[REFERENCE] = f"two halves need {LEAST_TO_HALVE} references"
    yield from rows


def _sets(
    heard: dict[str, list[Heard]],
) -> Iterator[tuple[str, Sequence[Heard], Sequence[Heard]]]:
    """Column, what is its reference, and what is compared with it.

    In the column of the references that is one half of them and the other.
    """
    real = heard[REFERENCE]
    if len(real) >= LEAST_TO_HALVE:
        order = np.random.default_rng(0).permutation(len(real))
        first, second = ([real[i] for i in half] for half in np.array_split(order, 2))
        yield REFERENCE, first, second
    for condition in CONDITIONS:
        yield condition.name, real, heard[condition.name]


def _frechet_label(name: str) -> str:
    """The paper's FAD is VGGish's and its FD is PANNs' of 16 kHz; all others say whose they are."""
    known = {"vggish": "FAD", "panns-16k": "FD", "panns-32k": "FD (panns-32k)"}
    return known.get(name, f"FAD ({name})")


def _divergences(name: str, heard: dict[str, list[Heard]], samples: Samples, rounds: int) -> Row:
    classes = name.startswith("panns")
    kind = Divergence if classes else TagDivergence
    label = "KL" if name == "panns-16k" else f"{'KL' if classes else 'tag divergence'} ({name})"
    about = (
        "Divergence of the classes heard in each render from those in its reference."
        if classes
        else "Divergence of the tags heard in each render from those in its reference, every tag by"
        " itself and summed: no KL of classes, for tags exclude nothing."
    )
    row = Row(label, "lower", (name,), about)
    real = heard[REFERENCE]
    row.left_out[REFERENCE] = "of itself it is 0"
    others = {SHUFFLED: [real[other] for other in samples.others]}
    for column in COLUMNS[1:]:
        metric = kind()
        for one, two in zip(real, others.get(column) or heard[column], strict=True):
            metric.update(reference=one.mean_logits, rendered=two.mean_logits)
        row.measure(column, metric.compute, rounds)
    return row


def _similarities(
    sees: str, hears: str, got: Impressions, samples: Samples, rounds: int
) -> Iterator[Row]:
    """IMSM in both forms; pictures and texts are the samples' own in every column."""
    count = len(samples.all)
    group = min(GROUP, count)
    draws = max(50, 20 * count // group)
    weak = _WEAK if (sees, hears) == STAND_IN else ""
    stand_in = ", stand-ins" if weak else ""
    heard = got.heard[hears]
    real = _means(heard[REFERENCE])
    sets = {REFERENCE: real, SHUFFLED: real[list(samples.others)]}
    sets |= {condition.name: _means(heard[condition.name]) for condition in CONDITIONS}
    forms: tuple[Form, ...] = ("diagonal", "released")
    for form in forms:
        row = Row(
            f"IMSM, {form}{stand_in}",
            "higher",
            (sees, hears),
            f"How surely picture and music mean the same of N = {group} texts; chance is"
            f" {1 / group:.3f}. {_FORMS[form]}{weak}",
        )
        for column, music in sets.items():
            metric = ImageMusicSimilarity(group, form)
            metric.update(
                picture=got.seen[sees],
                picture_text=got.read[sees],
                music=music,
                music_text=got.read[hears],
            )
            row.measure(column, metric.compute, draws, rounds)
        yield row


def _means(heard: Sequence[Heard]) -> np.ndarray:
    return np.stack([one.embedding for one in heard])
