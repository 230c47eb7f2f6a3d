"""Dance floors: house and its kin, techno, trance, disco, amapiano."""

from .style import BACKBEAT, EVEN, Groove, Style, patterns

CLUB = (
    Style(
        name="house",
        names=("house", "club house", "four on the floor house", "vocal house"),
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
        bass=patterns(
            "R..R..R.R..R..8.", "..R-..R-..R-..R-", "R--R--R-..5-..8-", "R.R..R.R..R.5.R."
        ),
        chords=patterns(
            "x-..x-....x-..x-", "...x-....x-...x-", "..x-..x-..x-..x-", "x--x--x---x--x--"
        ),
        lead=patterns(
            "x..x..x.x..x..x.", "x---..x-x-..x---", "1.2.3.2.4.3.2.3.", "x..x..x-........"
        ),
        instruments={
            "drums": ("909",),
            "bass": ("round synth bass", "fm bass"),
            "chords": ("house stab", "organ", "piano", "electric piano"),
            "lead": ("pluck", "synth voice", "saw lead"),
        },
        progressions=((0, 3, 0, 4), (0, 6, 5, 4), (0, 2, 5, 3)),
        sevenths=0.6, voices=4, swing=0.15, reverb=0.15, delay=0.12, pump=0.35,
        accents=BACKBEAT, fills=("claps", "roll"), filter_sweep=0.35, drive=0.1, width=0.45,
    ),
    Style(
        name="deep house",
        names=("deep house", "late night house", "organic house", "lounge house"),
        adjectives=("deep", "smooth", "warm", "jazzy", "hazy", "sensual"),
        eras=("after hours", "two thousands", "New Jersey"),
        tempo=(116, 124),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "open": "..x...x...x...x.",
                "rim": "...x..x....x..?.",
                "shaker": "xoooxoooxoooxooo",
                "clap": "....o.......o...",
            }),
            Groove({
                "kick": "X...X...X...X..o",
                "clap": "....x.......x...",
                "hat": "..xo..xo..xo..xo",
                "conga_high": "..o..o....o..o..",
                "conga_low": "......x.......xx",
            }),
        ),
        bass=patterns(
            "R-....R-..8.R-..", "..R-..5-..R.8-..", "R--.R--...5-7-8-", "R...R-.R..R-..a-"
        ),
        chords=patterns(
            "x-----x---......", "...x--....x--...", "x--..x--..x--...", "..x-----..x---.."
        ),
        lead=patterns(
            "x-..x-x-........", "..x-..x-..x-x---", "1...3..2..4..3..", "....x-x---x-...."
        ),
        instruments={
            "drums": ("909", "808"),
            "bass": ("sub bass", "round synth bass", "fretless bass"),
            "chords": ("electric piano", "dub stab", "warm pad", "organ"),
            "lead": ("vibraphone", "synth voice", "soprano saxophone", "flute", "pluck"),
        },
        progressions=((0, 3, 0, 3), (1, 4, 1, 4), (0, 5, 1, 4)),
        minor=0.7, sevenths=1.0, voices=4, swing=0.3, loose_ms=2.0, reverb=0.28, delay=0.25,
        accents=BACKBEAT, fills=("claps", "rims", "congas"), pump=0.3, filter_sweep=0.25,
        drive=0.08, width=0.5,
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
        bass=patterns(
            ".RRR.RRR.RRR.RRR", "R.RR.RR.R.RR.R8.", "..R...R...R...R.", "R..R..R..R..R.R."
        ),
        chords=patterns(
            "x.....x...x.....", "..x-....x-......", "x---------------", "...x..x....x..x."
        ),
        lead=patterns(
            "1..3..2.1..3..4.", "x..x..x..x..x.x.", "1.1.3.1.2.1.3.2.", "x-......x-..x-.."
        ),
        instruments={
            "drums": ("909",),
            "bass": ("acid bass", "sub bass"),
            "chords": ("house stab", "dub stab", "dark pad"),
            "lead": ("acid lead", "pluck", "fm bell"),
        },
        progressions=((0, 0, 0, 0), (0, 0, 5, 5), (0, 0, 6, 5)),
        minor=0.92, reverb=0.18, delay=0.25, pump=0.35,
        accents=EVEN, fills=("hats", "stop"), response=0.15, filter_sweep=0.6, drive=0.3, width=0.4,
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
            Groove({
                "kick": "X...X...X...X...",
                "snare": "....X.......X...",
                "open": "..x...x...x...x.",
                "shaker": "xoXoxoXoxoXoxoXo",
                "clap": "....x.......x..?",
            }),
        ),
        bass=patterns("..R-..R-..R-..R-", ".RRR.RRR.RRR.RRR", "..RR..RR..RR..R8"),
        chords=patterns(
            "x---------------", "x.xx.xx.x.xx.xx.", "x--x--x--x--x-x-", "..x-..x-..x-..x-"
        ),
        lead=patterns(
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
        accents=EVEN, fills=("roll", "claps"), filter_sweep=0.65, drive=0.12, width=0.85,
    ),
    Style(
        name="psytrance",
        names=("psytrance", "psychedelic trance", "goa trance", "full on psy"),
        adjectives=("psychedelic", "relentless", "trippy", "twisted", "hypnotic"),
        eras=("Goa", "forest rave", "nineties"),
        tempo=(138, 148),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "hat": "..x...x...x...x.",
                "clap": "....x.......x...",
                "shaker": "xoxoxoxoxoxoxoxo",
            }),
            Groove({
                "kick": "X...X...X...X...",
                "open": "..X...X...X...X.",
                "snare": "....x.......x...",
                "tom_mid": "..........?..?..",
                "hat": "xxoxxxoxxxoxxxox",
            }),
        ),
        bass=patterns(
            ".RRR.RRR.RRR.RRR", ".RRR.RRR.RRR.RR8", ".R8R.R8R.R8R.R8R", ".RRR.RRR.888.RRR"
        ),
        chords=patterns(
            "x---------------", "..............x-", "x..x..x..x..x..x", "x-..........x-.."
        ),
        lead=patterns(
            "1121131112114113", "1.12.13.1.12.41.", "x.xxx.x.xx.x.xx.", "1413121314131213",
            "....xxxx....x.x.",
        ),
        instruments={
            "drums": ("909", "electronic kit"),
            "bass": ("acid bass", "saw bass", "pulse bass"),
            "chords": ("dark pad", "warm pad", "choir"),
            "lead": ("acid lead", "hoover", "sitar", "saw lead"),
        },
        progressions=((0, 0, 0, 0), (0, 0, 1, 0), (0, 0, 6, 0)),
        minor=0.97, sevenths=0.0, reverb=0.2, delay=0.35, accents=EVEN, fills=("kicks", "stop"),
        pump=0.4, filter_sweep=0.8, drive=0.2, width=0.7,
    ),
    Style(
        name="disco",
        names=("disco", "nu disco", "disco strings", "seventies disco"),
        adjectives=("glittering", "glamorous", "danceable", "lush", "joyful"),
        eras=("seventies", "Studio era", "roller rink"),
        tempo=(110, 126),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "open": "..X...X...X...X.",
                "snare": "....x.......x...",
                "hat": "xo..xo..xo..xo..",
                "tambourine": "..x...x...x...x.",
            }),
            Groove({
                "kick": "X...X...X...X...",
                "snare": "....X.......X.o.",
                "hat": "xoxxxoxxxoxxxoxx",
                "conga_high": "..x..x.x..x..x.x",
                "conga_low": "x...x...x...x...",
                "cowbell": "x...x...x...x...",
            }),
        ),
        bass=patterns(
            "R.8.R.8.R.8.R.8.", "R.8.R.8.5.8.3.5.", "R..8..R8R..8..58", "R-R8..R8R-R8.5.8"
        ),
        chords=patterns(
            "oxxooxxooxxooxxo", "..x...x...x...x.", "x--x--x-x--x--x-", "x-------x---x-x-"
        ),
        lead=patterns(
            "x-x-x-x-x-------", "x...x.x.x-x-....", "..x-x-x-..x-x-x-", "xxxx....x-x-x---"
        ),
        instruments={
            "drums": ("acoustic kit", "eighties kit"),
            "bass": ("slap bass", "fingered bass"),
            "chords": ("string machine", "muted guitar", "clavinet", "electric piano"),
            "lead": ("strings", "trumpet", "brass lead", "flute"),
        },
        progressions=((0, 5, 1, 4), (0, 3, 6, 2), (5, 1, 4, 0)),
        minor=0.6, sevenths=0.75, voices=4, loose_ms=2.5, reverb=0.15, delay=0.05,
        accents=BACKBEAT, offbeat=1.05, ghosts=0.2, fills=("toms", "roll", "claps"), response=0.5,
        pump=0.1, drive=0.08, width=0.6,
    ),
    Style(
        name="amapiano",
        names=("amapiano", "piano house from South Africa", "log drum groove", "yanos"),
        adjectives=("soulful", "percussive", "rolling", "warm", "spacious"),
        eras=("South Africa", "Johannesburg", "modern"),
        tempo=(108, 116),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "shaker": "xoXoxoXoxoXoxoXo",
                "rim": "...x...x..x...x.",
                "snare": "............x.?o",
                "conga_low": "......x.......x.",
            }),
            Groove({
                "shaker": "xoXxxoXxxoXxxoXx",
                "kick": "X...o...X...o...",
                "clap": "......x......x..",
                "rim": "..x..x..x..x..x.",
                "bongo_high": "...o..oo...o..oo",
                "open": "..x...x...x...x.",
            }),
        ),
        bass=patterns(
            "...R--R-..R-.R--....R--R-.8-R-5-", "..R-.R-...R-R-5-", "R-....R-R-..8-R-",
            "...RR-..R-.5--R-",
        ),
        chords=patterns(
            "x--.....x--.....", "..x-..x---..x-..", "x-----......x---", "...x--x-...x--..",
        ),
        lead=patterns(
            "......x-x-..x---", "1..2..3...4..3..", "x-..x-......x-x-", "..x---..x-x-...."
        ),
        instruments={
            "drums": ("afro kit", "808"),
            "bass": ("log drum",),
            "chords": ("electric piano", "piano", "warm pad", "organ"),
            "lead": ("synth voice", "saxophone", "kalimba", "flute"),
        },
        progressions=((0, 3, 5, 4), (1, 4, 0, 5), (5, 3, 0, 4)),
        minor=0.65, sevenths=1.0, voices=4, swing=0.2, loose_ms=2.0, reverb=0.2, delay=0.18,
        offbeat=1.06, fills=("congas", "stop"), response=0.6, pump=0.15, drive=0.08,
        filter_sweep=0.1, width=0.5,
    ),
)  # fmt: skip
"""The styles of the family."""
