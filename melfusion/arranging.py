"""From what words and picture ask for to something that can be played: an arrangement and a score.

The reader says how likely each style and instrument is; one of them is drawn by the seed, and the
composer of the training material writes the notes in that style on the plan. The denoiser is told
both and renders them: diffusion from a score, as Hawthorne et al. (ISMIR 2022) have it. How the
instruments sound this time and which effects finish the parts is drawn as for the material, too.
"""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import accumulate
from typing import Any

from .material.compose import compose
from .material.concepts import Concept
from .material.effects import Effects, draw_effects
from .material.instruments import INSTRUMENTS, KITS
from .material.scene import Scene
from .material.styles import STYLES, Style
from .material.touch import touches
from .music import Plan
from .request import PARTS
from .score import Score

NUCLEUS = 0.75
"""What is drawn is among the likeliest that are together as likely as this: none of the many that
nobody asked for, but all that was asked for as often as it was (after Holtzman et al., ICLR 2020).
"""
FOREIGN = 0.5
"""The weight of an instrument that the style does not name, beside one that it does."""

TOLD, MOST_TOLD = 0.1, 3
"""What a picture may be is told from this probability on, and what it most likely is in any case;
so many concepts at most."""

INSISTED = 20.0
"""How much likelier a style or an instrument is that the words name outright."""

NEARER = 0.5
"""Where only one of two scenes has words, or a picture, the way to it has them from here on."""

_WORD = re.compile(r"\w+")
_NO_CONCEPT = Concept("", 0.5, 0.5, 0.5, {}, {}, (), (), (), (), ())


@dataclass(frozen=True)
class Reading:
    """What words and a picture ask for, as the model understands them.

    Attributes:
        styles: each style's probability, the likeliest first.
        instruments: for each part its instruments with their probabilities, the likeliest first.
        energy, valence, brightness: still to wild, sad to happy, dark to bright: 0-1.
        concepts: what is seen in the picture, by the names of the material's table
            (docs/concepts.md), with probabilities, the likeliest first.
    """

    styles: dict[str, float]
    instruments: dict[str, dict[str, float]]
    energy: float = 0.5
    valence: float = 0.5
    brightness: float = 0.5
    concepts: dict[str, float] = field(default_factory=dict)


NOTHING = Reading({}, {})
"""What is read where there are neither words nor a picture."""


def insisted(reading: Reading, prompt: str) -> Reading:
    """What is read, with what the words name outright made likelier.

    The reader hears a sentence as a whole; a rainy city can drown the style beside it.
    """
    styles = _named(prompt, _style_wordings())
    players = {part: _named(prompt, _player_wordings(part)) for part in PARTS}
    return replace(
        reading,
        styles=_likelier(reading.styles, styles),
        instruments={
            part: _likelier(read, players.get(part, set()))
            for part, read in reading.instruments.items()
        },
    )


def _likelier(read: Mapping[str, float], named: set[str]) -> dict[str, float]:
    weights = {name: p * (INSISTED if name in named else 1) for name, p in read.items()}
    total = sum(weights.values()) or 1.0
    shares = {name: weight / total for name, weight in weights.items()}
    return dict(sorted(shares.items(), key=lambda pair: -pair[1]))


def _named(prompt: str, wordings: Sequence[tuple[str, str]]) -> set[str]:
    """What is named in words: of wordings within each other, the longest counts."""
    text, names = _spelt(prompt), set()
    for wording, name in wordings:
        if wording in text:
            names.add(name)
            text = text.replace(wording, " | ")
    return names


@cache
def _style_wordings() -> list[tuple[str, str]]:
    return _longest_first(
        (wording, style.name) for style in STYLES.values() for wording in (style.name, *style.names)
    )


@cache
def _player_wordings(part: str) -> list[tuple[str, str]]:
    players: Mapping[str, Any] = KITS if part == "drums" else INSTRUMENTS
    return _longest_first(
        (wording, name)
        for name, player in players.items()
        if part == "drums" or part in player.parts
        for wording in (name, *player.words)
    )


