"""The theory a loop stands on: metre, key, chord, and the plan that every part shares.

Pitch classes are integers 0-11 with C = 0; MIDI notes have C4 = 60.
"""

import random
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

PITCH_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}
_MODE_NAMES = {
    "": "major", "maj": "major", "major": "major", "ionian": "major", "M": "major",
    "m": "minor", "min": "minor", "minor": "minor", "aeolian": "minor",
    "dor": "dorian", "dorian": "dorian", "phr": "phrygian", "phrygian": "phrygian",
    "lyd": "lydian", "lydian": "lydian", "mix": "mixolydian", "mixolydian": "mixolydian",
    "loc": "locrian", "locrian": "locrian",
    "harmonicminor": "harmonic minor", "harmmin": "harmonic minor",
}  # fmt: skip

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7), "m": (0, 3, 7), "dim": (0, 3, 6), "aug": (0, 4, 8),
    "5": (0, 7), "sus2": (0, 2, 7), "sus4": (0, 5, 7), "7sus4": (0, 5, 7, 10),
    "6": (0, 4, 7, 9), "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10),
    "mmaj7": (0, 3, 7, 11), "dim7": (0, 3, 6, 9), "m7b5": (0, 3, 6, 10),
    "add9": (0, 2, 4, 7), "madd9": (0, 2, 3, 7),
    "9": (0, 2, 4, 7, 10), "maj9": (0, 2, 4, 7, 11), "m9": (0, 2, 3, 7, 10),
}  # fmt: skip
_QUALITY_NAMES = {
    "maj": "", "M": "", "min": "m", "-": "m", "+": "aug", "o": "dim", "°": "dim",
    "M7": "maj7", "Maj7": "maj7", "min7": "m7", "-7": "m7", "ø": "m7b5", "min7b5": "m7b5",
    "sus": "sus4", "o7": "dim7", "M9": "maj9", "min9": "m9", "mM7": "mmaj7",
}  # fmt: skip


def _pitch_class(letter: str, accidental: str) -> int:
    shift = accidental.count("#") + accidental.count("♯")
    shift -= accidental.count("b") + accidental.count("♭")
    return (_LETTERS[letter.upper()] + shift) % 12


@dataclass(frozen=True)
class Metre:
    """A time signature, `numerator/denominator`."""

    numerator: int = 4
    denominator: int = 4

    @classmethod
    def parse(cls, text: str) -> "Metre":
        """Reads "7/8". Raises ValueError with a sentence for the user."""
        match = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*", text)
        if not match:
            raise ValueError(f"{text!r} is not a metre: write it like 4/4, 3/4 or 7/8")
        numerator, denominator = int(match[1]), int(match[2])
        if denominator not in (1, 2, 4, 8, 16) or not 1 <= numerator <= 32:
            raise ValueError(
                f"{text!r} is not a metre that can be rendered: 1 to 32 over 1, 2, 4, 8 or 16"
            )
        return cls(numerator, denominator)

    @property
    def quarters(self) -> Fraction:
        """Length of a bar in quarter notes."""
        return Fraction(self.numerator * 4, self.denominator)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class Key:
    """A tonic (pitch class) and a mode (a name in MODES)."""

    tonic: int
    mode: str = "major"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Reads "Am", "A minor", "F# dorian", "Bb", "C maj". Raises ValueError with a sentence."""
        match = re.fullmatch(r"\s*([A-Ga-g])([#b♯♭]?)[\s_-]*([A-Za-z ]*?)\s*", text)
        mode = match[3].replace(" ", "") if match else None
        name = (
            _MODE_NAMES.get(mode) if mode in ("m", "M") else _MODE_NAMES.get((mode or "").lower())
        )
        if not match or name is None:
            raise ValueError(
                f"{text!r} is not a key: write it like Am, C major, F# dorian or Bb mixolydian"
            )
        return cls(_pitch_class(match[1], match[2]), name)

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The seven pitch classes of the scale, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def is_minor(self) -> bool:
        """Whether the third over the tonic is minor."""
        return 3 in MODES[self.mode]

    def related(self, other: "Key") -> bool:
        """Whether both have the same seven notes (relative keys and modes)."""
        return set(self.pitch_classes) == set(other.pitch_classes)

    def triad(self, degree: int) -> "Chord":
        """The triad on scale degree `degree` (0 is the tonic), built from the scale's own notes."""
        scale = self.pitch_classes
        root, third, fifth = (scale[(degree + step) % 7] for step in (0, 2, 4))
        shape = (0, (third - root) % 12, (fifth - root) % 12)
        quality = next((name for name, steps in QUALITIES.items() if steps == shape), "5")
        return Chord(root, quality)

    @property
    def short(self) -> str:
        """A form for file names: "Amin", "Cmaj", "Fsdor"; sharps as s."""
        mode = "hmin" if self.mode == "harmonic minor" else self.mode[:3]
        return PITCH_NAMES[self.tonic].replace("#", "s") + mode

    def __str__(self) -> str:
        return f"{PITCH_NAMES[self.tonic]} {self.mode}"


