"""The rows of the table, out of what was heard."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ...metrics.frechet import FrechetDistance
from ...metrics.kernel import KernelDistance
from ...metrics.score import Score, bootstrapped
from ...request import PARTS
from . import reading
from .heard import Heard
from .probes import AMONG, Rows
from .reading import MIX, Mood, Voted, Words
from .rendering import DECODED, REAL
from .rows import Row, certain, mean, median, median_of_all
from .scenes import Asked, Scene

RENDERED, WORDS, PICTURE, SHUFFLED, GREY = "rendered", "words", "picture", "shuffled", "grey"
PITCHED = PARTS[1:]
DRUMS = PARTS.index("drums")
ROUNDS = 200
"""Of the bootstrap of distances, which take longest."""
LEAST_CORRELATED = 10
"""Scenes of which a correlation has an interval."""


@dataclass(frozen=True)
class Evidence:
    """Everything that the rows are made of.

    Attributes:
        asked: what was asked of each measured scene.
        heard: kind (REAL, DECODED, a condition) -> what was heard of those scenes.
        train: what was heard of scenes of the training split.
        train_scenes: those scenes.
        rest: what was heard of the held-out scenes that are not measured.
        rest_scenes: those scenes.
        lengths: as lengths.exact gives them.
        seeds: pairs of renders of one plan, (same seed, another seed): the greatest difference.
    """

    asked: list[Asked]
    heard: dict[str, Heard]
    train: Heard
    train_scenes: list[Scene]
    rest: Heard
    rest_scenes: list[Scene]
    lengths: list[str]
    seeds: list[tuple[float, float]]

    @property
    def scenes(self) -> list[Scene]:
        """The measured scenes."""
        return [one.scene for one in self.asked]

    def by_kind(self, measure: Callable[[Heard], Score], *kinds: str) -> dict[str, Score]:
        """A measure of several kinds."""
        return {kind: measure(self.heard[kind]) for kind in kinds}


def every_row(evidence: Evidence) -> list[Row]:
    """All rows, in the order of the table."""
    return [
        *_length(evidence),
        *_time(evidence),
        *_pitch(evidence),
        *_part(evidence),
        *_seam(evidence),
        *_distances(evidence),
        *_words(evidence),
        *picture_rows(evidence),
        *_both(evidence),
        *_seeds(evidence),
    ]


def _compared(
    evidence: Evidence,
    name: str,
    aim: str,
    target: Callable[[dict[str, Score]], float],
    measure: Callable[[Heard], Score],
    unit: str = "",
    lower: bool = False,
    about: str = "",
) -> Row:
    """A row of the renders with words and picture beside real and decoded sounds."""
    others = evidence.by_kind(measure, REAL, DECODED)
    got = measure(evidence.heard[RENDERED])
    return Row(name, aim, target(others), got, others, unit, lower, about)


def _length(evidence: Evidence) -> Iterator[Row]:
    wrong = [line for line in evidence.lengths if line]
    hits = [float(not line) for line in evidence.lengths]
    if hits:
        got = certain(float(np.mean(hits)), len(hits))
        yield Row("exact length", "all", 1.0, got, {}, "%", about="; ".join(wrong[:5]))


def _time(evidence: Evidence) -> Iterator[Row]:
    yield _compared(
        evidence, "tempo within 1 %, drums", "98 % of real",
        lambda others: 0.98 * others[REAL].value,
        lambda heard: mean(heard.signals["tempo"][:, DRUMS]), "%",
    )  # fmt: skip
    for part in PARTS:
        yield _compared(
            evidence, f"off the grid, {part}", "real + 5 ms",
            lambda others: others[REAL].value + 5,
            lambda heard, part=part: median_of_all(heard.off_grid[part]), "ms", lower=True,  # type: ignore[misc]
        )  # fmt: skip


def _pitch(evidence: Evidence) -> Iterator[Row]:
    yield _compared(
        evidence, "key, pitched parts", "90 % of real",
        lambda others: 0.9 * others[REAL].value,
        lambda heard: mean(heard.signals["key"][:, 1:]), "%",
    )  # fmt: skip
    for place, part in enumerate(PARTS):
        if part not in PITCHED:
            continue

        def likeness(heard: Heard, place: int = place) -> Score:
            return mean(heard.signals["chords"][:, place])

        others = evidence.by_kind(likeness, REAL)
        got = likeness(evidence.heard[DECODED])
        yield Row(f"chords of the decoder, {part}", "at least", 0.6, got, others)
        got = likeness(evidence.heard[RENDERED])
        others = evidence.by_kind(likeness, REAL, DECODED)
        target = 0.9 * others[DECODED].value
        yield Row(f"chords, {part}", "90 % of decoded", target, got, others)
    for place, part in enumerate(PARTS):
        if part in PITCHED:
            yield _compared(
                evidence, f"harmonics to noise, {part}", "real - 3 dB",
                lambda others: others[REAL].value - 3,
                lambda heard, place=place: median(heard.signals["sharpness"][:, place]), "dB",  # type: ignore[misc]
            )  # fmt: skip


def _part(evidence: Evidence) -> Iterator[Row]:
    probe = reading.Part(evidence.train)
    yield _compared(
        evidence, "the part is told", "95 %", lambda _: 0.95,
        lambda heard: mean(probe.right(heard)), "%",
    )  # fmt: skip


def _seam(evidence: Evidence) -> Iterator[Row]:
    for name in ("seam step", "seam flux"):
        yield _compared(
            evidence, f"{name}, times the 90th percentile inside", "1, or real where more",
            lambda others: max(1.0, others[REAL].value),
            lambda heard, name=name: median(heard.signals[name]), lower=True,  # type: ignore[misc]
        )  # fmt: skip


def _distances(evidence: Evidence) -> Iterator[Row]:
    """FAD and KAD to the held-out scenes that are not measured; real ones are as many."""
    about = f"Stems, to those of {len(evidence.rest_scenes)} other held-out scenes."
    distances = {"FAD": _frechet, "KAD": _kernel}
    for name, distance in distances.items():
        kinds = evidence.by_kind(
            lambda heard, of=distance: of(evidence.rest, heard),  # type: ignore[misc]
            *(REAL, DECODED, RENDERED),
        )
        real = kinds[REAL]
        if name == "FAD":
            aim, target = "1.5 times real", 1.5 * real.value
        else:
            # Unbiased, it is about 0 of real to real, and 1.5 times that is no aim.
            aim, target = "1.5 times the upper end of real's interval", 1.5 * real.high
        for kind in (DECODED, RENDERED):
            others = {other: score for other, score in kinds.items() if other != kind}
            yield Row(f"{name}, {kind}", aim, target, kinds[kind], others, "", True, about)


def _frechet(reference: Heard, heard: Heard) -> Score:
    metric = FrechetDistance(by_recording=True)
    metric.update(reference=_all_stems(reference))
    for scene in heard.embeddings:
        metric.update(rendered=scene)
    return metric.compute(ROUNDS)


def _kernel(reference: Heard, heard: Heard) -> Score:
    metric = KernelDistance()
    metric.update(reference=_all_stems(reference), rendered=_all_stems(heard))
    return metric.compute(ROUNDS)


def _all_stems(heard: Heard) -> Rows:
    """Embeddings of all stems: [scenes * 4, 200]."""
    return heard.embeddings.reshape(-1, heard.embeddings.shape[2])


def _words(evidence: Evidence) -> Iterator[Row]:
    """Captions found among those of scenes of other styles and concepts."""
    probe = Words(evidence.train, evidence.train_scenes)
    captions = [one.captions for one in evidence.asked]
    others = [
        {part: stem.captions[0] for part, stem in scene.stems.items()}
        for scene in evidence.rest_scenes
    ]

    def found(heard: Heard) -> Score:
        return mean(probe.first(heard, evidence.scenes, captions, others, evidence.rest_scenes))

    kinds = evidence.by_kind(found, REAL, DECODED, RENDERED, GREY)
    kinds["words and picture"] = kinds.pop(RENDERED)
    pool = len(captions) + len(others)
    yield Row(
        f"words: its caption among {min(AMONG, pool)}", "80 % of real",
        0.8 * kinds[REAL].value, found(evidence.heard[WORDS]), kinds, "%",
        about=f"Rendered with words only; chance is {100 * reading.chance(pool):.1f} %.",
    )  # fmt: skip


def picture_rows(evidence: Evidence) -> Iterator[Row]:
    """Concepts and styles read from renders with a picture and no words."""
    scenes, real = evidence.scenes, evidence.heard[REAL]
    concepts, styles = [s.concept for s in scenes], [s.style for s in scenes]
    train = evidence.train_scenes
    concept = reading.better(
        lambda view: Voted.fit(view, evidence.train, [scene.concept for scene in train]),
        lambda probe: float(np.nan_to_num(mean(probe.first(real, concepts), 0).value)),
    )
    style = reading.better(
        lambda view: Voted.fit(view, evidence.train, [scene.style for scene in train]),
        lambda probe: float(np.mean(probe.right(real, styles))),
    )
    controls = (REAL, DECODED, SHUFFLED, GREY)
    known = len(concept.probes[0].classes)
    kinds = evidence.by_kind(lambda heard: mean(concept.first(heard, concepts)), *controls)
    got = mean(concept.first(evidence.heard[PICTURE], concepts))
    chance = reading.chance(known)
    yield Row(
        f"picture: its concept among {min(AMONG, known)}", "70 % of real",
        0.7 * kinds[REAL].value, got, kinds, "%",
        about=f"No words; read from {concept.view}. Chance is {100 * chance:.1f} %, but the plan"
        " alone tells something of the concept: grey is that floor.",
    )  # fmt: skip
    shuffled, grey = kinds[SHUFFLED], kinds[GREY]
    yield Row(
        "picture of something else: the scene's concept",
        "no more than chance or grey",
        max(chance, grey.value),
        certain(shuffled.low, shuffled.count),
        {"shuffled": shuffled, "grey": grey},
        "%",
        lower=True,
        about="What is got is the lower end of the interval of shuffled.",
    )
    kinds = evidence.by_kind(lambda heard: mean(style.right(heard, styles)), *controls)
    got = mean(style.right(evidence.heard[PICTURE], styles))
    about = f"No words; read from {style.view}."
    yield Row("picture: its style comes first", "", None, got, kinds, "%", about=about)
    mood = Mood(evidence.train, train)

    def correlation(heard: Heard) -> Score:
        rounds = ROUNDS if len(scenes) >= LEAST_CORRELATED else 0
        return bootstrapped(
            lambda chosen: mood.correlation(heard, scenes, chosen), len(scenes), rounds
        )

    kinds = evidence.by_kind(correlation, *controls)
    got = correlation(evidence.heard[PICTURE])
    yield Row("picture: correlation of mood", "", None, got, kinds, about=f"Read from {MIX}.")


def _both(evidence: Evidence) -> Iterator[Row]:
    """Whether a picture beside the words brings renders nearer to their own scenes."""
    if len(evidence.asked) < 2:
        return
    real = evidence.heard[REAL]
    both = _frechet(real, evidence.heard[RENDERED])
    words = _frechet(real, evidence.heard[WORDS])
    less = both.minus(words)
    yield Row(
        "FAD, words and picture less words alone", "below 0 with all of its interval", 0.0,
        Score(less.value, less.low, less.high, less.count), {"both": both, "words": words},
        lower=True, surely=True, about="To the measured scenes' own real stems; paired bootstrap."
        f" The interval {'is below' if less.high < 0 else 'is not below'} 0.",
    )  # fmt: skip


def _seeds(evidence: Evidence) -> Iterator[Row]:
    if not evidence.seeds:
        return
    same = [float(one == 0) for one, _ in evidence.seeds]
    differ = [float(other > 1e-3) for _, other in evidence.seeds]
    count = len(same)
    yield Row(
        "one seed twice is the same loop", "all", 1.0, certain(float(np.mean(same)), count), {}, "%"
    )
    yield Row(
        "two seeds are two loops", "all", 1.0, certain(float(np.mean(differ)), count), {}, "%"
    )
