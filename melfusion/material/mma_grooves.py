"""The grooves of MMA (Musical MIDI Accompaniment, Bob van der Poel; GPL-2 or later), by style.

MMA is an optional program (Debian: mma). Its library is a folder of text files, each with a few
grooves that share most of their tracks: a loop of drums, bass and chords, and its introductions,
fills and endings. Those in `zoom` are drums alone.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..music import Metre

PROGRAM = "mma"
LIBRARY = Path("/usr/share/mma/lib")

_HELD_PERCENT = 15
_NO_LOOP = re.compile(
    r"intro|end(ing|\d|$|[A-Z]$)|fill|tag|break(?!beat)|count(?!ry)|metronome|none", re.I
)
_OWN_HARMONY = "alexis/"
"""Grooves of this folder play notes of their own, whatever the chord."""

_NO_LOOP_TOLD = re.compile(r"fill-in|, (intro|ending)", re.I)

_STYLES: tuple[tuple[str, str, str], ...] = (
    (r"vienese|arpeggiowaltz", "waltz, orchestral", ""),
    (r"waltz|bald(05|11)$|rock28$", "waltz", ""),
    (r"bwmarch|/march|march1", "march, orchestral", ""),
    (r"march", "march", ""),
    (r"polka|2beatp", "polka", ""),
    (r"tango", "tango", ""),
    (r"bossa|quando", "bossa nova", ""),
    (r"samba", "samba", ""),
    (r"mambo", "salsa", "mambo"),
    (r"merengue", "salsa", "merengue"),
    (r"chacha", "salsa", "cha-cha-cha"),
    (r"rhumba", "salsa", "rhumba"),
    (r"bolero", "salsa", "bolero"),
    (r"beguine", "salsa", "beguine"),
    (r"/son:", "salsa", "Cuban son"),
    (r"calypso", "salsa", "calypso"),
    (r"cubanguitar|afro-cuban", "salsa", "Afro-Cuban groove"),
    (r"salsa", "salsa", ""),
    (r"/latin:", "salsa, samba, reggaeton", "Latin groove"),
    (r"latinhouse", "house, deep house", "Latin house"),
    (r"latinfusion|/l?fusion|fus16|jazzrock", "funk, prog", "jazz fusion"),
    (r"/afro:", "afrobeat, amapiano", ""),
    (r"/ska:", "reggae, punk", "ska"),
    (r"reggae", "reggae, dub", ""),
    (r"trip", "downtempo, lo-fi", "trip hop"),
    (r"hip-?hop", "hip hop, lo-fi, breakbeat", ""),
    (r"trance", "trance, psytrance", ""),
    (r"rave", "techno, trance", "rave"),
    (r"techno", "techno, electro", ""),
    (r"house", "house, deep house, uk garage", ""),
    (r"dnb", "drum and bass, jungle", ""),
    (r"ambient", "ambient, downtempo", ""),
    (r"discosoul|boneym", "disco", ""),
    (r"danc", "disco, house", "dance pop"),
    (r"digitalrock", "synthwave, rock", ""),
    (r"electricpop|80spop", "synthwave, disco", "eighties pop"),
    (r"thr:", "metal, punk", "thrash metal"),
    (r"heavymetal|metal|mtl", "metal, industrial", ""),
    (r"hrk", "rock, metal", "hard rock"),
    (r"punk", "punk", ""),
    (r"hymn|spiritual", "gospel", ""),
    (r"lullaby", "ballad", "lullaby"),
    (r"blues|shuffleboggie:", "blues", ""),
    (r"bog+ie|boogie", "blues", "boogie woogie"),
    (r"shuffle", "blues, rock", "shuffle"),
    (r"bluegrass", "country, folk", "bluegrass"),
    (r"zydeco", "country, folk", "zydeco"),
    (r"westernswing|countryswing", "country, swing", "western swing"),
    (r"countr|cntr|western|twi:|w-rock", "country", ""),
    (r"folkyjazz", "jazz, folk", ""),
    (r"folk", "folk", ""),
    (r"mide:|desert", "folk, cinematic", "Middle Eastern groove"),
    (r"arpeggio", "cinematic, orchestral, ballad", "arpeggios"),
    (r"bald|ballad|serenade|slow16beat", "ballad", ""),
    (r"gypsy", "jazz, swing", "gypsy jazz"),
    (r"dixie", "jazz, swing", "dixieland"),
    (r"rag", "jazz, swing", "ragtime"),
    (r"bebop", "jazz, swing", "bebop"),
    (r"bigband|basie", "swing, jazz", "big band swing"),
    (r"charleston", "swing", "charleston"),
    (r"foxtrot|polkafox", "swing", "foxtrot"),
    (r"quickstep", "swing", "quickstep"),
    (r"jive", "swing, rock", "jive"),
    (r"broadway|showtune|softshoe|strut", "swing", "show tune"),
    (r"swing|jazzbouncy", "swing, jazz", ""),
    (r"jazz|evansish", "jazz", ""),
    (r"funk", "funk, breakbeat", ""),
    (r"motown", "soul", "motown"),
    (r"soul|r&b|rnb|/rb|mellowrb|modernrb", "soul", ""),
    (r"50s|twist", "rock", "rock and roll"),
    (r"pop|8 ?beat|highfive", "rock, soul", "pop"),
    (r"16 ?beat|beat16", "funk, soul", "pop"),
    (r"rock", "rock", ""),
)
"""For each pattern of a groove's file and name: its styles, and words of its own, if any.

