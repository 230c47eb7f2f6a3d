"""Song and groove: soul, gospel, ballads, and the rhythms of Jamaica and West Africa."""

from .style import BACKBEAT, DOWNBEAT, FOUR, SIX_EIGHT, TWELVE_EIGHT, Groove, Style, patterns

SOUL = (
    Style(
        name="soul",
        names=("soul", "classic soul", "neo soul", "rhythm and blues", "northern soul"),
        adjectives=("soulful", "warm", "heartfelt", "smooth", "sweet"),
        eras=("sixties", "Memphis", "Detroit"),
        tempo=(76, 122),
        grooves=(
            Groove({
                "kick": "X.....x.x.x.....",
                "snare": "....X.......X..o",
                "hat": "x.x.x.x.x.x.x.x.",
                "tambourine": "....x.......x...",
            }),
            Groove({
                "snare": "X...X...X...X...",
                "kick": "X..x..x.X..x..x.",
                "tambourine": "..x...x...x...x.",
                "hat": "xoxoxoxoxoxoxoxo",
            }),
        ),
        bass=patterns(
            "R--R..R-..5-8-a-", "R.R-..3-5-..6-5-", "R--.R-5-8-5-R-a-", "R-..R.R...5-6-a-"
        ),
        chords=patterns(
            "....x.......x...", "x-----x-..x-....", "x---x-..x---x-..", "..xo..xo..xo..xo"
        ),
        lead=patterns(
            "x-x-x---........", "..x-x-x-x---....", "x---..x-x-x-x---", "....x-x-..x-x---"
        ),
        instruments={
            "drums": ("acoustic kit", "brush kit"),
            "bass": ("fingered bass", "fretless bass"),
            "chords": ("electric piano", "organ", "jazz guitar", "clean guitar"),
            "lead": ("saxophone", "brass lead", "trumpet", "trombone", "strings"),
        },
        progressions=((0, 5, 1, 4), (0, 2, 3, 4), (3, 2, 1, 0), (0, 3, 0, 4)),
        minor=0.35, sevenths=0.8, quick_changes=0.2, voices=4, swing=0.2, loose_ms=5.0,
        accents=BACKBEAT, ghosts=0.35, fills=("flam", "toms", "rims"), response=0.7, reverb=0.16,
        drive=0.15, crackle=0.05, width=0.35,
    ),
    Style(
        name="gospel",
        names=("gospel", "gospel choir", "church music", "praise and worship"),
        adjectives=("uplifting", "devout", "joyous", "soaring", "jubilant"),
        eras=("Sunday morning", "the South", "classic"),
        tempo=(66, 132),
        metres=(TWELVE_EIGHT, FOUR),
        grooves=(
            Groove({
                "kick": "X.........x.X...........",
                "snare": "......X...........X.....",
                "ride": "x.x.x.x.x.x.x.x.x.x.x.x.",
                "clap": "......x...........x.....",
                "tambourine": "..o...x...o...o...x...o.",
            }, TWELVE_EIGHT),
            Groove({
                "clap": "....X.......X...",
                "kick": "X.x...x.X.x...x.",
                "snare": "....X..o....X..o",
                "tambourine": "x.xxx.xxx.xxx.xx",
                "hat": "x.x.x.x.x.x.x.x.",
            }),
        ),
        bass=(
            *patterns("R---5-6---5-8---6-5-3-a-", "R-----R-..3-5-----5-..a-",
                      metre=TWELVE_EIGHT),
            *patterns("R---3---5---6---", "R-R-3-3-5-5-6-a-", "R--R..5-6-5-3-a-"),
        ),
        chords=(
            *patterns("x-----x-----x-----x-----", "x-..x-x-..x-x-..x-x-..x-",
                      metre=TWELVE_EIGHT),
            *patterns("x---....x---..x-", "x--x--x-x--x--x-", "x-------x-------"),
        ),
        lead=(
            *patterns("x-----x-x-x-x-----......", "x---x-x---x-x-----......",
                      metre=TWELVE_EIGHT),
            *patterns("x-x-x---........", "x---x-x-x-------", "..x-x-x-x---...."),
        ),
        instruments={
            "drums": ("acoustic kit",),
            "bass": ("fingered bass", "fretless bass"),
            "chords": ("organ", "piano", "church organ"),
            "lead": ("choir", "organ", "saxophone", "brass lead"),
        },
        progressions=((0, 3, 0, 4), (0, 2, 5, 3), (1, 4, 0, 0), (0, 3, 1, 4)),
        minor=0.15, sevenths=0.6, quick_changes=0.35, voices=4, loose_ms=6.0, accents=BACKBEAT,
        ghosts=0.25, fills=("toms", "roll", "claps"), response=0.85, reverb=0.3, drive=0.08,
        width=0.55,
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
        bass=patterns("R-----5-----", "R-------5-8-", "R---------a-", metre=SIX_EIGHT),
        chords=patterns("1-2-3-4-3-2-", "x-----x-----", "x-----------", metre=SIX_EIGHT),
        lead=patterns(
            "x-----x---x-", "x---x-x-----", "x-x-x-x-----", "x---------x-", metre=SIX_EIGHT
        ),
        instruments={
            "drums": ("acoustic kit", "brush kit"),
            "bass": ("fingered bass", "fretless bass"),
            "chords": ("piano", "electric piano", "acoustic guitar", "harp"),
            "lead": ("strings", "oboe", "cello", "saxophone"),
        },
        progressions=((0, 5, 3, 4), (0, 4, 5, 3), (0, 2, 3, 4)),
        minor=0.4, sevenths=0.25, loose_ms=5.0, reverb=0.28,
        accents=DOWNBEAT, fills=("toms", "flam"), response=0.5, drive=0.03, width=0.55,
    ),
    Style(
        name="dub",
        names=("dub", "dub reggae", "echo dub", "dubwise"),
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
        bass=patterns(
            "R---R-3-5---....", "R--R..5-R---3-5-", "..R-R-5---R-8---", "R-R-....5-5-R-.."
        ),
        chords=patterns("..x...x...x...x.", "..xx..xx..xx..xx", "....x.......x..."),
        lead=patterns(
            "x-x-x---........", "....x-x-x---....", "x---..x-x---....", "x-..x-..x-x-...."
        ),
        instruments={
            "drums": ("acoustic kit",),
            "bass": ("sub bass", "fingered bass"),
            "chords": ("organ", "dub stab", "muted guitar"),
            "lead": ("melodica", "trumpet", "organ"),
        },
        progressions=((0, 3, 0, 3), (0, 4, 3, 4), (0, 6, 0, 6)),
        minor=0.55, swing=0.2, loose_ms=4.0, reverb=0.25, delay=0.5,
        accents=(0.92, 1.0, 1.1, 1.0), offbeat=1.04, fills=("rims", "toms"), response=0.5,
        filter_sweep=0.4, drive=0.15, crackle=0.2, width=0.5,
    ),
    Style(
        name="reggae",
        names=("reggae", "roots reggae", "one drop", "rocksteady"),
        adjectives=("sunny", "laid back", "rootsy", "easygoing", "skanking"),
        eras=("Jamaica", "Kingston", "seventies"),
        tempo=(68, 92),
        grooves=(
            Groove({
                "kick": "........X.......",
                "rim": "........X.....o.",
                "hat": "x.xox.xox.xox.xo",
                "conga_high": "..o..o....o..o..",
            }),
            Groove({
                "kick": "X...X...X...X...",
                "snare": "........X......?",
                "hat": "xoxoxoxoxoxoxoxo",
                "timbale": "............?.??",
                "open": "......x.......x.",
            }),
            Groove({
                "kick": "X.......x.x.....",
                "snare": "....x.......x...",
                "hat": "..x...x...x...x.",
                "cowbell": "x..o..x.x..o..x.",
            }),
        ),
        bass=patterns(
            "R--R..3-5---....", "....R-R-5-3-R---", "R-R-..5-..8-5-3-", "R--3--5-....5-3-",
            "..R-R-R-..5-6-5-",
        ),
        chords=patterns(
            "....X.......X...", "....X.o.....X.o.", "..x...x...x...x.", "....xo......xo.."
        ),
        lead=patterns(
            "x-x-x---....x-x-", "..x-x-..x---....", "x--x--x-........", "....x-x-x-x-x---"
        ),
        instruments={
            "drums": ("acoustic kit", "latin kit"),
            "bass": ("fingered bass", "sub bass"),
            "chords": ("clean guitar", "muted guitar", "organ", "piano"),
            "lead": ("melodica", "trombone", "saxophone", "trumpet", "steel drums"),
        },
        progressions=((0, 3, 0, 4), (0, 4, 3, 3), (0, 1, 0, 1), (0, 3, 4, 3)),
        minor=0.35, sevenths=0.15, swing=0.3, loose_ms=5.0, accents=(0.92, 1.0, 1.1, 1.0),
        offbeat=1.04, fills=("timbales", "rims", "toms"), response=0.6, reverb=0.16, delay=0.18,
        drive=0.08, width=0.35,
    ),
    Style(
        name="afrobeat",
        names=("afrobeat", "afro funk", "West African groove", "highlife funk"),
        adjectives=("polyrhythmic", "infectious", "hypnotic", "fiery", "driving"),
        eras=("Lagos", "seventies", "Ghana"),
        tempo=(98, 124),
        grooves=(
            Groove({
                "kick": "X..x..x.X..x..x.",
                "snare": "...o..X....o..X.",
                "hat": "x.xxx.xxx.xxx.xx",
                "shaker": "XoxoXoxoXoxoXoxo",
                "clave": "x..x...x..x.x...",
            }),
            Groove({
                "conga_low": "x.....xx......xx",
                "kick": "X..x......x..x..",
                "conga_high": "..xo.x....xo.x..",
                "agogo_high": "x.x..x.x..x..x..",
                "agogo_low": "...x....x...x...",
                "snare": "....o.x.....o.x.",
                "shaker": "xoxoxoxoxoxoxoxo",
            }),
        ),
        bass=patterns(
            "R..R..8...R.7.5.", "..R.R-.5..R.R-.8", "R.R..5.R..8.7.5.", "R--.5-8.R--.7-5."
        ),
        chords=patterns(
            "..xx..x...xx..x.", "1.3.2.3.1.3.2.4.", ".x.xo.x..x.xo.x.", "1.23.2.41.23.2.4"
        ),
        lead=patterns(
            "x.x.x-..........", "..x.x.x-x---....", "x--x--x-x---....", "x.x-x.x-..x.x---"
        ),
        instruments={
            "drums": ("afro kit", "acoustic kit"),
            "bass": ("fingered bass", "picked bass"),
            "chords": ("muted guitar", "clean guitar", "marimba", "organ"),
            "lead": ("brass lead", "saxophone", "trumpet", "kalimba"),
        },
        progressions=((0, 0, 0, 0), (0, 3, 0, 3), (0, 6, 0, 6)),
        minor=0.7, sevenths=0.7, voices=4, swing=0.1, loose_ms=4.0, accents=DOWNBEAT, offbeat=1.05,
        ghosts=0.3, fills=("congas", "rims", "toms"), response=0.85, reverb=0.12, drive=0.12,
        width=0.4,
    ),
)  # fmt: skip
"""The styles of the family."""
