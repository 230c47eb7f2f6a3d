"""Drum fills by name: what each kind of band plays to lead back to the start of a loop."""

REST = ""

FILLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "toms": (
        ("snare", "snare", "tom_high", "tom_mid", "tom_low", "tom_low"),
        ("tom_high", "tom_high", "tom_mid", "tom_mid", "tom_low", "tom_low"),
    ),
    "roll": (("snare",) * 6,),
    "flam": (("snare", REST, "snare", "snare", REST, "snare"),),
    "break": (
        ("snare", REST, "snare", "kick", "snare", "snare"),
        ("kick", "snare", REST, "snare", "kick", "snare"),
    ),
    "claps": (("clap", REST, "clap", "clap"), ("clap", REST, REST, "clap", REST, "clap")),
    "hats": (("hat",) * 6, ("hat", "hat", REST, "open")),
    "kicks": (("kick",) * 6, ("kick", "kick", "snare", "kick", "kick", "snare")),
    "stop": ((REST,) * 4, ("snare", REST, REST, REST)),
    "congas": (
        ("conga_high", "conga_high", "conga_low", "conga_high", "conga_low", "conga_low"),
        ("bongo_high", "bongo_low", "conga_high", "conga_low"),
    ),
    "timbales": (
        ("timbale",) * 6,
        ("timbale", REST, "timbale", "timbale", "timbale", "cowbell"),
    ),
    "surdo": (("tom_low", REST, "snare", "snare", "tom_low", "tom_low"),),
    "timpani": (("tom_low",) * 6, ("tom_low", "tom_low", "tom_mid", "tom_low")),
    "rims": (("rim", REST, "rim", "rim"), ("rim", "snare", REST, "tom_high", "tom_mid", REST)),
}
"""For each name its variants: the voices in turn, spread over the fill; REST strikes nothing."""

LOUD = frozenset({"toms", "roll", "break", "kicks", "stop", "timpani", "claps"})
"""Fills of those who may strike a crash cymbal when the loop begins again."""
