"""Bands with loud guitars, and the funk they share a stage with."""

from .style import (
    BACKBEAT,
    DOWNBEAT,
    FIVE_FOUR,
    FOUR,
    SEVEN_EIGHT,
    Groove,
    Style,
    patterns,
)

BAND = (
    Style(
        name="funk",
        names=("funk", "seventies funk", "jazz funk", "slap funk"),
        adjectives=("funky", "groovy", "playful", "bouncy", "tight"),
        eras=("seventies", "Studio era"),
        tempo=(100, 122),
        grooves=(
            Groove({
                "kick": "X.x....x..x..x..",
                "snare": "....X.o..o..X.o.",
                "hat": "xoxxxoxxxoxxxoxx",
                "open": "..............x.",
            }),
            Groove({
                "kick": "X..x....x.x..x..",
                "snare": "....X..o.o..X..o",
                "hat": "xoxoxoxoxoxoxoxo",
                "tambourine": "....x.......x...",
            }),
        ),
        bass=patterns(
            "R..R..8.R..R.58.", "R.8.R.8.R.8.R.8.", "R.R..R8...R.3.5.", "R..8..R-.5.8.R.."
        ),
        chords=patterns(
            "..xx..x...xx..x.", "x..x..x...x.x...", ".xx..xx..xx..xx.", "x-..x-.x..x-...."
        ),
        lead=patterns(
            "x.x..x.x........", "..x.x.x-..x.x-..", "x-x.x.x-....x.x.", "x..x..x-x..x..x-"
        ),
        instruments={
            "drums": ("acoustic kit",),
            "bass": ("slap bass", "fingered bass"),
            "chords": ("muted guitar", "clavinet", "electric piano", "organ"),
            "lead": ("saxophone", "brass lead", "trombone", "clean guitar"),
        },
        progressions=((0, 3, 0, 3), (1, 4, 0, 5), (0, 3, 4, 3)),
        minor=0.5, sevenths=0.75, voices=4, loose_ms=3.0, reverb=0.1,
        accents=(1.1, 0.98, 0.95, 1.0), ghosts=0.6, fills=("flam", "break", "toms"), response=0.7,
        drive=0.12, width=0.35,
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
        bass=patterns(
            "R.R.R.R.R.R.R.R.", "R---R-R-R---R-a-", "R..R..R.R..R5.R.", "R-R-R-R-R-R-5-a-"
        ),
        chords=patterns(
            "x---------------", "x.x.x.x.x.x.x.x.", "x--x--x-x--x--x-", "x---x-x-x---x-x-"
        ),
        lead=patterns(
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
        accents=BACKBEAT, ghosts=0.15, drive=0.35, width=0.5,
    ),
    Style(
        name="prog",
        names=("prog", "progressive rock", "math rock", "odd metre prog"),
        adjectives=("restless", "intricate", "adventurous", "angular", "complex"),
        eras=("seventies", "concept album era"),
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
            *patterns("R-R-5-R-8-5-3-", "R---R-..R---5-", metre=SEVEN_EIGHT),
            *patterns("R-..R-5-..8-R---5---", "R-R-8-R-5-R-3-R-5-R-", metre=FIVE_FOUR),
        ),
        chords=(
            *patterns("x---x---x-----", "1.2.3.4.3.2.1.", metre=SEVEN_EIGHT),
            *patterns("x-----x-----x---x---", "1.2.3.4.3.2.1.2.3.2.", metre=FIVE_FOUR),
        ),
        lead=(
            *patterns("x-x-x---x-x-x-", "1.3.2.3.4.3.2.", metre=SEVEN_EIGHT),
            *patterns("x---x-x-x---x-x-x---", "1.3.2.3.4.3.2.3.2.3.", metre=FIVE_FOUR),
        ),
        instruments={
            "drums": ("power kit",),
            "bass": ("picked bass", "saw bass"),
            "chords": ("organ", "clean guitar", "harpsichord", "string machine"),
            "lead": ("overdriven guitar", "saw lead", "flute"),
        },
        progressions=((0, 0, 3, 3), (0, 6, 5, 6), (0, 2, 3, 4)),
        minor=0.65, loose_ms=3.0, reverb=0.15,
        accents=DOWNBEAT, ghosts=0.25, response=0.4, filter_sweep=0.2, drive=0.25, width=0.6,
    ),
    Style(
        name="punk",
        names=("punk", "punk rock", "pop punk", "hardcore punk"),
        adjectives=("fast", "snotty", "rebellious", "loud", "shouting"),
        eras=("seventies", "garage", "the squat"),
        tempo=(150, 180),
        grooves=(
            Groove({
                "kick": "X.....x.X.....x.",
                "snare": "....X.......X...",
                "hat": "X.X.X.X.X.X.X.X.",
            }),
            Groove({
                "kick": "X...X...X...X...",
                "snare": "..X...X...X...X.",
                "open": "X...X...X...X...",
                "crash": "x...............",
            }),
            Groove({
                "snare": "..X...X...X...X.",
                "kick": "X...X..xX...X..x",
                "ride": "X.x.X.x.X.x.X.x.",
            }),
        ),
        bass=patterns(
            "R.R.R.R.R.R.R.R.", "R.R.R.R.R.R.R.a.", "R.R.R.R.5.5.8.8.", "R-R-R-R-R-R-5-a-"
        ),
        chords=patterns(
            "X.x.x.x.X.x.x.x.", "x.x.x.x.x.x.x.x.", "X---x.x.X---x.x.", "xxxxxxxxxxxxxxxx"
        ),
        lead=patterns(
            "x-x-x-x-x---....", "x.x.x.x.x.x.x---", "x---x---x-x-x-x-", "....x-x-x-x-x---"
        ),
        instruments={
            "drums": ("power kit",),
            "bass": ("picked bass",),
            "chords": ("distorted guitar",),
            "lead": ("overdriven guitar", "organ"),
        },
        progressions=((0, 3, 4, 3), (0, 4, 5, 3), (0, 3, 4, 4), (0, 5, 3, 4)),
        minor=0.3, sevenths=0.0, loose_ms=5.0, reverb=0.06, accents=BACKBEAT,
        fills=("roll", "toms", "stop"), response=0.3, drive=0.5, width=0.3,
    ),
    Style(
        name="metal",
        names=("metal", "heavy metal", "thrash metal", "death metal"),
        adjectives=("crushing", "brutal", "furious", "heavy", "dark"),
        eras=("eighties", "Scandinavia", "Birmingham"),
        tempo=(110, 180),
        metres=(FOUR, FOUR, SEVEN_EIGHT),
        grooves=(
            Groove({
                "kick": "XxXxXxXxXxXxXxXx",
                "snare": "....X.......X...",
                "crash": "x.......x.......",
                "ride": "X...X...X...X...",
            }),
            Groove({
                "kick": "X.xxX.xxX.xxX.xx",
                "snare": "........X.......",
                "open": "X...X...X...X...",
                "crash": "x...............",
            }),
            Groove({
                "snare": ".x.x.x.x.x.x.x.x",
                "kick": "X.X.X.X.X.X.X.X.",
                "ride": "x.x.x.x.x.x.x.x.",
                "crash": "X...............",
            }),
            Groove({
                "kick": "X.xxX.xxX.X.xx",
                "snare": "....X.......X.",
                "open": "X...X...X.....",
            }, SEVEN_EIGHT),
        ),
        bass=patterns(
            "R.RRR.RRR.RRR.RR", "RRRRRRRRRRRRRRRR", "R.RR.RR.R.RR5.a.", "R---RRRRR---5-3-"
        ),
        chords=patterns(
            "X.ooX.ooX.ooX.oo", "XoooXoooXoooXooo", "X---oooooX--oooo", "X-----X-----X---",
            "X.oo.oX.oo.oX.X.",
        ),
        lead=patterns(
            "1234321234321234", "x---x---x-x-x-x-", "x-------x-------", "xxxx....xxxx....",
            "1313131324242424",
        ),
        instruments={
            "drums": ("power kit", "industrial kit"),
            "bass": ("picked bass", "growl bass"),
            "chords": ("distorted guitar",),
            "lead": ("overdriven guitar",),
        },
        progressions=((0, 0, 1, 0), (0, 5, 6, 0), (0, 0, 5, 1), (0, 2, 5, 4)),
        minor=0.99, sevenths=0.0, loose_ms=2.0, reverb=0.1, accents=DOWNBEAT,
        fills=("toms", "kicks", "roll"), response=0.3, drive=0.7, width=0.6,
    ),
)  # fmt: skip
"""The styles of the family."""
