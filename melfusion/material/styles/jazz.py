"""Jazz, swing and blues, and the dances of Brazil, Cuba and the River Plate."""

from .style import (
    BACKBEAT,
    DOWNBEAT,
    FOUR,
    TWELVE_EIGHT,
    TWO,
    Groove,
    Style,
    patterns,
)

JAZZ = (
    Style(
        name="jazz",
        names=("jazz", "bebop", "jazz combo", "cool jazz"),
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
        bass=patterns(
            "R---3---5---a---", "R---5---3---a---", "R---3---5---7---", "R---5---8---a---"
        ),
        chords=patterns(
            "x-----x---......", "..x-......x-....", "x---......x---..", "......x-......x-"
        ),
        lead=patterns(
            "x-x-x-x-x-x-x---", "..x-x-x-x---....", "x---x-x-..x-x-x-", "x-x-....x-x-x---"
        ),
        instruments={
            "drums": ("jazz kit", "brush kit"),
            "bass": ("upright bass",),
            "chords": ("piano", "jazz guitar", "vibraphone"),
            "lead": ("saxophone", "soprano saxophone", "trumpet", "vibraphone"),
        },
        progressions=((1, 4, 0, 5), (0, 5, 1, 4), (0, 3, 1, 4)),
        minor=0.4, sevenths=1.0, quick_changes=0.3, voices=4, swing=1.0, swing_unit=0.5,
        loose_ms=5.0, reverb=0.15,
        accents=BACKBEAT, ghosts=0.25, fills=("flam", "rims", "toms"), response=0.7, drive=0.03,
        width=0.3,
    ),
    Style(
        name="swing",
        names=("swing", "big band", "swing band", "lindy hop", "ballroom swing"),
        adjectives=("swinging", "brassy", "exuberant", "jumping", "dapper"),
        eras=("thirties", "forties", "the ballroom"),
        tempo=(120, 180),
        grooves=(
            Groove({
                "hat": "X...x.x.X...x.x.",
                "kick": "x...x...x...x...",
                "snare": "....o.......o.?.",
                "crash": "?...............",
            }),
            Groove({
                "ride": "X...x.x.X...x.x.",
                "kick": "X...X...X...X...",
                "snare": "....x..o....x.oo",
                "tom_low": "x...o.o.x...o.o.",
            }),
        ),
        bass=patterns(
            "R---5---R---5---", "R---3---5---6---", "R---R---5---a---", "8---6---5---a---"
        ),
        chords=patterns(
            "x.o.x.o.x.o.x.o.", "X...x...X...x...", "......x-..x-....", "x.....x-......x."
        ),
        lead=patterns(
            "x---x-x-..x-x---", "..x-x-x-x-......", "x-x.x-x.x-------", "....x-x-x-x-..x-",
            "x-..x-..x-x-x---",
        ),
        instruments={
            "drums": ("jazz kit", "brush kit"),
            "bass": ("upright bass",),
            "chords": ("brass section", "jazz guitar", "piano"),
            "lead": ("clarinet", "trumpet", "trombone", "saxophone", "xylophone"),
        },
        progressions=((0, 5, 1, 4), (0, 0, 3, 3), (1, 4, 0, 0), (2, 5, 1, 4)),
        minor=0.2, sevenths=0.9, quick_changes=0.35, voices=4, swing=0.95, swing_unit=0.5,
        loose_ms=5.0, accents=BACKBEAT, ghosts=0.3, fills=("toms", "roll", "flam"), response=0.8,
        reverb=0.2, crackle=0.15, drive=0.06, width=0.4,
    ),
    Style(
        name="blues",
        names=("blues", "electric blues", "slow blues", "blues shuffle", "delta blues"),
        adjectives=("bluesy", "gritty", "weary", "soulful", "lowdown"),
        eras=("Chicago", "Mississippi", "juke joint"),
        tempo=(64, 132),
        metres=(FOUR, TWELVE_EIGHT),
        grooves=(
            Groove({
                "kick": "X...x...X...x...",
                "snare": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.x.",
                "ride": "X.x.X.x.X.x.X.x.",
            }),
            Groove({
                "kick": "X...........X.....x.....",
                "snare": "......X...........X.....",
                "hat": "x.x.x.x.x.x.x.x.x.x.x.x.",
                "rim": "..........?...........?.",
            }, TWELVE_EIGHT),
        ),
        bass=(
            *patterns(
                "R-R-3-3-5-5-6-6-", "R---3---5---6---", "R-R-5-5-6-6-5-5-", "R-8-6-8-5-6-3-5-"
            ),
            *patterns("R-----3-----5-----6-----", "R---R-5---5-6---6-5---a-",
                      metre=TWELVE_EIGHT),
        ),
        chords=(
            *patterns(
                "x-x-x-x-x-x-x-x-", "..x-..x-..x-..x-", "x---..x-....x---", "x-----........x-"
            ),
            *patterns("x-----....x-x-----....x-", "1-2-3-4-3-2-1-2-3-4-3-2-",
                      metre=TWELVE_EIGHT),
        ),
        lead=(
            *patterns(
                "x-x-x---........", "..x-x-x-x---....", "x---x-x-x-......", "x-x-..x-x-x-x---"
            ),
            *patterns("x-x-x-----..............", "....x-x-x-x-x-----......",
                      metre=TWELVE_EIGHT),
        ),
        instruments={
            "drums": ("acoustic kit", "brush kit"),
            "bass": ("fingered bass", "upright bass"),
            "chords": ("piano", "clean guitar", "organ", "acoustic guitar"),
            "lead": ("harmonica", "overdriven guitar", "clean guitar", "saxophone"),
        },
        progressions=((0, 3, 0, 4), (0, 0, 3, 3), (4, 3, 0, 4), (0, 3, 0, 0)),
        minor=0.4, sevenths=0.85, voices=4, swing=0.95, swing_unit=0.5, loose_ms=6.0,
        accents=BACKBEAT, ghosts=0.2, fills=("roll", "toms", "flam"), response=0.9, reverb=0.12,
        drive=0.3, crackle=0.08, width=0.3,
    ),
    Style(
        name="bossa nova",
        names=("bossa nova", "bossa", "brazilian jazz", "lounge bossa"),
        adjectives=("breezy", "gentle", "suave", "intimate", "sunlit"),
        eras=("Rio", "sixties", "the beach"),
        tempo=(112, 152),
        grooves=(
            Groove({
                "rim": "x.....x.....x.......x.......x...",
                "kick": "x.....x.x.....x.x.....x.x.....x.",
                "hat": "x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.",
                "shaker": "oxoxoxoxoxoxoxoxoxoxoxoxoxoxoxox",
            }),
            Groove({
                "clave": "x.....x.....x.......x.......x...",
                "shaker": "xoxoxoxoxoxoxoxoxoxoxoxoxoxoxoxo",
                "kick": "o.....o.o.....o.o.....o.o.....o.",
                "triangle": "..o...x...o...x...o...x...o...x.",
            }),
        ),
        bass=patterns(
            "R-----5-5-----R-", "R-----5-d-----a-", "R-----R-5-----5-", "R---..d-R---..a-"
        ),
        chords=patterns(
            "x-..x-..x.....x-..x-..x-....x-..", "x---..x-....x---", "..x-..x-x-..x-..",
            "x-....x-....x-......x-......x-..",
        ),
        lead=patterns(
            "x---x-x-x-------", "..x-x-x---x-....", "x-----x-x---....", "x-x-x-x---x-----"
        ),
        instruments={
            "drums": ("brush kit", "latin kit", "jazz kit"),
            "bass": ("upright bass", "fretless bass"),
            "chords": ("acoustic guitar", "jazz guitar", "electric piano"),
            "lead": ("flute", "saxophone", "vibraphone", "whistle", "clarinet"),
        },
        progressions=((0, 1, 4, 0), (1, 4, 0, 5), (0, 5, 1, 4), (0, 3, 1, 4)),
        minor=0.4, sevenths=1.0, quick_changes=0.2, voices=4, loose_ms=4.0,
        accents=(0.98, 1.0, 1.02, 1.0), offbeat=1.02, fills=("rims",), reverb=0.18, width=0.4,
    ),
    Style(
        name="samba",
        names=("samba", "samba batucada", "carnival samba", "brazilian samba"),
        adjectives=("festive", "percussive", "dazzling", "exuberant", "hot"),
        eras=("Rio", "carnival", "street parade"),
        tempo=(88, 116),
        metres=(TWO, FOUR),
        grooves=(
            Groove({
                "tom_low": "o...X...",
                "shaker": "XooxXoox",
                "snare": "xooxoxox",
                "agogo_high": "x.x....x",
                "agogo_low": "....x.x.",
                "tom_high": "..x..xx.",
            }, TWO),
            Groove({
                "kick": "x..xX..xx..xX..x",
                "tambourine": "XoxxXoxxXoxxXoxx",
                "tom_low": "....X.......X...",
                "snare": "x.xx.x.xx.xx.x.x",
                "conga_high": "..x.xx....x.xx..",
                "cowbell": "x.x..x.x.x.xx.x.",
                "triangle": "xooxxooxxooxxoox",
            }),
        ),
        bass=(
            *patterns("R..5d..R", "R-.RR-.5", "R--5d--a", metre=TWO),
            *patterns("R--RR--5d--dR--a", "R..R5..5R..R8..a"),
        ),
        chords=(
            *patterns("x.xx.x.x", ".xx..xx.", "x.x..xo.", metre=TWO),
            *patterns("x.x.xx.x.x.xx.x.", "x.xx.x.xx.x.xx.x"),
        ),
        lead=(
            *patterns(
                "x.x.x-x-x-------", "..x.xx.xx---....", "x-x-x.xx.x-x----", "x--x--x-x.x.x---"
            ),
        ),
        instruments={
            "drums": ("latin kit",),
            "bass": ("fingered bass", "upright bass"),
            "chords": ("ukulele", "acoustic guitar", "piano"),
            "lead": ("whistle", "trombone", "flute", "trumpet"),
        },
        progressions=((0, 5, 1, 4), (0, 3, 1, 4), (1, 4, 0, 0)),
        minor=0.35, sevenths=0.75, voices=4, loose_ms=4.0, accents=(0.92, 1.1), offbeat=1.05,
        ghosts=0.2, fills=("surdo", "congas"), response=0.8, reverb=0.12, drive=0.05, width=0.5,
    ),
    Style(
        name="salsa",
        names=("salsa", "son montuno", "mambo", "salsa dura", "latin jazz"),
        adjectives=("fiery", "spicy", "brassy", "passionate", "syncopated"),
        eras=("Havana", "New York", "seventies"),
        tempo=(84, 112),
        grooves=(
            Groove({
                "clave": "x..x..x...x.x...",
                "conga_high": "o.xoo.xxo.xoo.xx",
                "conga_low": "......xx......xx",
                "cowbell": "X.x.X.x.X.x.X.x.",
                "guiro": "x.xxx.xxx.xxx.xx",
                "timbale": "............?.?x",
            }),
            Groove({
                "clave": "..x.x...x..x..x.",
                "cowbell": "x.xxx.x.x.xxx.x.",
                "conga_low": "......xx......x.",
                "conga_high": "..x....x..x.....",
                "bongo_high": "xoxoxoxoxoxoxoxo",
                "maracas": "xxxxxxxxxxxxxxxx",
                "kick": "...x..x....x..x.",
            }),
        ),
        bass=patterns(
            "...5--8-...5--R-", "R--5--8---.5--R-", "R..5..R-..R5..a-", "...R--5-...R--a-"
        ),
        chords=patterns(
            "x.xx.x.x.x.x.x.x", "1.3.24.3.4.3.2.4", "x.x.x.xx.x.x.x.x", "..x-.x..x..x-.x."
        ),
        lead=patterns(
            "x.x.x-..........", "..x.x.x-x.x-....", "x-..x-.x..x-....", "x.x.x.x-x.x.x---"
        ),
        instruments={
            "drums": ("latin kit",),
            "bass": ("upright bass", "fingered bass", "fretless bass"),
            "chords": ("piano", "brass section", "organ"),
            "lead": ("trumpet", "trombone", "brass lead", "flute"),
        },
        progressions=((0, 3, 4, 3), (0, 4, 4, 0), (1, 4, 0, 0), (0, 6, 5, 4)),
        minor=0.6, sevenths=0.5, voices=4, loose_ms=4.0, accents=(1.0, 1.02, 1.0, 1.08),
        offbeat=1.04, fills=("timbales", "congas"), response=0.9, reverb=0.14, drive=0.05,
        width=0.45,
    ),
    Style(
        name="tango",
        names=("tango", "tango argentino", "milonga", "nuevo tango"),
        adjectives=("passionate", "dramatic", "proud", "sharp", "melancholic"),
        eras=("Buenos Aires", "twenties", "the dance hall"),
        tempo=(108, 134),
        metres=(FOUR, TWO),
        grooves=(
            Groove({
                "rim": "x...o...x...o...",
                "tom_low": "o...........o.o.",
                "woodblock": "......?.......?.",
            }),
            Groove({
                "woodblock": "x.....x.x...x...",
                "shaker": "o...o...o...o...",
                "snare": "..............?o",
            }),
            Groove({
                "kick": "x..o..x.",
                "rim": "x..x..x.",
                "shaker": "o.o.o.o.",
            }, TWO),
        ),
        bass=(
            *patterns(
                "R-..R-..5-..5-..", "R-....5-R-..5-..", "R-..5-..R-..3-a-", "R--.R-..R--.a-.."
            ),
            *patterns("R--R..5-", "R--5--a-", metre=TWO),
        ),
        chords=(
            *patterns(
                "X.x.x.x.X.x.x.x.", "X...x...X...x...", "X.....X.X...X...", "x---x-x-X...X..."
            ),
            *patterns("X..x..x.", metre=TWO),
        ),
        lead=patterns(
            "x-x-x---x.......", "x---..x-x-x-x-..", "xxx-....x-x-x---", "x-----x-xxx-x---",
            "..x-x-x-x-------",
        ),
        instruments={
            "drums": ("brush kit", "orchestral kit"),
            "bass": ("upright bass",),
            "chords": ("bandoneon", "piano", "pizzicato strings"),
            "lead": ("violin", "bandoneon", "cello", "clarinet"),
        },
        progressions=((0, 3, 4, 0), (0, 4, 0, 4), (0, 6, 5, 4), (3, 0, 4, 0)),
        minor=0.92, sevenths=0.2, quick_changes=0.2, voices=4, loose_ms=6.0, accents=DOWNBEAT,
        fills=(), response=0.6, reverb=0.22, crackle=0.12, width=0.35,
    ),
)  # fmt: skip
"""The styles of the family."""
