"""What probes read from sounds: the part, the words, the picture's concept, style and mood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...model.towers import MiniLMTower
from ...request import PARTS
from .heard import Heard
from .probes import AMONG, Classifier, LinearMap, Rows, cosines, found_first
from .scenes import SOUNDS, Scene

MIX, STEMS = "the mix", "the four stems together"
VIEWS = {MIX: (SOUNDS.index("full"),), STEMS: tuple(range(len(PARTS)))}
"""What a probe of a whole scene may listen to: numbers of SOUNDS, one probe for each."""

SHOWN = 2
"""Captions of a stem that the probe of the words is trained on."""


@dataclass(frozen=True)
class Voted:
    """Classifiers of several sounds of a scene, whose log probabilities are added.

    Attributes:
        view: a name in VIEWS.
        probes: one for each of its sounds.
    """

    view: str
    probes: tuple[Classifier, ...]

    @classmethod
    def fit(cls, view: str, train: Heard, labels: Sequence[str]) -> "Voted":
        """Fits one classifier for each sound of the view."""
        sounds = VIEWS[view]
        return cls(view, tuple(Classifier.fit(train.statistics[:, n], labels) for n in sounds))

    def scores(self, heard: Heard) -> Rows:
        """[scenes, classes]."""
        pairs = zip(VIEWS[self.view], self.probes, strict=True)
        return np.asarray(sum(probe.scores(heard.statistics[:, n]) for n, probe in pairs))

    def first(self, heard: Heard, labels: Sequence[str]) -> Rows:
        """How often the right class comes first among AMONG: [scenes], nan for an unknown class."""
        classes, results = self.probes[0].classes, []
        for row, label in zip(self.scores(heard), labels, strict=True):
            if label not in classes:
                results.append(np.nan)
                continue
            right = classes.index(label)
            results.append(found_first(row[right], np.delete(row, right)))
        return np.array(results)

    def right(self, heard: Heard, labels: Sequence[str]) -> Rows:
        """1 where the likeliest class is the right one, else 0: [scenes]."""
        told = self.scores(heard).argmax(1)
        classes = self.probes[0].classes
        return np.array([float(classes[n] == label) for n, label in zip(told, labels, strict=True)])


def better(fits: Callable[[str], Voted], ceiling: Callable[[Voted], float]) -> Voted:
    """Of the probes of both views the one with the higher ceiling."""
    return max((fits(view) for view in VIEWS), key=ceiling)


class Part:
    """Tells the part of a single stem."""

    def __init__(self, train: Heard) -> None:
        rows = train.statistics[:, : len(PARTS)]
        self._probe = Classifier.fit(rows.reshape(-1, rows.shape[2]), PARTS * len(rows))

    def right(self, heard: Heard) -> Rows:
        """1 where the part that is told is the one that was asked: [scenes, 4]."""
        rows = heard.statistics[:, : len(PARTS)]
        told = self._probe.tells(rows.reshape(-1, rows.shape[2]))
        asked = PARTS * len(rows)
        right = [float(one == other) for one, other in zip(told, asked, strict=True)]
        return np.reshape(right, (len(rows), len(PARTS)))


class Words:
    """Finds the caption of a stem among those of others: a linear map to the captions' meanings.

    A meaning is the mean of MiniLM's token states. What all captions of a part have in common is
    taken off, so that nothing but the music tells them apart.
    """

    def __init__(self, train: Heard, scenes: list[Scene]) -> None:
        self._tower = MiniLMTower()
        self._known: dict[str, Rows] = {}
        self._maps, self._means = {}, {}
        for number, part in enumerate(PARTS):
            targets = np.array(
                [self._meanings(scene.stems[part].captions[:SHOWN]).mean(0) for scene in scenes]
            )
            self._means[part] = targets.mean(0)
            self._maps[part] = LinearMap.fit(
                train.statistics[:, number], targets - self._means[part]
            )

    def first(
        self,
        heard: Heard,
        scenes: list[Scene],
        captions: list[dict[str, str]],
        others: list[dict[str, str]],
        other_scenes: list[Scene],
    ) -> Rows:
        """How often the right caption comes first among AMONG: [scenes, 4].

        Args:
            heard: what was heard of the scenes.
            scenes: the scenes.
            captions: of each, part -> the caption that is right.
            others: captions of further scenes, to choose wrong ones from as well.
            other_scenes: those scenes.
        """
        everyone, pool = [*scenes, *other_scenes], [*captions, *others]
        results = np.full((len(scenes), len(PARTS)), np.nan)
        for place, part in enumerate(PARTS):
            meanings = self._meanings([caption[part] for caption in pool]) - self._means[part]
            told = self._maps[part](heard.statistics[:, place])
            for number, row in enumerate(cosines(told, meanings)):
                wrong = [_unlike(scenes[number], other) for other in everyone]
                if sum(wrong) >= 1:
                    results[number, place] = found_first(row[number], row[wrong])
        return results

    def _meanings(self, captions: Sequence[str]) -> Rows:
        for text in captions:
            if text not in self._known:
                self._known[text] = self._tower.tokens(text).mean(0).astype(np.float64)
        return np.array([self._known[text] for text in captions])


class Mood:
    """Tells energy, valence and brightness of a mix."""

    def __init__(self, train: Heard, scenes: list[Scene]) -> None:
        self._map = LinearMap.fit(train.statistics[:, -1], _moods(scenes))

    def correlation(self, heard: Heard, scenes: list[Scene], chosen: NDArray[np.intp]) -> float:
        """Mean over the three of the correlation of what is told with what is so.

        Args:
            heard: what was heard of the scenes.
            scenes: the scenes.
            chosen: numbers of those that count; nan is told of less than 3 different ones.
        """
        told, true = self._map(heard.statistics[:, -1])[chosen], _moods(scenes)[chosen]
        if len(set(chosen)) < 3 or min(told.std(0).min(), true.std(0).min()) < 1e-9:
            return float("nan")
        return float(np.mean([np.corrcoef(told[:, n], true[:, n])[0, 1] for n in range(3)]))


def chance(candidates: int) -> float:
    """Of coming first among AMONG, or among all where there are fewer."""
    return 1 / min(AMONG, candidates)


def _moods(scenes: list[Scene]) -> Rows:
    return np.array([scene.mood for scene in scenes])


def _unlike(scene: Scene, other: Scene) -> bool:
    return other.style != scene.style and other.concept != scene.concept
