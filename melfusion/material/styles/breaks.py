"""Broken beats and hard machines: drum and bass, jungle, dubstep, garage, electro, industrial."""

from .style import BACKBEAT, EVEN, Groove, Style, patterns

BREAKS = (
    Style(
        name="drum and bass",
        names=("drum and bass", "liquid drum and bass", "dnb", "liquid funk"),
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
        bass=patterns(
            "R---------R---5-", "R-----..R---5---", "R--R----..R-8-5-", "R-------R-------"
        ),
        chords=patterns(
            "x---------------", "x-----....x-....", "..x-......x-..x-", "x-----x---------"
        ),
        lead=patterns(
            "x---x-x-....x---", "x-------x---x---", "1.2.3.4.3.2.1.2.", "..x-x---x-x-...."
        ),
        instruments={
            "drums": ("breakbeat kit", "909"),
            "bass": ("reese bass", "sub bass"),
            "chords": ("glass pad", "electric piano", "strings"),
            "lead": ("pluck", "saw lead", "synth voice", "flute"),
        },
        progressions=((0, 5, 3, 4), (0, 5, 0, 6)),
        sevenths=0.4, voices=4, reverb=0.2, delay=0.2,
        accents=BACKBEAT, ghosts=0.4, fills=("break", "roll"), filter_sweep=0.3, drive=0.25,
        width=0.55,
    ),
    Style(
        name="jungle",
        names=("jungle", "ragga jungle", "breakbeat jungle", "old school jungle"),
        adjectives=("frantic", "chopped", "raw", "rolling", "wild"),
        eras=("London", "early nineties", "rave era"),
        tempo=(158, 172),
        grooves=(
            Groove({
                "kick": "X.x.......xx....X.x.......x..x..",
                "snare": "....X..o.o..X..o....X..o.o....X.",
                "ride": "x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.",
                "hat": "..o...o...o...o...o...o...o...o.",
            }),
            Groove({
                "kick": "X.....x...X.....x.....x.X.......",
                "snare": "..o.X.oo.X..X.o.....X..o.Xo.X.xx",
                "hat": "x.xxx.x.x.xxx.x.x.xxx.x.x.xxx.x.",
                "open": "..............x...............x.",
            }),
            Groove({
                "snare": "...oX..X.o.oX..o",
                "kick": "X..x......X..x..",
                "hat": "xoxoxoxoxoxoxoxo",
                "crash": "x...............",
            }),
        ),
        bass=patterns(
            "R-----8-....R---....R-----5-3-..", "R-------..R-..5-", "R--R--....8---..",
            "R---R-..5---R-..",
        ),
        chords=patterns(
            "x---------......", "x-....x-........", "..x-......x-....", "x---------------"
        ),
        lead=patterns(
            "x-x-....x---....", "....x-x-x---....", "1.3.2.4.........", "x---......x-x---"
        ),
        instruments={
            "drums": ("breakbeat kit",),
            "bass": ("sub bass", "808 bass", "reese bass"),
            "chords": ("dub stab", "glass pad", "strings", "dark pad"),
            "lead": ("hoover", "synth voice", "melodica", "pluck"),
        },
        progressions=((0, 0, 5, 5), (0, 6, 0, 6), (0, 3, 0, 3)),
        minor=0.9, sevenths=0.4, voices=4, loose_ms=2.0, reverb=0.22, delay=0.35,
        accents=BACKBEAT, ghosts=0.5, fills=("break", "stop"), response=0.4, drive=0.2,
        crackle=0.15, width=0.5,
    ),
    Style(
        name="dubstep",
        names=("dubstep", "brostep", "half time bass music", "wobble bass music"),
        adjectives=("heavy", "wobbling", "massive", "filthy", "dark"),
        eras=("Croydon", "two thousands", "modern"),
        tempo=(136, 144),
        grooves=(
            Groove({
                "kick": "X.....x.........X.........x.....",
                "snare": "........X...............X.......",
                "hat": "x...x...x...x...x...x...x.x.x...",
                "open": "....?.................x.........",
            }),
            Groove({
                "kick": "X..x..........x.",
                "snare": "........X.......",
                "clap": "........x.......",
                "hat": "x.xxx.xxx.xxx.xx",
                "rim": "....o......o....",
            }),
        ),
        bass=patterns(
            "R---R-R-R-R-....R---RRRRR-5-8---", "R-----R-R-R-R---", "R-R-RRR-8---R-..",
            "R-------RRRR8-5-",
        ),
        chords=patterns("x---------------", "x-......x-..x-..", "x-----......x---"),
        lead=patterns(
            "x---....x-x-....", "1...3...2...4...", "x-x-x---........", "....x-x-..x-x---"
        ),
        instruments={
            "drums": ("electronic kit", "808"),
            "bass": ("wobble bass", "growl bass"),
            "chords": ("dark pad", "supersaw", "dub stab"),
            "lead": ("saw lead", "hoover", "synth voice", "fm bell"),
        },
        progressions=((0, 0, 5, 6), (0, 0, 0, 5), (0, 5, 0, 1)),
        minor=0.97, reverb=0.22, delay=0.2, accents=EVEN, fills=("stop", "roll"), pump=0.25,
        filter_sweep=0.5, drive=0.45, width=0.55,
    ),
    Style(
        name="uk garage",
        names=("uk garage", "two step", "2-step garage", "speed garage"),
        adjectives=("skippy", "shuffling", "slick", "bouncy", "sweet"),
        eras=("London", "late nineties", "pirate radio"),
        tempo=(128, 136),
        grooves=(
            Groove({
                "kick": "X.........x.....",
                "snare": "....X.......X...",
                "hat": "x.xx..xxx.xx..xx",
                "rim": "......o..o....o.",
                "shaker": "oxoxoxoxoxoxoxox",
            }),
            Groove({
                "kick": "X......x..x.....X.....x......x..",
                "clap": "....X.......X.......X.......X...",
                "rim": ".......o.o.....x.o.....o.o...x..",
                "hat": "..xo..x.x.xo..x...xo..x.x.xo.xx.",
                "open": "..........x...............x.....",
            }),
        ),
        bass=patterns(
            "R-.R..8-..R-.5..", "R--...R-8.R-....", "..R-.R--..5-.R8-", "R-.8.R-...R.7-5."
        ),
        chords=patterns(
            "x-.x-....x-.x-..", "..x-.x-...x-.x-.", "x-....x-..x-....", "...x-..x-..x-.x-"
        ),
        lead=patterns(
            "x-.x-.x-....x-x-", "..x-x-.x-.......", "1..2.3..4..3.2..", "x.x-.x-...x.x-.."
        ),
        instruments={
            "drums": ("909", "electronic kit"),
            "bass": ("fm bass", "sub bass", "reese bass"),
            "chords": ("organ", "house stab", "electric piano"),
            "lead": ("synth voice", "pluck", "square lead", "vibraphone"),
        },
        progressions=((0, 5, 3, 4), (0, 3, 6, 2), (5, 4, 0, 0)),
        minor=0.75, sevenths=0.8, voices=4, swing=0.55, loose_ms=1.5, reverb=0.14, delay=0.15,
        accents=BACKBEAT, ghosts=0.25, fills=("claps", "rims", "stop"), response=0.5, pump=0.15,
        filter_sweep=0.15, drive=0.1, width=0.5,
    ),
    Style(
        name="breakbeat",
        names=("breakbeat", "big beat", "nu skool breaks", "breaks"),
        adjectives=("punchy", "funky", "dirty", "bouncing", "loud"),
        eras=("nineties", "Brighton", "Florida"),
        tempo=(118, 136),
        grooves=(
            Groove({
                "kick": "X.x.......x.....",
                "snare": "....X..o.o..X..o",
                "hat": "x.x.x.x.x.x.x.x.",
                "tambourine": "..x...x...x...x.",
            }),
            Groove({
                "kick": "X..x..x...x..x..",
                "snare": "....X.......X.o.",
                "open": "..x...x...x...x.",
                "hat": "xxoxxxoxxxoxxxox",
                "crash": "?...............",
            }),
        ),
        bass=patterns(
            "R.R...8.R.R..5.8", "R--R--R...R-3-5-", "R...R.R8..R.7.8.", "RR.R..R.RR.R8.5."
        ),
        chords=patterns(
            "x...x.....x.x...", "x-----....x-x-..", "..x...x..x....x.", "x--x--..x--x--.."
        ),
        lead=patterns(
            "x.x.x.x-....x.x.", "1.1.3.1.4.1.3.2.", "x--x--x-........", "..x.x-..x.x-x-.."
        ),
        instruments={
            "drums": ("breakbeat kit", "power kit"),
            "bass": ("acid bass", "fingered bass", "growl bass"),
            "chords": ("distorted guitar", "organ", "house stab", "clavinet"),
            "lead": ("acid lead", "brass lead", "hoover", "square lead"),
        },
        progressions=((0, 0, 0, 0), (0, 6, 3, 0), (0, 2, 3, 0)),
        minor=0.75, sevenths=0.3, loose_ms=2.0, reverb=0.12, delay=0.15, accents=BACKBEAT,
        ghosts=0.35, fills=("break", "stop", "toms"), pump=0.1, filter_sweep=0.45, drive=0.4,
        width=0.5,
    ),
    Style(
        name="electro",
        names=("electro", "electro funk", "robot funk", "machine funk"),
        adjectives=("robotic", "funky", "futuristic", "cold", "snappy"),
        eras=("early eighties", "Detroit", "the Bronx"),
        tempo=(112, 132),
        grooves=(
            Groove({
                "kick": "X.....x...x.....",
                "snare": "....X.......X...",
                "cowbell": "x..x..x.x..x..x.",
                "hat": "xxxxxxxxxxxxxxxx",
                "clap": "............x...",
            }),
            Groove({
                "kick": "X..x..x..x....x.",
                "clap": "....X.......X..x",
                "hat": "x.xxx.xxx.xxx.xx",
                "tom_low": "..........?..x..",
                "rim": "..x..x.....x..x.",
            }),
        ),
        bass=patterns(
            "R.RR..R.8.R.R.5.", "RR8.RR8.RR8.R58.", "R..R..8.R..R..78", "R.R.8..RR.5.8..."
        ),
        chords=patterns(
            "x...............", "x..x..x.........", "x-..........x-..", "....x.......x..x"
        ),
        lead=patterns(
            "1.3.1.4.1.3.2.1.", "x.x.xx.x........", "x..x..x.x..x..x.", "1.1.2.1.1.3.1.4."
        ),
        instruments={
            "drums": ("808", "electronic kit"),
            "bass": ("square bass", "pulse bass", "fm bass"),
            "chords": ("synth brass", "string machine", "house stab"),
            "lead": ("synth voice", "square lead", "fm bell", "pluck"),
        },
        progressions=((0, 0, 0, 0), (0, 0, 6, 6), (0, 5, 6, 0)),
        minor=0.9, reverb=0.1, delay=0.2, accents=EVEN, fills=("hats", "claps", "kicks"),
        response=0.5, filter_sweep=0.3, drive=0.12, width=0.45,
    ),
    Style(
        name="industrial",
        names=("industrial", "industrial metal beat", "ebm", "machine noise"),
        adjectives=("harsh", "mechanical", "abrasive", "cold", "brutal"),
        eras=("eighties", "Sheffield", "steelworks"),
        tempo=(98, 138),
        grooves=(
            Groove({
                "kick": "X...X...X...X...",
                "snare": "....X.......X..x",
                "woodblock": "x..x..x..x..x..x",
                "tom_low": "..x...x...x...xx",
                "crash": "........o.......",
            }),
            Groove({
                "kick": "X.xx..x.X.xx..x.",
                "clap": "....X.......X...",
                "snare": "....X.......X.xx",
                "open": "x...x...x...x...",
                "agogo_low": "...x..?....x..x.",
            }),
        ),
        bass=patterns(
            "RRRRRRRRRRRRRRRR", "R.RRR.RRR.RRR.RR", "RR.RR.RR.RR.RR8.", "R-R-RRR-R-R-RR8R"
        ),
        chords=patterns(
            "x---------------", "x.x.xx..x.x.xx..", "X--x..X--x..X-x-", "x---x---x---x---"
        ),
        lead=patterns(
            "1.1.1.2.1.1.1.3.", "x-----x-x-------", "x..x..x.........", "x---x---xxxx...."
        ),
        instruments={
            "drums": ("industrial kit",),
            "bass": ("growl bass", "acid bass", "pulse bass"),
            "chords": ("distorted guitar", "dark pad", "synth brass"),
            "lead": ("hoover", "saw lead", "tubular bells"),
        },
        progressions=((0, 0, 0, 1), (0, 0, 0, 0), (0, 0, 5, 1)),
        minor=0.98, sevenths=0.0, reverb=0.18, delay=0.12, fills=("kicks", "roll"), response=0.2,
        pump=0.15, filter_sweep=0.3, drive=0.75, width=0.5,
    ),
)  # fmt: skip
"""The styles of the family."""
