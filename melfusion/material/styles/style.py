"""What a style is made of: its drum grooves, its figures, its instruments, and how it is played.

Drum grooves are patterns on the sixteenth grid (see grid.py): X accent, x hit, o ghost, ? a hit
that is there or not. Bass figures name chord degrees: R 3 5 6 7, 8 the octave, d the fifth below,
a an approach to the next chord. Chord and lead figures have x for a stroke or a melody note, X for
an accented and o for a soft one, and digits for single chord tones, from the lowest up. Everything
is fitted to other metres beat by beat.
"""

from dataclasses import dataclass

from ...music import Metre

FOUR = Metre(4, 4)
TWO = Metre(2, 4)
THREE = Metre(3, 4)
SIX_EIGHT = Metre(6, 8)
TWELVE_EIGHT = Metre(12, 8)
SEVEN_EIGHT = Metre(7, 8)
FIVE_FOUR = Metre(5, 4)

EVEN = (1.0, 1.0, 1.0, 1.0)
DOWNBEAT = (1.08, 0.93, 1.0, 0.93)
BACKBEAT = (0.95, 1.08, 0.95, 1.08)
WALTZ = (1.1, 0.88, 0.9)
"""Ways to lean on the beats of a bar (Style.accents)."""


@dataclass(frozen=True)
class Pattern:
    """One bar or more for one part, and the metre it is written in."""

    text: str
    metre: Metre = FOUR


@dataclass(frozen=True)
class Groove:
    """A drum pattern for each voice of the kit, and the metre they are written in.

    The first two voices make the groove what it is and always sound; the others come in with the
    energy of the scene.
    """

    voices: dict[str, str]
    metre: Metre = FOUR


def patterns(*texts: str, metre: Metre = FOUR) -> tuple[Pattern, ...]:
    """Patterns that are written in one metre."""
    return tuple(Pattern(text, metre) for text in texts)


@dataclass(frozen=True)
class Style:
    """How a style is composed, rendered and spoken of.

    Attributes:
        name: the style's name in the manifest.
        names: how people call it.
        adjectives: what is said of it.
        eras: times and places it calls up.
        tempo: lowest and highest tempo, in quarter notes a minute.
        metres: its own metres, the likeliest first.
        grooves, bass, chords, lead: what each part plays.
        instruments: for each part the names of its instruments (see instruments.py).
        progressions: scale degrees of the style's own chord sequences.
        minor: how likely a minor key is when the mood leaves it open, 0-1.
        sevenths: how likely chords carry their seventh, 0-1.
        quick_changes: how likely a bar has two chords, 0-1.
        voices: how many notes a chord has.
        swing: 0 is straight, 1 a full triplet.
        swing_unit: what is swung, in quarters: 0.25 for sixteenths, 0.5 for eighths.
        loose_ms: how far players stray from the grid at most.
        accents: how hard the beats of a bar are played, in turn; factors about 1.
        offbeat: how hard all that lies between the beats is played; a factor about 1.
        ghosts: how likely soft strokes come in about the backbeats of the snare, 0-1.
        fills: names of the drum fills that may close a loop (see fills.py); none if empty.
        response: how likely the lead is made of calls and their answers, 0-1.
        reverb: wet level, 0-1.
        delay: level of the echo on chords and lead, 0-1.
        pump: how deep the kick ducks bass, chords and lead, 0-1.
        filter_sweep: how far a low-pass filter closes and opens again over the loop on chords
            and lead, 0-1: 0 not at all, 1 down to the fundamentals.
        drive: how far all parts are saturated, 0-1: 0 clean, 1 fuzz.
        crackle: the noise and wow of a worn record, 0-1: 0 none, 1 as much as stays in tune.
        width: how many seem to play chords and lead, 0-1: 0 one alone, 1 an ensemble.
    """

    name: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    eras: tuple[str, ...]
    tempo: tuple[float, float]
    grooves: tuple[Groove, ...]
    bass: tuple[Pattern, ...]
    chords: tuple[Pattern, ...]
    lead: tuple[Pattern, ...]
    instruments: dict[str, tuple[str, ...]]
    metres: tuple[Metre, ...] = (FOUR,)
    progressions: tuple[tuple[int, ...], ...] = ()
    minor: float = 0.6
    sevenths: float = 0.1
    quick_changes: float = 0.08
    voices: int = 3
    swing: float = 0.0
    swing_unit: float = 0.25
    loose_ms: float = 1.0
    accents: tuple[float, ...] = EVEN
    offbeat: float = 1.0
    ghosts: float = 0.0
    fills: tuple[str, ...] = ("toms", "roll")
    response: float = 0.3
    reverb: float = 0.15
    delay: float = 0.0
    pump: float = 0.0
    filter_sweep: float = 0.0
    drive: float = 0.0
    crackle: float = 0.0
    width: float = 0.4