The first that is found counts.
"""


@dataclass(frozen=True)
class MmaGroove:
    """A groove of the library that goes round.

    Attributes:
        name: its file below the library and its own name, "stdlib/bossanova:BossaNova".
        metre: its time signature.
        beats: how many of MMA's own beats a bar has.
        styles: the styles that it may accompany.
        word: what captions call it; "" for what they call the style.
    """

    name: str
    metre: Metre
    beats: int
    styles: tuple[str, ...]
    word: str = ""

    @property
    def family(self) -> str:
        """What shares its tracks: its file, or in `zoom`, where each has its own, itself."""
        return self.name if self.in_tenths else self.name.partition(":")[0]

    @property
    def in_tenths(self) -> bool:
        """Whether its places in the beat are rounded to tenths, as all are in `zoom`."""
        return self.name.startswith("zoom/")

    @property
    def held(self) -> bool:
        """Whether it is kept out of training, with all its family: 15 in 100."""
        digest = hashlib.sha256(self.family.encode()).digest()
        return int.from_bytes(digest[:4], "big") % 100 < _HELD_PERCENT


def is_installed() -> bool:
    """Whether MMA and its library are on this machine."""
    return shutil.which(PROGRAM) is not None and LIBRARY.is_dir()


@lru_cache(maxsize=1)
def grooves() -> tuple[MmaGroove, ...]:
    """All grooves of the library that go round and have a style; none where it is missing."""
    files = sorted(LIBRARY.rglob("*.mma"), key=lambda file: file.as_posix())
    return tuple(groove for file in files for groove in _read(file))


def fitting(style: str, metre: Metre, held: bool) -> dict[str, list[MmaGroove]]:
    """The grooves of one style, metre and side of the split, by family."""
    found: dict[str, list[MmaGroove]] = {}
    for groove in grooves():
        if style in groove.styles and groove.metre == metre and groove.held == held:
            found.setdefault(groove.family, []).append(groove)
    return found


def _read(file: Path) -> list[MmaGroove]:
    """The grooves that a file of the library defines."""
    stem = file.relative_to(LIBRARY).with_suffix("").as_posix()
    found: list[MmaGroove | None] = []
    beats, signature = "4", ""
    text = file.read_text(encoding="latin-1").replace("\\\n", " ")
    for line in text.splitlines():
        words = line.partition("//")[0].split()
        match words[0].lower() if words[1:] else "":
            case "time":
                beats = words[1]
            case "timesig":
                signature = "/".join(words[1:])
            case "defgroove" if _is_loop(file.stem, words[1], " ".join(words[2:])):
                found.append(_groove(f"{stem}:{words[1]}", beats, signature))
    return [groove for groove in found if groove]


def _is_loop(stem: str, name: str, told: str) -> bool:
    """Whether a groove goes round: neither its file's, its own nor its description's words deny."""
    return not (_NO_LOOP.search(stem) or _NO_LOOP.search(name) or _NO_LOOP_TOLD.search(told))


def _groove(name: str, time: str, signature: str) -> MmaGroove | None:
    """A groove with its styles; None where it has none, or harmony or a metre of its own.

    Args:
        name: see MmaGroove.
        time: what `Time` says: beats, or a signature whose numerator they are.
        signature: what `TimeSig` says; it is not always given, nor always right.
    """
    if name.startswith(_OWN_HARMONY):
        return None
    beats = int(time.partition("/")[0])
    if beats == 6 or (beats in (2, 3) and signature == "6/8"):
        metre = Metre(6, 8)
    elif beats in (3, 4, 5):
        metre = Metre(beats, 4)
    else:
        return None
    for pattern, styles, word in _STYLES:
        if re.search(pattern, name, re.I):
            return MmaGroove(name, metre, beats, tuple(styles.split(", ")), word)
    return None
