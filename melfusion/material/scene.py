"""A scene: one plan, one style and one mood, which the four parts share."""

import random
from dataclasses import dataclass
from typing import Any

from .. import loop
from ..music import PROGRESSIONS, QUALITIES, Chord, Key, Metre, Plan
from ..request import PARTS
from .concepts import CONCEPTS, Concept
from .instruments import INSTRUMENTS, KITS
from .styles import STYLES, Style

_OTHER_METRES = (Metre(3, 4), Metre(7, 8), Metre(6, 8), Metre(5, 4))
_LONGEST_S = 18.0
_MINOR_MODES = {"minor": 80, "dorian": 10, "phrygian": 4, "harmonic minor": 6}
_MAJOR_MODES = {"major": 84, "mixolydian": 10, "lydian": 6}

_STRAY = 0.1
"""The weight of all styles together beside those that suit the concept."""
_SUITED = 0.7
"""How often a part is played by an instrument that suits the concept, where it names one."""
_SPREAD = 0.08
"""The standard deviation of a scene's mood about its concept's."""


@dataclass(frozen=True)
class Scene:
    """Everything that the composer, the synthesizer and the captions need to know.

    Attributes:
        number: its place in the data set.
        seed: what every later draw about it starts from.
        plan: tempo, metre, key and chords.
        style: the style.
        concept: what a picture of it shows.
        energy: 0 sparse, 1 dense.
        valence: 0 sad, 1 happy.
        brightness: 0 dark and low, 1 bright and high.
        instruments: for each part the name of its instrument or kit.
        groove: the groove of MMA that accompanies it (see mma.py); None for our own composer.
    """

    number: int
    seed: int
    plan: Plan
    style: Style
    concept: Concept
    energy: float
    valence: float
    brightness: float
    instruments: dict[str, str]
    groove: str | None = None

    @property
    def held(self) -> bool:
        """Whether it is kept out of training: one scene in ten."""
        return self.number % 10 == 9

    @property
    def split(self) -> str:
        """`held` or `train`."""
        return "held" if self.held else "train"

    def rng(self, purpose: str) -> random.Random:
        """Random numbers for one purpose, the same every time."""
        return random.Random(f"{self.seed} {self.number} {purpose}")


def draw_scene(seed: int, number: int) -> Scene:
    """Draws scene `number` of the data set `seed`: the concept, then all that follows from it."""
    rng = random.Random(f"{seed} {number} scene")
    concept = rng.choice(list(CONCEPTS.values()))
    style = _draw_style(concept, rng)
    energy, valence, brightness = (
        min(1.0, max(0.0, rng.gauss(mean, _SPREAD)))
        for mean in (concept.energy, concept.valence, concept.brightness)
    )
    return Scene(
        number, seed, draw_plan(style, energy, valence, rng), style, concept,
        round(energy, 3), round(valence, 3), round(brightness, 3),
        {part: _draw_instrument(concept, style, part, rng) for part in style.instruments},
    )  # fmt: skip


@dataclass(frozen=True)
class Likely:
    """How likely scenes of a concept are to have a style, and each part an instrument or a kit."""

    styles: dict[str, float]
    instruments: dict[str, dict[str, float]]


def likely(concept: Concept | None) -> Likely:
    """What `draw_scene` draws of a concept, and how often; of None all styles alike."""
    styles = _shares(_style_weights(concept) if concept else dict.fromkeys(STYLES, 1.0))
    instruments = {}
    for part in PARTS:
        fitting = _shares(suited(concept, part)) if concept else {}
        others = 1 - _SUITED if fitting else 1.0
        shares = {name: _SUITED * share for name, share in fitting.items()}
        for style, share in styles.items():
            own = STYLES[style].instruments[part]
            for name in own:
                shares[name] = shares.get(name, 0.0) + others * share / len(own)
        instruments[part] = shares
    return Likely(styles, instruments)


def _shares(weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items() if weight}


def suited(concept: Concept, part: str) -> dict[str, float]:
    """The concept's instruments that can play `part`, or its kits, with their weights."""
    return {name: weight for name, weight in concept.instruments.items() if _plays(name, part)}


