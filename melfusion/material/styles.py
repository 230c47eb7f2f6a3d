"""The styles of the training material: what is played, on what, and in which words it is told.

Drum grooves are patterns on the sixteenth grid (see grid.py): X accent, x hit, o ghost, ? a hit
that is there or not. Bass figures name chord degrees (R 3 5 7, 8 the octave, a an approach to the
next chord). Chord and lead figures have x for a stroke or a melody note, and digits for single
chord tones, from the lowest up. Everything is fitted to other metres beat by beat.
"""

from dataclasses import dataclass

from ..music import Metre

FOUR = Metre(4, 4)
THREE = Metre(3, 4)
SIX_EIGHT = Metre(6, 8)
SEVEN_EIGHT = Metre(7, 8)
FIVE_FOUR = Metre(5, 4)


@dataclass(frozen=True)
class Pattern:
    """One bar or more for one part, and the metre it is written in."""

    text: str
    metre: Metre = FOUR


@dataclass(frozen=True)
class Groove:
    """A drum pattern for each voice of the kit, and the metre they are written in."""

    voices: dict[str, str]
    metre: Metre = FOUR


@dataclass(frozen=True)
class Style:
    """How a style is composed, rendered and spoken of.

    Attributes:
        name: the style's name in the manifest.
        names: how people call it.
        adjectives: what is said of it.
        eras: times and places it calls up; may be empty.
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
        reverb: wet level, 0-1.
        delay: level of the echo on chords and lead, 0-1.
        pump: how deep the kick ducks bass, chords and lead, 0-1.
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
    reverb: float = 0.15
    delay: float = 0.0
    pump: float = 0.0


def _patterns(*texts: str, metre: Metre = FOUR) -> tuple[Pattern, ...]:
    return tuple(Pattern(text, metre) for text in texts)


_TABLE = (
    Style(
        name="house",
        names=("house", "deep house", "club house", "four on the floor house"),
        adjectives=("groovy", "uplifting", "warm", "danceable", "smooth"),
        eras=("nineties", "Chicago"),
        tempo=(118, 128),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "clap": "....x.......x...",
                "open": "..x...x...x...x.",
                "hat": "x.o.x.o.x.o.x.oo",
                "shaker": "oxoxoxoxoxoxoxox",
            }),
            Groove({
                "kick": "X...X...X...X...",
                "clap": "....X.......X..?",
                "hat": "o.xoo.xoo.xoo.xo",
                "rim": "...x..x....x....",
                "open": "..x...x...x...x.",
            }),
        ),
        bass=_patterns(
            "R..R..R.R..R..8.", "..R-..R-..R-..R-", "R--R--R-..5-..8-", "R.R..R.R..R.5.R."
        ),
        chords=_patterns(
            "x-..x-....x-..x-", "...x-....x-...x-", "..x-..x-..x-..x-", "x--x--x---x--x--"
        ),
        lead=_patterns(
            "x..x..x.x..x..x.", "x---..x-x-..x---", "1.2.3.2.4.3.2.3.", "x..x..x-........"
        ),
        instruments={
            "drums": ("909",),
            "bass": ("round synth bass", "fm bass"),
            "chords": ("house stab", "organ", "piano", "electric piano"),
            "lead": ("pluck", "saw lead", "vibraphone"),
        },
        progressions=((0, 3, 0, 4), (0, 6, 5, 4), (0, 2, 5, 3)),
        sevenths=0.6, voices=4, swing=0.15, reverb=0.15, delay=0.12, pump=0.35,
    ),
    Style(
        name="techno",
        names=("techno", "driving techno", "warehouse techno", "minimal techno"),
        adjectives=("dark", "hypnotic", "driving", "mechanical", "raw"),
        eras=("Berlin", "Detroit", "nineties"),
        tempo=(125, 140),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "hat": "..x...x...x...x.",
                "clap": "....x.......x...",
                "rim": "x..x..x...x..x..",
                "shaker": "oxoxoxoxoxoxoxox",
            }),
            Groove({
                "kick": "X...X...X...X..o",
                "open": "..X...X...X...X.",
                "hat": "oxoxoxoxoxoxoxox",
                "tom_low": "...o..o....o..o.",
                "ride": "x...x...x...x...",
            }),
        ),
        bass=_patterns(
            ".RRR.RRR.RRR.RRR", "R.RR.RR.R.RR.R8.", "..R...R...R...R.", "R..R..R..R..R.R."
        ),
        chords=_patterns(
            "x.....x...x.....", "..x-....x-......", "x---------------", "...x..x....x..x."
        ),
        lead=_patterns(
            "1..3..2.1..3..4.", "x..x..x..x..x.x.", "1.1.3.1.2.1.3.2.", "x-......x-..x-.."
        ),
        instruments={
            "drums": ("909",),
            "bass": ("acid bass", "sub bass"),
            "chords": ("house stab", "warm pad"),
            "lead": ("acid lead", "pluck", "fm bell"),
        },
        progressions=((0, 0, 0, 0), (0, 0, 5, 5), (0, 0, 6, 5)),
        minor=0.92, reverb=0.18, delay=0.25, pump=0.35,
    ),
    Style(
        name="trance",
        names=("trance", "uplifting trance", "euphoric trance", "progressive trance"),
        adjectives=("euphoric", "soaring", "uplifting", "shimmering", "epic"),
        eras=("late nineties", "two thousands", "festival"),
        tempo=(130, 142),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "open": "..X...X...X...X.",
                "clap": "....x.......x...",
                "hat": "xoxoxoxoxoxoxoxo",
                "ride": "x...x...x...x...",
            }),
        ),
        bass=_patterns("..R-..R-..R-..R-", ".RRR.RRR.RRR.RRR", "..RR..RR..RR..R8"),
        chords=_patterns(
            "x---------------", "x.xx.xx.x.xx.xx.", "x--x--x--x--x-x-", "..x-..x-..x-..x-"
        ),
        lead=_patterns(
            "1234123412341234", "1324132413241324", "x--x--x-x--x--x-", "x-----x-x-x-x---"
        ),
        instruments={
            "drums": ("909",),
            "bass": ("saw bass", "round synth bass"),
            "chords": ("supersaw", "warm pad"),
            "lead": ("pluck", "saw lead", "supersaw"),
        },
        progressions=((0, 5, 2, 6), (5, 6, 0, 0), (0, 5, 3, 6)),
        minor=0.75, voices=4, reverb=0.28, delay=0.25, pump=0.5,
    ),
    Style(
        name="drum and bass",
        names=("drum and bass", "liquid drum and bass", "jungle", "dnb"),
        adjectives=("fast", "energetic", "rolling", "frantic", "deep"),
        eras=("London", "nineties"),
        tempo=(165, 178),
        grooves=(
            Groove({
                "kick": "X.........X.....",
                "snare": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.xo",
                "ride": "x.x.x.x.x.x.x.x.",
                "rim": ".......o.o.....?",
            }),
            Groove({
                "kick": "X.X.......XX....",
                "snare": "....X..o.o..X..o",
                "hat": "xoxoxoxoxoxoxoxo",
                "open": "..............x.",
            }),
        ),
        bass=_patterns(
            "R---------R---5-", "R-----..R---5---", "R--R----..R-8-5-", "R-------R-------"
        ),
        chords=_patterns(
            "x---------------", "x-----....x-....", "..x-......x-..x-", "x-----x---------"
        ),
        lead=_patterns(
            "x---x-x-....x---", "x-------x---x---", "1.2.3.4.3.2.1.2.", "..x-x---x-x-...."
        ),
        instruments={
            "drums": ("breakbeat kit", "909"),
            "bass": ("reese bass", "sub bass"),
            "chords": ("warm pad", "electric piano", "strings"),
            "lead": ("pluck", "saw lead", "fm bell", "flute"),
        },
        progressions=((0, 5, 3, 4), (0, 5, 0, 6)),
        sevenths=0.4, voices=4, reverb=0.2, delay=0.2,
    ),
    Style(
        name="hip hop",
        names=("hip hop", "boom bap", "old school hip hop", "rap beat"),
        adjectives=("laid back", "gritty", "head nodding", "funky", "cool"),
        eras=("nineties", "New York"),
        tempo=(82, 98),
        grooves=(
            Groove({
                "kick": "X..x......x.....",
                "snare": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.xo",
                "open": "..............?.",
            }),
            Groove({
                "kick": "X......x..xx....",
                "snare": "....X..o....X..o",
                "hat": "x.xox.x.x.xox.x.",
                "shaker": "..o...o...o...o.",
            }),
        ),
        bass=_patterns(
            "R--R......R-5-..", "R---..R---8-5---", "R-.R-.....R-3-5-", "R-----R---..a---"
        ),
        chords=_patterns(
            "x---------......", "x-....x---......", "x---....x---....", "..x-....x-..x-.."
        ),
        lead=_patterns(
            "x-x-..x---......", "..x-x-x-..x-x---", "x---..x-x---....", "....x-x-..x-x-x-"
        ),
        instruments={
            "drums": ("breakbeat kit", "808"),
            "bass": ("fingered bass", "sub bass"),
            "chords": ("electric piano", "piano", "strings"),
            "lead": ("flute", "electric piano", "vibraphone", "trumpet"),
        },
        progressions=((0, 5, 0, 4), (0, 3, 0, 3), (0, 0, 5, 4)),
        minor=0.8, sevenths=0.6, voices=4, swing=0.35, loose_ms=4.0, reverb=0.08,
    ),
    Style(
        name="trap",
        names=("trap", "dark trap", "trap beat", "southern rap"),
        adjectives=("heavy", "dark", "menacing", "sparse", "bouncing"),
        eras=("Atlanta", "modern"),
        tempo=(130, 152),
        grooves=(
            Groove({
                "kick": "X.....x.....x...X...x......x....",
                "clap": "........X...............X.......",
                "hat": "x.x.x.x.x.x.xxxxx.x.x.xxx.x.x.x.",
                "open": "..............x...............?.",
            }),
            Groove({
                "kick": "X..........x..x.X.....x...x.....",
                "snare": "........X...............X.......",
                "hat": "x.x.xxx.x.x.x.x.x.xxx.x.x.x.xxxx",
                "rim": "....?.....x.......x....x......?.",
            }),
        ),
        bass=_patterns(
            "R-----R-----....R---R------R----",
            "R----------R--R-R-----R---8-----",
            "R-------........R---5---R-------",
        ),
        chords=_patterns(
            "x-------------------------------", "x-..x-..x-..x-..x-..x-..x-..x-.."
        ),
        lead=_patterns(
            "1...2...3...2...1...2...4...3...",
            "x---x---x-x-x---........x---x---",
            "x-x-x---....x---x-x-x---........",
        ),
        instruments={
            "drums": ("808",),
            "bass": ("808 bass",),
            "chords": ("warm pad", "strings", "piano"),
            "lead": ("fm bell", "piano", "pluck", "flute"),
        },
        progressions=((0, 5, 0, 5), (0, 0, 5, 4), (0, 5, 3, 4)),
        minor=0.95, reverb=0.2, delay=0.15,
    ),
    Style(
        name="lo-fi",
        names=("lo-fi", "lo-fi hip hop", "chillhop", "study beats"),
        adjectives=("dusty", "relaxed", "mellow", "nostalgic", "sleepy", "warm"),
        eras=("late night", "vintage"),
        tempo=(70, 88),
        grooves=(
            Groove({
                "kick": "X.....x...x.....",
                "snare": "....x.......x...",
                "hat": "x.x.x.x.x.x.x.x.",
                "shaker": "..o...o...o...o.",
            }),
            Groove({
                "kick": "X..x....x.x.....",
                "rim": "....x.......x..?",
                "hat": "x.o.x.o.x.o.x.o.",
                "open": "......?.........",
            }),
        ),
        bass=_patterns(
            "R-----..R---5---", "R---....R-..5-3-", "R-------..R-5-a-", "R-----R-..5---a-"
        ),
        chords=_patterns(
            "x-------------..", "x-----x-------..", "x---..x-..x---..", "x-12x-34x-32x-12"
        ),
        lead=_patterns(
            "x-x-x---....x-x-", "....x-x-x---....", "x---..x-x-x-....", "..x-x-..x---...."
        ),
        instruments={
            "drums": ("dusty kit",),
            "bass": ("upright bass", "sub bass", "fingered bass"),
            "chords": ("electric piano", "piano", "clean guitar"),
            "lead": ("vibraphone", "electric piano", "clean guitar", "flute"),
        },
        progressions=((1, 4, 0, 5), (3, 2, 1, 0), (0, 5, 1, 4)),
        minor=0.5, sevenths=1.0, voices=4, swing=0.5, loose_ms=6.0, reverb=0.12,
    ),
    Style(
        name="dub",
        names=("dub", "reggae", "dub reggae", "roots reggae"),
        adjectives=("spacious", "deep", "sunny", "laid back", "echoing"),
        eras=("Jamaica", "seventies"),
        tempo=(66, 82),
        grooves=(
            Groove({
                "kick": "........X.......",
                "rim": "........X......?",
                "hat": "x.o.x.o.x.o.x.oo",
                "open": "..............?.",
            }),
            Groove({
                "kick": "X...x...X...x...",
                "snare": "........X.......",
                "hat": "x.x.x.x.x.x.x.x.",
                "rim": "..?..?....?.....",
            }),
        ),
        bass=_patterns(
            "R---R-3-5---....", "R--R..5-R---3-5-", "..R-R-5---R-8---", "R-R-....5-5-R-.."
        ),
        chords=_patterns("..x...x...x...x.", "..xx..xx..xx..xx", "....x.......x..."),
        lead=_patterns(
            "x-x-x---........", "....x-x-x---....", "x---..x-x---....", "x-..x-..x-x-...."
        ),
        instruments={
            "drums": ("acoustic kit",),
            "bass": ("sub bass", "fingered bass"),
            "chords": ("organ", "clean guitar"),
            "lead": ("melodica", "trumpet", "organ"),
        },
        progressions=((0, 3, 0, 3), (0, 4, 3, 4), (0, 6, 0, 6)),
        minor=0.55, swing=0.2, loose_ms=4.0, reverb=0.25, delay=0.5,
    ),
    Style(
        name="ambient",
        names=("ambient", "ambient soundscape", "drone", "new age"),
        adjectives=("calm", "ethereal", "floating", "dreamy", "peaceful", "slow"),
        eras=("timeless",),
        tempo=(60, 90),
        grooves=(
            Groove({
                "kick": "x...............x.........o.....",
                "shaker": "..o...o...o...o...o...o...o...o.",
                "rim": "............o...............o...",
                "tom_low": "..........?...............o.....",
            }),
            Groove({
                "kick": "x.......o.......",
                "hat": "o...o...o...o...",
                "tom_mid": "......?.......o.",
            }),
        ),
        bass=_patterns("R---------------", "R-------5-------", "R-------------8-"),
        chords=_patterns("x---------------", "1---2---3---4---", "x-------x-------"),
        lead=_patterns(
            "x-------x-------", "..x-----..x-----", "1---3---2---4---", "x-----------x---"
        ),
        instruments={
            "drums": ("dusty kit", "808"),
            "bass": ("sub bass",),
            "chords": ("warm pad", "strings", "choir"),
            "lead": ("fm bell", "piano", "flute"),
        },
        progressions=((0, 3, 0, 5), (0, 2, 3, 5), (5, 3, 0, 0)),
        minor=0.45, sevenths=0.45, voices=4, reverb=0.55, delay=0.35,
    ),
    Style(
        name="synthwave",
        names=("synthwave", "retrowave", "eighties synth pop", "outrun"),
        adjectives=("retro", "neon", "nostalgic", "cinematic", "glossy"),
        eras=("eighties", "VHS era"),
        tempo=(84, 118),
        grooves=(
            Groove({
                "kick": "X...x...X...x...",
                "snare": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.x.",
                "tom_mid": "..............?.",
            }),
            Groove({
                "kick": "X.......X.x.....",
                "snare": "....X.......X...",
                "hat": "xoxoxoxoxoxoxoxo",
                "open": "..............x.",
                "clap": "....x.......x...",
            }),
        ),
        bass=_patterns(
            "RRRRRRRRRRRRRRRR", "R.R.R.R.R.R.R.R.", "R.8.R.8.R.8.R.8.", "R-R-R-R-R-R-5-8-"
        ),
        chords=_patterns("x---------------", "x-----x---x-----", "x--x--x---------"),
        lead=_patterns(
            "x-----x-x---x---", "1.2.3.2.4.3.2.3.", "x---x---x-x-x---", "1213121412131214"
        ),
        instruments={
            "drums": ("eighties kit",),
            "bass": ("saw bass", "square bass"),
            "chords": ("warm pad", "supersaw"),
            "lead": ("square lead", "saw lead", "fm bell", "pluck"),
        },
        progressions=((0, 5, 2, 6), (5, 6, 0, 0), (0, 2, 6, 3)),
        minor=0.75, reverb=0.25, delay=0.2, pump=0.2,
    ),
    Style(
        name="funk",
        names=("funk", "disco", "nu disco", "disco funk"),
        adjectives=("funky", "groovy", "playful", "bouncy", "tight"),
        eras=("seventies", "Studio era"),
        tempo=(100, 122),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "snare": "....X.......X...",
                "hat": "x.ox..ox..ox..ox",
                "open": "..x...x...x...x.",
            }),
            Groove({
                "kick": "X..x....x.x..x..",
                "snare": "....X..o.o..X..o",
                "hat": "xoxoxoxoxoxoxoxo",
                "tambourine": "....x.......x...",
            }),
        ),
        bass=_patterns(
            "R..R..8.R..R.58.", "R.8.R.8.R.8.R.8.", "R.R..R8...R.3.5.", "R..8..R-.5.8.R.."
        ),
        chords=_patterns(
            "..xx..x...xx..x.", "x..x..x...x.x...", ".xx..xx..xx..xx.", "x-..x-.x..x-...."
        ),
        lead=_patterns(
            "x.x..x.x........", "..x.x.x-..x.x-..", "x-x.x.x-....x.x.", "x..x..x-x..x..x-"
        ),
        instruments={
            "drums": ("acoustic kit",),
            "bass": ("fingered bass", "picked bass"),
            "chords": ("clean guitar", "electric piano", "organ"),
            "lead": ("saxophone", "trumpet", "clean guitar", "square lead"),
        },
        progressions=((0, 3, 0, 3), (1, 4, 0, 5), (0, 3, 4, 3)),
        minor=0.5, sevenths=0.75, voices=4, loose_ms=3.0, reverb=0.1,
    ),
    Style(
        name="rock",
        names=("rock", "indie rock", "hard rock", "garage rock"),
        adjectives=("raw", "loud", "powerful", "gritty", "anthemic"),
        eras=("seventies", "nineties"),
        tempo=(100, 150),
        grooves=(
            Groove({
                "kick": "X.......X.x.....",
                "snare": "....X.......X...",
                "hat": "X.x.X.x.X.x.X.x.",
            }),
            Groove({
                "kick": "X..x....x.X.....",
                "snare": "....X.......X..?",
                "ride": "X.x.X.x.X.x.X.x.",
            }),
            Groove({
                "kick": "X.x...x.X.x...x.",
                "snare": "....X.......X...",
                "open": "X...X...X...X...",
            }),
        ),
        bass=_patterns(
            "R.R.R.R.R.R.R.R.", "R---R-R-R---R-a-", "R..R..R.R..R5.R.", "R-R-R-R-R-R-5-a-"
        ),
        chords=_patterns(
            "x---------------", "x.x.x.x.x.x.x.x.", "x--x--x-x--x--x-", "x---x-x-x---x-x-"
        ),
        lead=_patterns(
            "x---x-x-x-------", "x-x-x---x-x-x---", "..x-x-x-x-----..", "x-----x-x---x---"
        ),
        instruments={
            "drums": ("power kit", "acoustic kit"),
            "bass": ("picked bass", "fingered bass"),
            "chords": ("distorted guitar", "clean guitar", "organ"),
            "lead": ("overdriven guitar", "clean guitar"),
        },
        progressions=((0, 6, 3, 0), (0, 3, 4, 3), (0, 4, 3, 3), (0, 5, 3, 4)),
        minor=0.5, sevenths=0.0, loose_ms=4.0, reverb=0.12,
    ),
    Style(
        name="jazz",
        names=("jazz", "swing", "jazz swing", "cool jazz"),
        adjectives=("smoky", "swinging", "elegant", "cool", "smooth"),
        eras=("fifties", "late night club"),
        tempo=(100, 176),
        grooves=(
            Groove({
                "ride": "X...x.x.X...x.x.",
                "hat": "....x.......x...",
                "kick": "o.......o.......",
                "snare": "......?.......o.",
            }),
            Groove({
                "ride": "x...X.x.x...X.x.",
                "hat": "....x.......x...",
                "rim": "............x...",
                "kick": "o...o...o...o...",
            }),
        ),
        bass=_patterns(
            "R---3---5---a---", "R---5---3---a---", "R---3---5---7---", "R---5---8---a---"
        ),
        chords=_patterns(
            "x-----x---......", "..x-......x-....", "x---......x---..", "......x-......x-"
        ),
        lead=_patterns(
            "x-x-x-x-x-x-x---", "..x-x-x-x---....", "x---x-x-..x-x-x-", "x-x-....x-x-x---"
        ),
        instruments={
            "drums": ("jazz kit",),
            "bass": ("upright bass",),
            "chords": ("piano", "vibraphone"),
            "lead": ("saxophone", "trumpet", "vibraphone", "flute"),
        },
        progressions=((1, 4, 0, 5), (0, 5, 1, 4), (0, 3, 1, 4)),
        minor=0.4, sevenths=1.0, quick_changes=0.3, voices=4, swing=1.0, swing_unit=0.5,
        loose_ms=5.0, reverb=0.15,
    ),
    Style(
        name="waltz",
        names=("waltz", "folk waltz", "folk", "fairground waltz"),
        adjectives=("gentle", "rustic", "romantic", "dancing", "old"),
        eras=("Vienna", "old world"),
        tempo=(90, 160),
        metres=(THREE,),
        grooves=(
            Groove({
                "kick": "X...........",
                "snare": "....o...o...",
                "hat": "x...x...x...",
            }, THREE),
            Groove({
                "kick": "x.........?.",
                "tambourine": "....x...x...",
                "shaker": "o.o.o.o.o.o.",
            }, THREE),
        ),
        bass=_patterns(
            "R---------..", "R-------5---", "R---........5---........", metre=THREE
        ),
        chords=_patterns("....x-..x-..", "1-..3-..2-..", "x-----------", metre=THREE),
        lead=_patterns(
            "x---x---x---", "x-------x---", "x---x-x-x-x-", "x-x-x---x---", metre=THREE
        ),
        instruments={
            "drums": ("jazz kit", "acoustic kit"),
            "bass": ("upright bass",),
            "chords": ("acoustic guitar", "accordion", "piano", "strings"),
            "lead": ("violin", "flute", "accordion", "music box"),
        },
        progressions=((0, 4, 0, 4), (0, 3, 4, 0), (0, 5, 3, 4)),
        minor=0.4, loose_ms=5.0, reverb=0.2,
    ),
    Style(
        name="prog",
        names=("progressive rock", "prog", "math rock", "odd metre prog"),
        adjectives=("restless", "intricate", "adventurous", "angular", "complex"),
        eras=("seventies",),
        tempo=(84, 150),
        metres=(SEVEN_EIGHT, FIVE_FOUR),
        grooves=(
            Groove({
                "kick": "X...x...X.....",
                "snare": "....X...X...x.",
                "hat": "x.x.x.x.x.x.x.",
            }, SEVEN_EIGHT),
            Groove({
                "kick": "X.....x.X.....",
                "snare": "....X.......X.",
                "ride": "x.x.x.x.x.x.x.",
            }, SEVEN_EIGHT),
            Groove({
                "kick": "X.....x.....X.......",
                "snare": "....X.......o...X...",
                "hat": "x.x.x.x.x.x.x.x.x.x.",
            }, FIVE_FOUR),
        ),
        bass=(
            *_patterns("R-R-5-R-8-5-3-", "R---R-..R---5-", metre=SEVEN_EIGHT),
            *_patterns("R-..R-5-..8-R---5---", "R-R-8-R-5-R-3-R-5-R-", metre=FIVE_FOUR),
        ),
        chords=(
            *_patterns("x---x---x-----", "1.2.3.4.3.2.1.", metre=SEVEN_EIGHT),
            *_patterns("x-----x-----x---x---", "1.2.3.4.3.2.1.2.3.2.", metre=FIVE_FOUR),
        ),
        lead=(
            *_patterns("x-x-x---x-x-x-", "1.3.2.3.4.3.2.", metre=SEVEN_EIGHT),
            *_patterns("x---x-x-x---x-x-x---", "1.3.2.3.4.3.2.3.2.3.", metre=FIVE_FOUR),
        ),
        instruments={
            "drums": ("power kit",),
            "bass": ("picked bass", "saw bass"),
            "chords": ("organ", "clean guitar", "electric piano"),
            "lead": ("overdriven guitar", "saw lead", "flute"),
        },
        progressions=((0, 0, 3, 3), (0, 6, 5, 6), (0, 2, 3, 4)),
        minor=0.65, loose_ms=3.0, reverb=0.15,
    ),
    Style(
        name="ballad",
        names=("ballad", "slow ballad", "soul ballad", "power ballad"),
        adjectives=("tender", "emotional", "romantic", "slow", "heartfelt"),
        eras=("fifties", "classic"),
        tempo=(66, 96),
        metres=(SIX_EIGHT,),
        grooves=(
            Groove({
                "kick": "X.........x.",
                "snare": "......X.....",
                "hat": "x.x.x.x.x.x.",
            }, SIX_EIGHT),
            Groove({
                "kick": "X...........",
                "rim": "......x.....",
                "ride": "x.o.o.x.o.o.",
            }, SIX_EIGHT),
        ),
        bass=_patterns("R-----5-----", "R-------5-8-", "R---------a-", metre=SIX_EIGHT),
        chords=_patterns("1-2-3-4-3-2-", "x-----x-----", "x-----------", metre=SIX_EIGHT),
        lead=_patterns(
            "x-----x---x-", "x---x-x-----", "x-x-x-x-----", "x---------x-", metre=SIX_EIGHT
        ),
        instruments={
            "drums": ("acoustic kit", "jazz kit"),
            "bass": ("fingered bass", "upright bass"),
            "chords": ("piano", "electric piano", "acoustic guitar"),
            "lead": ("strings", "flute", "violin", "saxophone"),
        },
        progressions=((0, 5, 3, 4), (0, 4, 5, 3), (0, 2, 3, 4)),
        minor=0.4, sevenths=0.25, loose_ms=5.0, reverb=0.28,
    ),
)  # fmt: skip

STYLES: dict[str, Style] = {style.name: style for style in _TABLE}
"""Every style by its name."""
