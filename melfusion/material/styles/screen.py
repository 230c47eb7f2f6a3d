"""For rooms and screens: ambient, drone, film and orchestra, synthwave, games."""

from .style import BACKBEAT, DOWNBEAT, EVEN, FOUR, SIX_EIGHT, THREE, Groove, Style, patterns

SCREEN = (
    Style(
        name="ambient",
        names=("ambient", "ambient soundscape", "new age", "space music"),
        adjectives=("calm", "ethereal", "floating", "dreamy", "peaceful", "slow"),
        eras=("timeless", "outer space", "the small hours"),
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
        bass=patterns("R---------------", "R-------5-------", "R-------------8-"),
        chords=patterns("x---------------", "1---2---3---4---", "x-------x-------"),
        lead=patterns(
            "x-------x-------", "..x-----..x-----", "1---3---2---4---", "x-----------x---"
        ),
        instruments={
            "drums": ("dusty kit", "lo-fi kit", "808"),
            "bass": ("sub bass", "fretless bass"),
            "chords": ("warm pad", "glass pad", "choir", "harp"),
            "lead": ("fm bell", "piano", "pan flute", "ocarina", "koto"),
        },
        progressions=((0, 3, 0, 5), (0, 2, 3, 5), (5, 3, 0, 0)),
        minor=0.45, sevenths=0.45, voices=4, reverb=0.55, delay=0.35,
        accents=EVEN, fills=(), response=0.2, filter_sweep=0.4, width=0.95,
    ),
    Style(
        name="drone",
        names=("drone", "dark ambient", "drone music", "ritual drone"),
        adjectives=("vast", "ominous", "static", "meditative", "droning"),
        eras=("timeless", "the cave", "outer space"),
        tempo=(60, 80),
        grooves=(
            Groove({
                "tom_low": "o...............................",
                "crash": "................o...............",
                "triangle": "........................?.......",
            }),
            Groove({
                "kick": "o.......................o.......",
                "shaker": "........o...............o.......",
                "woodblock": "............?...............?...",
            }),
        ),
        bass=patterns("R---------------", "R-------------------------------", "R-----------d---"),
        chords=patterns("x---------------", "x-------------------------------"),
        lead=patterns(
            "x-------------------------------", "....x-----------", "x-----------x---",
            "........x-------",
        ),
        instruments={
            "drums": ("orchestral kit", "afro kit", "industrial kit"),
            "bass": ("sub bass", "reese bass"),
            "chords": ("dark pad", "tremolo strings", "choir", "church organ", "glass pad"),
            "lead": ("sine lead", "theremin", "cello", "shakuhachi", "tubular bells"),
        },
        progressions=((0, 0, 0, 0), (0, 0, 3, 0), (0, 0, 1, 0)),
        minor=0.9, sevenths=0.0, voices=4, loose_ms=8.0, accents=EVEN, fills=(), response=0.0,
        reverb=0.75, delay=0.2, filter_sweep=0.7, drive=0.25, crackle=0.1, width=0.9,
    ),
    Style(
        name="cinematic",
        names=("cinematic", "film score", "trailer music", "epic soundtrack"),
        adjectives=("epic", "tense", "sweeping", "heroic", "grand"),
        eras=("Hollywood", "modern", "the big screen"),
        tempo=(72, 136),
        metres=(FOUR, FOUR, SIX_EIGHT),
        grooves=(
            Groove({
                "tom_low": "X..x..x.X..x..xx",
                "kick": "X.......X.......",
                "tom_mid": "..o..o.o..o..o.o",
                "crash": "x...............",
                "shaker": "oxoxoxoxoxoxoxox",
            }),
            Groove({
                "kick": "X.......................X...x...",
                "tom_low": "X...........x...x.......x.x.xxxx",
                "snare": "......................oooooxxxXX",
                "crash": "X...............................",
            }),
            Groove({
                "tom_low": "X.x.x.X.x.x.",
                "kick": "X.....x.....",
                "tom_high": "..o.o...o.o.",
                "snare": "......x...oo",
            }, SIX_EIGHT),
        ),
        bass=(
            *patterns(
                "R---------------", "R-R-R-R-R-R-R-R-", "R--R--R-R--R--R-", "R-------8-------"
            ),
            *patterns("R-----R-----", "R-R-R-R-R-R-", metre=SIX_EIGHT),
        ),
        chords=(
            *patterns(
                "X.o.o.o.X.o.o.o.", "x---------------", "1213121312131213", "X.ooX.ooX.ooX.oo"
            ),
            *patterns("X.o.o.X.o.o.", "x-----------", metre=SIX_EIGHT),
        ),
        lead=(
            *patterns(
                "x-------x---x---", "x-----------x---", "x---x---x-------", "x-----x-x-------"
            ),
            *patterns("x-----x---x-", "x---------x-", metre=SIX_EIGHT),
        ),
        instruments={
            "drums": ("orchestral kit",),
            "bass": ("sub bass", "tuba", "upright bass"),
            "chords": ("strings", "tremolo strings", "brass section", "choir", "pizzicato strings"),
            "lead": ("french horn", "cello", "violin", "brass lead", "tubular bells"),
        },
        progressions=((0, 5, 2, 6), (0, 5, 3, 4), (0, 2, 5, 6), (5, 6, 0, 0)),
        minor=0.9, sevenths=0.05, voices=4, loose_ms=4.0, accents=DOWNBEAT,
        fills=("timpani", "roll", "stop"), response=0.3, reverb=0.45, filter_sweep=0.2, drive=0.12,
        width=0.85,
    ),
    Style(
        name="orchestral",
        names=("orchestral", "classical", "symphonic", "chamber music", "classical orchestra"),
        adjectives=("elegant", "noble", "delicate", "lyrical", "majestic"),
        eras=("Vienna", "romantic era", "baroque"),
        tempo=(66, 140),
        metres=(FOUR, THREE),
        grooves=(
            Groove({
                "tom_low": "x.......o.......",
                "triangle": "....o.......o...",
                "crash": "?...............",
            }),
            Groove({
                "tom_low": "X...o.o.x...o.oo",
                "snare": "............?.oo",
                "tambourine": "....o...o...o...",
                "triangle": "x.......x.......",
            }),
            Groove({
                "tom_low": "x...........",
                "triangle": "....o...o...",
                "snare": "........?.oo",
            }, THREE),
        ),
        bass=(
            *patterns("R-------5-------", "R-..5-..R-..a-..", "R---3---5---a---"),
            *patterns("R-----------", "R---5---a---", metre=THREE),
        ),
        chords=(
            *patterns(
                "1.3.2.3.1.3.2.3.", "..x...x...x...x.", "x---------------", "x.x.x.x.x.x.x.x."
            ),
            *patterns("....x...x...", "1.3.2.3.2.3.", "x-----------", metre=THREE),
        ),
        lead=(
            *patterns(
                "x---x-x-x-------", "x--xx---x--xx---", "x-x-x-x-x---x---", "x-------x-x-x-x-"
            ),
            *patterns("x-------x---", "x---x-x-x-x-", "x-x-x-x-x---", metre=THREE),
        ),
        instruments={
            "drums": ("orchestral kit",),
            "bass": ("upright bass", "tuba"),
            "chords": ("strings", "pizzicato strings", "harp", "harpsichord", "brass section"),
            "lead": ("oboe", "violin", "clarinet", "bassoon", "celesta", "flute", "french horn"),
        },
        progressions=((0, 3, 4, 0), (0, 5, 1, 4), (0, 4, 5, 2), (0, 1, 4, 0)),
        minor=0.4, sevenths=0.15, quick_changes=0.35, voices=4, loose_ms=7.0, accents=DOWNBEAT,
        fills=("timpani",), response=0.8, reverb=0.38, width=0.75,
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
        bass=patterns(
            "RRRRRRRRRRRRRRRR", "R.R.R.R.R.R.R.R.", "R.8.R.8.R.8.R.8.", "R-R-R-R-R-R-5-8-"
        ),
        chords=patterns("x---------------", "x-----x---x-----", "x--x--x---------"),
        lead=patterns(
            "x-----x-x---x---", "1.2.3.2.4.3.2.3.", "x---x---x-x-x---", "1213121412131214"
        ),
        instruments={
            "drums": ("eighties kit", "electronic kit"),
            "bass": ("saw bass", "square bass"),
            "chords": ("warm pad", "synth brass", "string machine"),
            "lead": ("square lead", "saw lead", "fm bell", "pluck"),
        },
        progressions=((0, 5, 2, 6), (5, 6, 0, 0), (0, 2, 6, 3)),
        minor=0.75, reverb=0.25, delay=0.2, pump=0.2,
        accents=BACKBEAT, fills=("toms",), filter_sweep=0.35, drive=0.15, width=0.65,
    ),
    Style(
        name="chiptune",
        names=("chiptune", "8-bit", "video game music", "bitpop", "retro game music"),
        adjectives=("blippy", "pixelated", "playful", "hyper", "retro"),
        eras=("eighties", "the arcade", "handheld era"),
        tempo=(112, 172),
        grooves=(
            Groove({
                "kick": "X...x...X...x...",
                "snare": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.xx",
            }),
            Groove({
                "kick": "X..X..x.X..X..x.",
                "snare": "....X.......X.XX",
                "hat": "xxxxxxxxxxxxxxxx",
                "open": "..x...x...x...x.",
            }),
        ),
        bass=patterns(
            "R.8.R.8.R.8.R.8.", "R8R8R8R8R8R8R8R8", "R..R..R.5..5..8.", "R.R.8.R.5.5.8.5."
        ),
        chords=patterns(
            "1234123412341234", "1353135313531353", "1231231231231232", "x.x...x.x.x...x."
        ),
        lead=patterns(
            "x.x.x-x-x.x.x---", "x-x-x.xxx-x-x---", "x.xx.x.xx.xx.x.x", "1.3.5.3.4.3.2.3.",
            "xxx.x.x-..x.x.x-",
        ),
        instruments={
            "drums": ("chip kit",),
            "bass": ("pulse bass", "square bass"),
            "chords": ("chip chords",),
            "lead": ("chip lead", "square lead"),
        },
        progressions=((0, 5, 3, 4), (5, 6, 0, 0), (0, 4, 5, 3), (0, 6, 5, 6)),
        minor=0.45, sevenths=0.0, loose_ms=0.0, accents=EVEN, fills=("roll", "hats"),
        response=0.6, reverb=0.0, delay=0.12, drive=0.1, width=0.1,
    ),
)  # fmt: skip
"""The styles of the family."""