def _plays(name: str, part: str) -> bool:
    if part == "drums":
        return name in KITS
    return name in INSTRUMENTS and part in INSTRUMENTS[name].parts


def _draw_style(concept: Concept, rng: random.Random) -> Style:
    return rng.choices(list(STYLES.values()), list(_style_weights(concept).values()))[0]


def _style_weights(concept: Concept) -> dict[str, float]:
    stray = _STRAY * sum(concept.styles.values()) / len(STYLES)
    return {name: concept.styles.get(name, 0.0) + stray for name in STYLES}


def _draw_instrument(concept: Concept, style: Style, part: str, rng: random.Random) -> str:
    fitting = suited(concept, part)
    if fitting and rng.random() < _SUITED:
        return rng.choices(list(fitting), list(fitting.values()))[0]
    return rng.choice(style.instruments[part])


def about(scene: Scene) -> dict[str, Any]:
    """What a manifest of any form tells of a scene."""
    plan = scene.plan
    return {
        "style": scene.style.name,
        "concept": scene.concept.name,
        "energy": scene.energy,
        "valence": scene.valence,
        "brightness": scene.brightness,
        "bpm": plan.bpm,
        "metre": str(plan.metre),
        "key": str(plan.key),
        "bars": plan.bars,
        "chords": plan.chords_text(),
        "groove": scene.groove,
    }


def draw_plan(style: Style, energy: float, valence: float, rng: random.Random) -> Plan:
    """A plan in a style; the energy decides where in its tempi, the valence the mode."""
    metre = rng.choice(style.metres) if rng.random() < 0.85 else rng.choice(_OTHER_METRES)
    slow, fast = style.tempo
    place = min(1.0, max(0.0, rng.gauss(0.1 + 0.8 * energy, 0.12)))
    bpm = round(slow + (fast - slow) * place, 2)
    bars = rng.choices((4, 2, 1, 8), (0.74, 0.13, 0.05, 0.08))[0]
    if loop.seconds(bars, metre, bpm) > _LONGEST_S:
        bars //= 2
    key = _draw_key(style, valence, rng)
    return Plan(bpm, metre, key, _draw_chords(style, key, metre, bars, rng))


def _draw_key(style: Style, valence: float, rng: random.Random) -> Key:
    minor = rng.random() < min(0.97, max(0.03, style.minor + 2.0 * (0.5 - valence)))
    modes = _MINOR_MODES if minor else _MAJOR_MODES
    return Key(rng.randrange(12), rng.choices(list(modes), list(modes.values()))[0])


def _draw_chords(
    style: Style, key: Key, metre: Metre, bars: int, rng: random.Random
) -> tuple[tuple[Chord, ...], ...]:
    common = PROGRESSIONS["minor" if key.is_minor else "major"]
    degrees = rng.choice((*common, *style.progressions, *style.progressions))
    sevenths = rng.random() < style.sevenths
    quick = metre.numerator % 2 == 0 and rng.random() < style.quick_changes * 2
    rows, place = [], 0
    for _ in range(bars):
        count = 2 if quick and rng.random() < 0.6 else 1
        rows.append(tuple(
            _chord(key, degrees[(place + i) % len(degrees)], sevenths) for i in range(count)
        ))  # fmt: skip
        place += count
    return tuple(rows)


def _chord(key: Key, degree: int, sevenths: bool) -> Chord:
    """The triad or seventh chord on a degree.

    A diminished or augmented triad gives way to the dominant, or to the seventh degree where the
    dominant is diminished itself (phrygian).
    """
    degree = next(d for d in (degree, 4, 6) if key.triad(d).quality in ("", "m"))
    triad = key.triad(degree)
    if not sevenths:
        return triad
    scale = key.pitch_classes
    shape = tuple((scale[(degree + step) % 7] - scale[degree]) % 12 for step in (0, 2, 4, 6))
    quality = next((name for name, steps in QUALITIES.items() if steps == shape), triad.quality)
    return Chord(scale[degree], quality)
