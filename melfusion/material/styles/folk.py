"""Village and parade ground: waltz, folk, celtic, country, polka, march."""

from .style import (
    BACKBEAT,
    DOWNBEAT,
    FOUR,
    SIX_EIGHT,
    THREE,
    TWO,
    WALTZ,
    Groove,
    Style,
    patterns,
)

FOLK = (
    Style(
        name="waltz",
        names=("waltz", "viennese waltz", "musette", "fairground waltz"),
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
        bass=patterns(
            "R---------..", "R-------5---", "R---........5---........", metre=THREE
        ),
        chords=patterns("....x-..x-..", "1-..3-..2-..", "x-----------", metre=THREE),
        lead=patterns(
            "x---x---x---", "x-------x---", "x---x-x-x-x-", "x-x-x---x---", metre=THREE
        ),
        instruments={
            "drums": ("brush kit", "orchestral kit"),
            "bass": ("upright bass", "tuba"),
            "chords": ("acoustic guitar", "accordion", "piano", "strings"),
            "lead": ("violin", "clarinet", "accordion", "music box", "glockenspiel"),
        },
        progressions=((0, 4, 0, 4), (0, 3, 4, 0), (0, 5, 3, 4)),
        minor=0.4, loose_ms=5.0, reverb=0.2,
        accents=WALTZ, fills=("flam",), response=0.6, width=0.4,
    ),
    Style(
        name="folk",
        names=("folk", "acoustic folk", "indie folk", "singer songwriter", "fingerstyle folk"),
        adjectives=("earthy", "honest", "gentle", "wistful", "homespun"),
        eras=("sixties", "the porch", "timeless"),
        tempo=(84, 128),
        metres=(FOUR, FOUR, THREE),
        grooves=(
            Groove({
                "kick": "x.......x.......",
                "tambourine": "....x.......x...",
                "shaker": "o.xoo.xoo.xoo.xo",
            }),
            Groove({
                "kick": "X...o...X...o...",
                "clap": "....o.......o...",
                "woodblock": "..?...?...?...?.",
                "shaker": "oxoxoxoxoxoxoxox",
            }),
            Groove({
                "kick": "x...........",
                "tambourine": "....o...x...",
                "shaker": "x.oox.oox.oo",
            }, THREE),
        ),
        bass=(
            *patterns("R-------5-------", "R---....d---....", "R-----R-5---a---"),
            *patterns("R---........", "R-------a---", metre=THREE),
        ),
        chords=(
            *patterns(
                "1.3.2.4.1.3.2.3.", "x---x-xo..xox-xo", "1.423.241.423.24", "x-..x.xox-..x.xo"
            ),
            *patterns("1.3.4.3.4.3.", "x---x-x-x-x-", metre=THREE),
        ),
        lead=(
            *patterns(
                "x---x-x-x-------", "x-x-x---x-x-x---", "..x-x-x-x---....", "x-----x-x---x---"
            ),
            *patterns("x---x-x-x---", "x-----x-x---", metre=THREE),
        ),
        instruments={
            "drums": ("brush kit", "acoustic kit"),
            "bass": ("upright bass", "fingered bass"),
            "chords": ("acoustic guitar", "reed organ", "harp", "banjo"),
            "lead": ("harmonica", "fiddle", "recorder", "flute", "dulcimer"),
        },
        progressions=((0, 3, 0, 4), (0, 4, 5, 3), (0, 5, 3, 0), (0, 2, 3, 0)),
        minor=0.35, sevenths=0.05, loose_ms=6.0, accents=DOWNBEAT, fills=("rims",), response=0.4,
        reverb=0.14, width=0.3,
    ),
    Style(
        name="celtic",
        names=("celtic", "irish folk", "jig", "reel", "celtic folk dance"),
        adjectives=("lively", "lilting", "spirited", "green", "dancing"),
        eras=("Ireland", "Scottish highlands", "old world"),
        tempo=(96, 136),
        metres=(SIX_EIGHT, SIX_EIGHT, FOUR),
        grooves=(
            Groove({
                "tom_low": "X.o.x.X.o.x.",
                "tom_mid": "..o.o...o.o.",
                "tambourine": "x.....x.....",
                "shaker": "x.o.o.x.o.o.",
            }, SIX_EIGHT),
            Groove({
                "tom_low": "X..xo.x.X.xoo.x.",
                "tom_mid": "..o..o....o..o..",
                "kick": "X...X...X...X...",
                "tambourine": "..x...x...x...x.",
            }),
            Groove({
                "kick": "X...x.X...x.",
                "clap": "......x.....",
                "tom_mid": "x.oox.x.ooxo",
            }, SIX_EIGHT),
        ),
        bass=(
            *patterns("R-----R-----", "R---5-R---5-", "R-----5---a-", metre=SIX_EIGHT),
            *patterns("R-------5-------", "R---5---R---5---"),
        ),
        chords=(
            *patterns(
                "x---x-x---x-", "x-----x-----", "1-2-3-1-2-4-", "x-xox-x-xox-", metre=SIX_EIGHT
            ),
            *patterns("x-xox-xox-xox-xo", "x---x---x---x---"),
        ),
        lead=(
            *patterns(
                "x-x-x-x-x-x-", "x---x-x-x-x-", "xxx-x-x-x-x-", "x-x-x-x---x-", metre=SIX_EIGHT
            ),
            *patterns("x-x-x-x-x-x-x-x-", "x--xx-x-x--xx-x-", "x-xxx-x-x-xxx-x-"),
        ),
        instruments={
            "drums": ("afro kit", "orchestral kit"),
            "bass": ("upright bass", "fingered bass"),
            "chords": ("acoustic guitar", "harp", "accordion", "banjo"),
            "lead": ("fiddle", "whistle", "bagpipe", "flute"),
        },
        progressions=((0, 6, 0, 6), (0, 3, 4, 0), (0, 4, 3, 4), (0, 0, 6, 6)),
        minor=0.45, sevenths=0.0, loose_ms=4.0, accents=DOWNBEAT, fills=("timpani", "rims"),
        response=0.6, reverb=0.2, width=0.4,
    ),
    Style(
        name="country",
        names=("country", "bluegrass", "honky tonk", "country and western", "train beat country"),
        adjectives=("twangy", "homely", "rolling", "rowdy", "dusty"),
        eras=("Nashville", "fifties", "the open road"),
        tempo=(92, 168),
        grooves=(
            Groove({
                "snare": "oxoxXxoxoxoxXxox",
                "kick": "X.......X.......",
                "hat": "....x.......x...",
            }),
            Groove({
                "kick": "X...x...X...x...",
                "rim": "....X.......X...",
                "hat": "x.x.x.x.x.x.x.x.",
                "tambourine": "....o.......o...",
            }),
        ),
        bass=patterns(
            "R-..R-..5-..5-..", "R---....d---....", "R---....5---..a-", "R---3---5---6---"
        ),
        chords=patterns(
            "....x.......x...", "..x-..x-..x-..x-", "1.2.3.2.1.2.4.2.", "..xo..xo..xo..xo",
            "1324132413241324",
        ),
        lead=patterns(
            "x-x-x-x-x---....", "1.3.2.4.3.1.2.3.", "..x-x-x-x-x-....", "x---x-x-..x-x---",
            "x-xxx-x-x-x-x---",
        ),
        instruments={
            "drums": ("brush kit", "acoustic kit"),
            "bass": ("upright bass", "picked bass"),
            "chords": ("banjo", "acoustic guitar", "clean guitar", "piano"),
            "lead": ("fiddle", "clean guitar", "harmonica", "banjo"),
        },
        progressions=((0, 3, 0, 4), (0, 0, 4, 0), (0, 3, 4, 0), (0, 5, 3, 4)),
        minor=0.12, sevenths=0.1, swing=0.15, loose_ms=5.0, accents=BACKBEAT, fills=("flam",
        "rims"),
        response=0.7, reverb=0.12, drive=0.05, width=0.35,
    ),
    Style(
        name="polka",
        names=("polka", "oom-pah", "beer hall polka", "bavarian brass"),
        adjectives=("jolly", "bouncy", "tipsy", "rustic", "cheerful"),
        eras=("Bohemia", "Bavaria", "the beer tent"),
        tempo=(104, 138),
        metres=(TWO, FOUR),
        grooves=(
            Groove({
                "kick": "X...X...",
                "snare": "..x...x.",
                "hat": "..x...x.",
                "tambourine": "......o.",
            }, TWO),
            Groove({
                "kick": "X...X...X...X...",
                "snare": "..X...X...X...Xo",
                "crash": "o.......o.......",
                "triangle": "..x...x...x...x.",
            }),
        ),
        bass=(
            *patterns("R-..5-..", "R-..d-..", "R-..5-a-", metre=TWO),
            *patterns("R-..5-..3-..5-..", "R-..5-..R-..a-.."),
        ),
        chords=(
            *patterns("..x...x.", "..x...xx", metre=TWO),
            *patterns("..X...X...X...X.", "..x...x...xx..x."),
        ),
        lead=(
            *patterns("x-x-x-x-", "xxx-x-x-", "x---x-x-", metre=TWO),
            *patterns("x-x-x-x-x---x---", "x.xxx.xxx.x.x---", "x---x-x-x-x-x---"),
        ),
        instruments={
            "drums": ("acoustic kit", "orchestral kit"),
            "bass": ("tuba",),
            "chords": ("accordion", "brass section", "banjo"),
            "lead": ("clarinet", "accordion", "trumpet"),
        },
        progressions=((0, 4, 4, 0), (0, 0, 4, 0), (0, 3, 4, 0)),
        minor=0.08, sevenths=0.05, loose_ms=5.0, accents=(1.1, 0.98), offbeat=0.96,
        fills=("roll", "flam"), response=0.6, reverb=0.14, width=0.35,
    ),
    Style(
        name="march",
        names=("march", "military march", "marching band", "parade march"),
        adjectives=("stately", "proud", "military", "brisk", "ceremonial"),
        eras=("nineteenth century", "parade ground", "wartime"),
        tempo=(100, 126),
        metres=(TWO, FOUR, SIX_EIGHT),
        grooves=(
            Groove({
                "kick": "X...x...",
                "snare": "X.xxX.oo",
                "crash": "o.......",
            }, TWO),
            Groove({
                "snare": "X..xX.x.X.xxXxxx",
                "kick": "X.......X...x...",
                "crash": "x.......x.......",
                "triangle": "....x.......x...",
            }),
            Groove({
                "snare": "X.x.x.X.xxx.",
                "kick": "X.....X.....",
                "crash": "o...........",
            }, SIX_EIGHT),
        ),
        bass=(
            *patterns("R-..5-..", "R-..d-..", metre=TWO),
            *patterns("R-..5-..R-..5-..", "R---5---8---a---"),
            *patterns("R-....5-....", "R---..5---a-", metre=SIX_EIGHT),
        ),
        chords=(
            *patterns("..x...x.", "x-x-x-x-", metre=TWO),
            *patterns("..x...x...x...x.", "x---x---x---x---", "x-..x.xxx-..x-.."),
            *patterns("....x.....x.", "x-----x-----", metre=SIX_EIGHT),
        ),
        lead=(
            *patterns("x--xx-x-", "x---x---", metre=TWO),
            *patterns(
                "x---x--xx-------", "x--xx--xx---x---", "x-------x--xx---", "x-x-x---x--xx---"
            ),
            *patterns("x---x-x---x-", "x-----x-x-x-", metre=SIX_EIGHT),
        ),
        instruments={
            "drums": ("orchestral kit", "acoustic kit"),
            "bass": ("tuba",),
            "chords": ("brass section", "strings"),
            "lead": ("trumpet", "french horn", "glockenspiel", "recorder", "trombone"),
        },
        progressions=((0, 4, 0, 4), (0, 3, 4, 0), (0, 5, 1, 4), (0, 0, 4, 0)),
        minor=0.15, sevenths=0.0, quick_changes=0.25, voices=4, loose_ms=3.0, accents=DOWNBEAT,
        fills=("roll",), response=0.4, reverb=0.2, width=0.45,
    ),
)  # fmt: skip
"""The styles of the family."""