def _longest_first(wordings: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    spelt = {(_spelt(wording), name) for wording, name in wordings}
    return sorted(spelt, key=lambda pair: (-len(pair[0]), pair))


def _spelt(text: str) -> str:
    """Words alone, with a space around each, spelt as everybody would."""
    return f" {' '.join(_WORD.findall(text.lower().replace('&', ' and ')))} "


@dataclass(frozen=True)
class Towards:
    """Another scene that a render goes towards.

    Attributes:
        prompt: its words.
        image: its picture, or None.
        share: of the way there, 0-1.
    """

    prompt: str
    image: Any
    share: float

    def led(self, here: Any, there: Any, mixed: Callable[[Any, Any, float], Any]) -> Any:
        """What lies between two things, by `mixed`; where only one is there, the nearer side's."""
        if here is None or there is None:
            return there if self.share >= NEARER else here
        return mixed(here, there, self.share)


def between(one: Reading, other: Reading, share: float) -> Reading:
    """What lies between two readings.

    Args:
        one: where `share` is 0.
        other: where it is 1.
        share: of the way from the one to the other.
    """

    def mixed(here: Mapping[str, float], there: Mapping[str, float]) -> dict[str, float]:
        if not here or not there:
            return dict(there if share >= NEARER else here)
        shares = {
            name: (1 - share) * here.get(name, 0.0) + share * there.get(name, 0.0)
            for name in (*here, *there)
        }
        return dict(sorted(shares.items(), key=lambda pair: -pair[1]))

    return Reading(
        mixed(one.styles, other.styles),
        {
            part: mixed(one.instruments.get(part, {}), other.instruments.get(part, {}))
            for part in PARTS
        },
        (1 - share) * one.energy + share * other.energy,
        (1 - share) * one.valence + share * other.valence,
        (1 - share) * one.brightness + share * other.brightness,
        mixed(one.concepts, other.concepts),
    )


@dataclass(frozen=True)
class Arrangement:
    """What plays: a style, an instrument or a kit for each part, and the mood.

    Attributes:
        seen: what the picture was taken for, if there was one: concepts, the likeliest first.
    """

    style: str
    instruments: dict[str, str]
    energy: float
    valence: float
    brightness: float
    seen: tuple[str, ...] = ()

    @property
    def mood(self) -> tuple[float, float, float]:
        """Energy, valence and brightness."""
        return self.energy, self.valence, self.brightness

    def as_dict(self) -> dict[str, Any]:
        """All of it, JSON-able; the mood to two digits."""
        told = asdict(self)
        told |= {name: round(told[name], 2) for name in ("energy", "valence", "brightness")}
        return told | {"seen": list(self.seen)}


def arrange(reading: Reading, seed: int) -> Arrangement:
    """Draws an arrangement of what was read; the same seed gives the same one."""
    rng = random.Random(f"{seed} arrangement")
    style = STYLES[_drawn({n: p for n, p in reading.styles.items() if n in STYLES}, STYLES, rng)]
    return Arrangement(
        style.name,
        {part: _instrument(reading.instruments.get(part, {}), part, style, rng) for part in PARTS},
        reading.energy,
        reading.valence,
        reading.brightness,
        tuple(
            name
            for number, (name, share) in enumerate(reading.concepts.items())
            if not number or share >= TOLD
        )[:MOST_TOLD],
    )


@dataclass(frozen=True)
class Performance:
    """What all parts play, and how.

    Attributes:
        arrangement: who plays.
        score: the notes.
        touches: of each part, how its instrument sounds this time (see material/touch.py).
        effects: of each part, what finishes it (see material/finish.py).
    """

    arrangement: Arrangement
    score: Score
    touches: dict[str, list[float]]
    effects: dict[str, Effects]


def perform(arrangement: Arrangement, plan: Plan, seed: int) -> Performance:
    """Draws a performance on a plan; the same seed gives the same one."""
    style = STYLES[arrangement.style]
    scene = Scene(0, seed, plan, style, _NO_CONCEPT, *arrangement.mood, arrangement.instruments)
    return Performance(
        arrangement,
        compose(scene),
        {part: touches(scene, part) for part in PARTS},
        {part: draw_effects(scene, part) for part in PARTS},
    )


def _instrument(read: Mapping[str, float], part: str, style: Style, rng: random.Random) -> str:
    known: Mapping[str, Any] = KITS if part == "drums" else INSTRUMENTS
    own = style.instruments[part]
    weights = {n: p * (1 if n in own else FOREIGN) for n, p in read.items() if n in known}
    return _drawn(weights, own, rng)


def _drawn(weights: Mapping[str, float], otherwise: Iterable[str], rng: random.Random) -> str:
    """One of the weighted names in the nucleus; one of the others where there are none."""
    if not weights:
        return rng.choice(list(otherwise))
    names = sorted(weights, key=lambda name: -weights[name])
    before = accumulate((weights[name] for name in names), initial=0.0)
    enough = NUCLEUS * sum(weights.values())
    kept = [name for name, mass in zip(names, before, strict=False) if mass < enough]
    return rng.choices(kept, [weights[name] for name in kept])[0]