@dataclass(frozen=True)
class Chord:
    """A root (pitch class), a quality (a name in QUALITIES), and a bass note if not the root."""

    root: int
    quality: str = ""
    bass: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Chord":
        """Reads "F#m7", "Bbmaj7", "C/E". Raises ValueError with a sentence."""
        match = re.fullmatch(r"([A-G])([#b♯♭]?)([^/\s]*)(?:/([A-G])([#b♯♭]?))?", text)
        quality = _QUALITY_NAMES.get(match[3], match[3]) if match else None
        if not match or quality not in QUALITIES:
            raise ValueError(
                f"{text!r} is not a chord: write chords like Am F C G, F#m7, Bbmaj7 or C/E"
            )
        bass = _pitch_class(match[4], match[5]) if match[4] else None
        return cls(_pitch_class(match[1], match[2]), quality, bass)

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The chord's pitch classes, root first."""
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    @property
    def bass_note(self) -> int:
        """The lowest pitch class."""
        return self.root if self.bass is None else self.bass

    def __str__(self) -> str:
        below = "" if self.bass is None else f"/{PITCH_NAMES[self.bass]}"
        return PITCH_NAMES[self.root] + self.quality + below


PROGRESSIONS = {
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 5, 3, 4), (0, 0, 5, 6), (0, 3, 0, 6)),
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 4, 3), (1, 4, 0, 5), (0, 2, 3, 4)),
}


def minor_share(valence: float, usual: float = 0.6) -> float:
    """How likely a minor key is for music of a mood, 0-1.

    Args:
        valence: 0 sad, 1 happy.
        usual: how likely it is where the mood is neither.
    """
    return min(1.0, max(0.0, usual + 1.1 * (0.5 - valence)))


def draw_key(rng: random.Random, minor: float = 0.6) -> Key:
    """A random key: minor with probability `minor`, else major."""
    return Key(rng.randrange(12), "minor" if rng.random() < minor else "major")


def draw_chords(key: Key, bars: int, rng: random.Random) -> tuple[tuple[Chord, ...], ...]:
    """A common progression in `key`, one chord a bar, for loops of any length."""
    degrees = rng.choice(PROGRESSIONS["minor" if key.is_minor else "major"])
    return tuple((key.triad(degrees[bar % len(degrees)]),) for bar in range(bars))


def fitting_key(chords: tuple[tuple[Chord, ...], ...]) -> Key:
    """The major or minor key that holds most of the chords' notes.

    Of several, the one whose tonic chord comes first, or else most often.
    """
    row = [chord for bar in chords for chord in bar]

    def fit(key: Key) -> tuple[int, bool, int]:
        inside = sum(note in key.pitch_classes for chord in row for note in chord.pitch_classes)
        third = key.pitch_classes[2]
        home = [chord.root == key.tonic and third in chord.pitch_classes for chord in row]
        return inside, home[0], sum(home)

    return max((Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12)), key=fit)


def parse_chords(text: str, bars: int, beats_per_bar: int) -> tuple[tuple[Chord, ...], ...]:
    """Lays typed chords out over the bars of a loop.

    Bars may be marked with |, as in "Am F | C G". Without marks, up to `bars` chords stand one a
    bar and go round; more than `bars` are spread evenly.

    Returns:
        One tuple of chords for each bar; the chords of a bar divide it evenly.

    Raises:
        ValueError: a word is no chord, there are more bars than asked for, or a bar holds more
            chords than beats.
    """
    if "|" in text:
        marked = [part.split() for part in text.strip().strip("|").split("|")]
        if not all(marked):
            raise ValueError("a bar between two | has no chord")
        if len(marked) > bars:
            raise ValueError(f"{len(marked)} bars of chords for a loop of {bars}")
        laid = [marked[bar % len(marked)] for bar in range(bars)]
    else:
        words = text.split()
        if not words:
            raise ValueError("no chord was given: write them like Am F C G")
        if len(words) <= bars:
            laid = [[words[bar % len(words)]] for bar in range(bars)]
        else:
            edges = [bar * len(words) // bars for bar in range(bars + 1)]
            laid = [words[a:b] for a, b in pairwise(edges)]
    if any(len(bar) > beats_per_bar for bar in laid):
        raise ValueError(f"more chords than the {beats_per_bar} beats of a bar can hold")
    return tuple(tuple(Chord.parse(word) for word in bar) for bar in laid)


@dataclass(frozen=True)
class Plan:
    """What every part of a scene is rendered on: tempo, metre, key, and the chords of each bar.

    Attributes:
        bpm: quarter notes a minute.
        metre: time signature.
        key: the key.
        chords: for each bar, the chords that divide it evenly.
    """

    bpm: float
    metre: Metre
    key: Key
    chords: tuple[tuple[Chord, ...], ...]

    @property
    def bars(self) -> int:
        """Number of bars."""
        return len(self.chords)

    def chord_at(self, bar_position: float) -> Chord:
        """The chord that sounds at `bar_position` bars from the start (it goes round)."""
        bar = int(bar_position // 1) % self.bars
        row = self.chords[bar]
        return row[min(int(bar_position % 1 * len(row)), len(row) - 1)]

    def chords_text(self) -> str:
        """The chords as they can be typed: "Am | F | C G"."""
        return " | ".join(" ".join(str(chord) for chord in bar) for bar in self.chords)
