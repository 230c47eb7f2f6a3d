"""Everything that is measured of a set of scenes, worked out once and kept beside the renders."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...request import PARTS
from .hearing import Listener
from .probes import Rows
from .scenes import SOUNDS, Scene, Stems, with_mix
from .signals import measured, off_grid_ms

SIGNALS = ("tempo", "key", "chords", "sharpness", "seam step", "seam flux")


@dataclass(frozen=True)
class Heard:
    """What was heard of scenes; the second axis is SOUNDS or PARTS.

    Attributes:
        statistics: [scenes, 5, d], see hearing.statistics.
        embeddings: [scenes, 4, 200] of musicnn; [scenes, 0] where it was not asked.
        signals: name in SIGNALS -> [scenes, 4].
        off_grid: part -> for every scene [onsets] milliseconds.
    """

    statistics: Rows
    embeddings: Rows
    signals: dict[str, Rows]
    off_grid: dict[str, list[Rows]]


def hear(
    scenes: list[Scene],
    sounds: Callable[[Scene], Stems],
    listener: Listener,
    told: Callable[[int, int], None],
    musicnn: bool = True,
    signals: bool = True,
) -> Heard:
    """Hears scenes.

    Args:
        scenes: the scenes.
        sounds: gives the stems of one.
        listener: hears.
        told: how many are done, of how many.
        musicnn: whether it listens too, which takes most of the time.
        signals: whether loops are measured against their plans.
    """
    statistics, embeddings, rows = [], [], []
    off_grid: dict[str, list[Rows]] = {part: [] for part in PARTS}
    for number, scene in enumerate(scenes):
        told(number, len(scenes))
        whole = with_mix(sounds(scene))
        statistics.append([listener.statistics(whole[name]) for name in SOUNDS])
        embeddings.append([listener.embedding(whole[name]) for name in PARTS if musicnn])
        if not signals:
            continue
        rows.append([measured(whole[part], scene.plan, part) for part in PARTS])
        for part in PARTS:
            off_grid[part].append(off_grid_ms(whole[part], scene.plan))
    return Heard(
        np.array(statistics, np.float64),
        np.array(embeddings, np.float64),
        {
            name: np.array([[row.get(name, np.nan) for row in four] for four in rows])
            for name in SIGNALS
        },
        off_grid,
    )
