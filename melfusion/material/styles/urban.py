"""Beats to speak or nod to: hip hop and what came of it, trip hop, reggaeton."""

from .style import BACKBEAT, EVEN, Groove, Style, patterns

URBAN = (
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
        bass=patterns(
            "R--R......R-5-..", "R---..R---8-5---", "R-.R-.....R-3-5-", "R-----R---..a---"
        ),
        chords=patterns(
            "x---------......", "x-....x---......", "x---....x---....", "..x-....x-..x-.."
        ),
        lead=patterns(
            "x-x-..x---......", "..x-x-x-..x-x---", "x---..x-x---....", "....x-x-..x-x-x-"
        ),
        instruments={
            "drums": ("breakbeat kit", "lo-fi kit"),
            "bass": ("fingered bass", "sub bass"),
            "chords": ("electric piano", "piano", "strings"),
            "lead": ("flute", "shamisen", "vibraphone", "trumpet"),
        },
        progressions=((0, 5, 0, 4), (0, 3, 0, 3), (0, 0, 5, 4)),
        minor=0.8, sevenths=0.6, voices=4, swing=0.35, loose_ms=4.0, reverb=0.08,
        accents=BACKBEAT, ghosts=0.35, fills=("break", "stop"), response=0.5, drive=0.15,
        crackle=0.3,
        width=0.3,
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
        bass=patterns(
            "R-----R-----....R---R------R----",
            "R----------R--R-R-----R---8-----",
            "R-------........R---5---R-------",
        ),
        chords=patterns(
            "x-------------------------------", "x-..x-..x-..x-..x-..x-..x-..x-.."
        ),
        lead=patterns(
            "1...2...3...2...1...2...4...3...",
            "x---x---x-x-x---........x---x---",
            "x-x-x---....x---x-x-x---........",
        ),
        instruments={
            "drums": ("808",),
            "bass": ("808 bass",),
            "chords": ("dark pad", "strings", "piano"),
            "lead": ("fm bell", "pluck", "flute", "koto"),
        },
        progressions=((0, 5, 0, 5), (0, 0, 5, 4), (0, 5, 3, 4)),
        minor=0.95, reverb=0.2, delay=0.15,
        accents=EVEN, fills=("hats", "stop"), filter_sweep=0.1, drive=0.3, width=0.5,
    ),
    Style(
        name="drill",
        names=("drill", "uk drill", "drill beat", "dark drill"),
        adjectives=("menacing", "sliding", "icy", "tense", "skippy"),
        eras=("London", "Chicago", "modern"),
        tempo=(138, 146),
        grooves=(
            Groove({
                "snare": "......X.......X.......X.....X...",
                "kick": "X..........x....X..x......x.....",
                "hat": "x..x..x.x..x..x.x..x..x.x..xxxx.",
                "rim": "....?......o........o......?....",
            }),
            Groove({
                "clap": "......X.......X.......X......X..",
                "kick": "X.......x.......X.....x...x.....",
                "hat": "x..x..x.x..xxxx.x..x..x.x..x..xx",
                "open": "..............x...............?.",
                "snare": "..............o.............oo..",
            }),
        ),
        bass=patterns(
            "R----------8--..R-----5-----8---", "R-----....R-....R--R------5-3-..",
            "R-------..8-....R-----R---a-----",
        ),
        chords=patterns(
            "x-------------------------------", "1..2..3.1..2..3.1..2..3.1..2..4.",
            "x-......x-......x-......x-..x-..",
        ),
        lead=patterns(
            "x..x..x.x---....x..x..x.x---....", "1..3..2.1.......1..3..4.3.......",
            "x--x--x-....x---x--x--x-........",
        ),
        instruments={
            "drums": ("808", "electronic kit"),
            "bass": ("808 bass",),
            "chords": ("piano", "dark pad", "choir", "strings"),
            "lead": ("fm bell", "flute", "synth voice", "music box"),
        },
        progressions=((0, 0, 5, 4), (0, 5, 0, 1), (0, 0, 0, 4)),
        minor=0.99, reverb=0.22, delay=0.12, accents=EVEN, fills=("hats", "stop"), response=0.3,
        drive=0.2, filter_sweep=0.1, width=0.4,
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
        bass=patterns(
            "R-----..R---5---", "R---....R-..5-3-", "R-------..R-5-a-", "R-----R-..5---a-"
        ),
        chords=patterns(
            "x-------------..", "x-----x-------..", "x---..x-..x---..", "x-12x-34x-32x-12"
        ),
        lead=patterns(
            "x-x-x---....x-x-", "....x-x-x---....", "x---..x-x-x-....", "..x-x-..x---...."
        ),
        instruments={
            "drums": ("dusty kit", "lo-fi kit"),
            "bass": ("upright bass", "sub bass", "fingered bass"),
            "chords": ("electric piano", "piano", "jazz guitar", "ukulele"),
            "lead": ("vibraphone", "kalimba", "clean guitar", "celesta"),
        },
        progressions=((1, 4, 0, 5), (3, 2, 1, 0), (0, 5, 1, 4)),
        minor=0.5, sevenths=1.0, voices=4, swing=0.5, loose_ms=6.0, reverb=0.12,
        accents=BACKBEAT, ghosts=0.15, fills=("rims",), drive=0.12, crackle=0.8, width=0.3,
    ),
    Style(
        name="downtempo",
        names=("downtempo", "trip hop", "chillout", "smoky trip hop beat"),
        adjectives=("smoky", "moody", "cinematic", "hazy", "sultry"),
        eras=("Bristol", "nineties", "after midnight"),
        tempo=(74, 96),
        grooves=(
            Groove({
                "kick": "X..x..x...x.....",
                "snare": "....X..o....X.o.",
                "ride": "x.o.x.o.x.o.x.o.",
                "rim": "..........?....?",
            }),
            Groove({
                "kick": "X.......x.x.....X.....x...x.....",
                "snare": "....X.......X..o....X..o....X...",
                "hat": "xooxxoxoxooxxoxoxooxxoxoxooxxxxo",
                "conga_low": "..o...o.....o.o...o...o.....o.o.",
            }),
        ),
        bass=patterns(
            "R-----..R-3-5---", "R---..R---..a---", "R--R----..7-8-5-", "R-......R-..5-3-"
        ),
        chords=patterns(
            "x---------......", "x-------..x---..", "1-2-3-4-3-2-....", "x-----....x-----"
        ),
        lead=patterns(
            "x---x-----......", "......x-x-x-----", "x-x-----..x-----", "....x---....x---"
        ),
        instruments={
            "drums": ("breakbeat kit", "lo-fi kit", "dusty kit"),
            "bass": ("sub bass", "upright bass", "fretless bass"),
            "chords": ("electric piano", "strings", "string machine", "dark pad"),
            "lead": ("trumpet", "theremin", "synth voice", "koto", "sine lead"),
        },
        progressions=((0, 5, 0, 4), (0, 0, 3, 5), (0, 6, 5, 4)),
        minor=0.95, sevenths=0.7, voices=4, swing=0.25, loose_ms=5.0, reverb=0.3, delay=0.25,
        accents=BACKBEAT, ghosts=0.4, fills=("break", "flam"), filter_sweep=0.25, drive=0.15,
        crackle=0.55, width=0.5,
    ),
    Style(
        name="reggaeton",
        names=("reggaeton", "dembow", "latin urban beat", "perreo"),
        adjectives=("sultry", "bouncing", "hot", "catchy", "hypnotic"),
        eras=("Puerto Rico", "Panama", "two thousands"),
        tempo=(86, 102),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "snare": "...X..X....X..X.",
                "hat": "x.x.x.x.x.x.x.x.",
                "shaker": "oxoxoxoxoxoxoxox",
            }),
            Groove({
                "kick": "X...x...X...x...",
                "snare": "...X..x....X..X.",
                "timbale": "..............xx",
                "guiro": "x...x.x.x...x.x.",
                "clap": "......x.......x.",
            }),
            Groove({
                "kick": "X...X...X...X...X...X...X...X.x.",
                "rim": "...X..X....X..X....X..X....X..XX",
                "conga_high": "x.o...o.x.o...o.x.o...o.x.o.x.o.",
                "open": "..x...x...x...x...x...x...x...x.",
            }),
        ),
        bass=patterns(
            "R--R--R-R--R--R-", "R-....R-R--R--5-", "R---..R-8---..R-", "R--R--8-R--5--3-"
        ),
        chords=patterns(
            "x-.x-.x-x-.x-.x-", "x---------......", "...x..x....x..x.", "1..2..3.4..3..2."
        ),
        lead=patterns(
            "x--x--x-....x-x-", "x..x..x.x..x..x.", "1..3..2.4..3..2.", "..x-x-x-..x-x---"
        ),
        instruments={
            "drums": ("electronic kit", "808", "latin kit"),
            "bass": ("808 bass", "round synth bass", "pulse bass"),
            "chords": ("pluck", "piano", "acoustic guitar", "synth brass"),
            "lead": ("pluck", "synth voice", "steel drums", "fm bell", "flute"),
        },
        progressions=((0, 5, 2, 6), (5, 3, 0, 4), (0, 3, 6, 2)),
        minor=0.85, reverb=0.14, delay=0.12, accents=(1.08, 0.96, 1.04, 0.96), offbeat=1.04,
        fills=("timbales", "hats", "roll"), response=0.5, pump=0.1, filter_sweep=0.15, drive=0.12,
        width=0.45,
    ),
)  # fmt: skip
"""The styles of the family."""
