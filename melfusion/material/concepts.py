"""What scenes are about: things and places, and the music that suits each one.

A scene draws a concept first and its style, instruments, energy, brightness and mode from it, so
that a picture of the concept says something about the music. The figures follow the circumplex of
affect (Russell, 1980): valence and energy, with brightness for the light of the picture and of the
sound. The table is concepts.txt; docs/concepts.md shows it.
"""

from dataclasses import dataclass
from pathlib import Path

_TABLE = Path(__file__).with_name("concepts.txt")


@dataclass(frozen=True)
class Concept:
    """One thing or place.

    Attributes:
        name: its name in the manifest.
        valence: 0 sad or hostile, 1 happy.
        energy: 0 still, 1 wild.
        brightness: 0 dark, 1 bright.
        styles: how much each style suits it.
        instruments: how much each instrument and kit suits it.
        phrases: how a caption puts it after "for" or "like".
        keywords: words that a fitting picture's label has.
        barred: words that make a label unfit, for all that it has a keyword.
        views: the kinds of drawn picture that show it (see drawing.py).
        colours: its palette as RRGGBB, from the background to the accent.
    """

    name: str
    valence: float
    energy: float
    brightness: float
    styles: dict[str, float]
    instruments: dict[str, float]
    phrases: tuple[str, ...]
    keywords: tuple[str, ...]
    barred: tuple[str, ...]
    views: tuple[str, ...]
    colours: tuple[str, ...]


def _parse(row: str) -> Concept:
    name, mood, styles, instruments, phrases, keywords, views, colours = (
        cell.strip() for cell in row.split("|")
    )
    valence, energy, brightness = map(float, mood.split())
    return Concept(
        name, valence, energy, brightness, _weights(styles), _weights(instruments),
        tuple(phrase.strip() for phrase in phrases.split(";")),
        tuple(word for word in keywords.split() if not word.startswith("-")),
        tuple(word[1:] for word in keywords.split() if word.startswith("-")),
        tuple(views.split()), tuple(colours.split()),
    )  # fmt: skip


def _weights(cell: str) -> dict[str, float]:
    """Reads `a name 3, another 1`."""
    pairs = (entry.strip().rsplit(" ", 1) for entry in cell.split(","))
    return {name: float(weight) for name, weight in pairs}


CONCEPTS: dict[str, Concept] = {
    concept.name: concept
    for concept in map(
        _parse,
        (
            row
            for row in _TABLE.read_text(encoding="utf-8").splitlines()
            if row and not row.startswith("#")
        ),
    )
}
"""Every concept by its name."""
