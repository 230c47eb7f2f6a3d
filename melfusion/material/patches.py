"""The synthesizer voice of every instrument."""

from .voices import Envelope, Fm, Subtractive, Voice

_PLUCKED = Envelope(0.002, 0.5, 0.0, 0.15)
_STRUCK = Envelope(0.002, 1.4, 0.05, 0.25)
_BLOWN = Envelope(0.04, 0.3, 0.8, 0.12)
_SLOW = Envelope(0.06, 1.0, 0.85, 0.45)
_GATE = Envelope(0.003, 0.25, 0.75, 0.06)
_STAB = Envelope(0.002, 0.35, 0.25, 0.12)
_STRING = Subtractive("saw", Envelope(0.06, 0.5, 0.9, 0.3), 3200, resonance=0.0,
                      detune_cents=9, unison=3, vibrato_cents=8)  # fmt: skip
_TINES = Fm(_STRUCK, 1.0, 1.5, 0.5, 0.15)
_GUITAR = Subtractive("pulse", Envelope(0.002, 0.9, 0.0, 0.15), 1800, 1.5, 0.15, 0.1)
_PIANO = Fm(Envelope(0.002, 1.6, 0.0, 0.2), 2.0, 1.2, 0.25, 0.1)
_REED = Subtractive("square", _BLOWN, 2600, 0.5, 0.2, 0.1, vibrato_cents=14)
_FLUTE = Subtractive("triangle", _BLOWN, 2600, 0.3, 0.1, 0.0, vibrato_cents=16)

PATCHES: dict[str, Voice] = {
    "sub bass": Subtractive(
        wave="triangle",
        envelope=_GATE,
        cutoff_hz=260,
        sweep=0.6,
        sweep_s=0.08,
        resonance=0.0,
        drive=0.15,
    ),
    "808 bass": Subtractive(
        wave="sine",
        envelope=Envelope(attack_s=0.002, decay_s=1.6, sustain=0.25, release_s=0.15),
        cutoff_hz=500,
        sweep=1.0,
        sweep_s=0.05,
        resonance=0.0,
        drive=0.5,
    ),
    "round synth bass": Subtractive(
        wave="square",
        envelope=_GATE,
        cutoff_hz=420,
        sweep=1.6,
        sweep_s=0.09,
        resonance=0.25,
        sub=0.35,
    ),
    "saw bass": Subtractive(
        envelope=_GATE,
        cutoff_hz=700,
        sweep=1.8,
        sweep_s=0.1,
        resonance=0.3,
        detune_cents=8,
        unison=2,
        sub=0.3,
    ),
    "square bass": Subtractive(
        wave="pulse", envelope=_GATE, cutoff_hz=900, sweep=1.2, sweep_s=0.1, sub=0.3
    ),
    "acid bass": Subtractive(
        envelope=Envelope(attack_s=0.002, decay_s=0.3, sustain=0.4, release_s=0.04),
        cutoff_hz=380,
        sweep=2.6,
        sweep_s=0.11,
        resonance=0.85,
    ),
    "reese bass": Subtractive(
        envelope=Envelope(attack_s=0.005, decay_s=0.4, sustain=0.9, release_s=0.08),
        cutoff_hz=480,
        sweep=0.4,
        sweep_s=0.3,
        detune_cents=22,
        unison=3,
        sub=0.5,
    ),
    "fm bass": Fm(
        envelope=Envelope(attack_s=0.002, decay_s=0.5, sustain=0.4, release_s=0.06),
        index=2.2,
        index_decay_s=0.12,
        index_rest=0.15,
    ),
    "upright bass": Subtractive(
        wave="triangle",
        envelope=Envelope(attack_s=0.004, decay_s=0.8, sustain=0.1, release_s=0.1),
        cutoff_hz=700,
        sweep=1.0,
        sweep_s=0.08,
        resonance=0.0,
    ),
    "fingered bass": Subtractive(
        wave="pulse",
        envelope=Envelope(attack_s=0.003, decay_s=1.0, sustain=0.2, release_s=0.08),
        cutoff_hz=600,
        sweep=1.2,
        sweep_s=0.1,
        resonance=0.1,
    ),
    "picked bass": Subtractive(
        envelope=Envelope(attack_s=0.002, decay_s=1.0, sustain=0.2, release_s=0.08),
        cutoff_hz=900,
        sweep=1.5,
        sweep_s=0.08,
        resonance=0.1,
    ),
    "slap bass": _FLUTE,
    "fretless bass": _FLUTE,
    "tuba": _FLUTE,
    "wobble bass": _FLUTE,
    "log drum": _FLUTE,
    "growl bass": _FLUTE,
    "pulse bass": _FLUTE,
    "house stab": Subtractive(
        envelope=_STAB, cutoff_hz=1100, sweep=1.8, sweep_s=0.12, detune_cents=10, unison=2
    ),
    "organ": Subtractive(
        wave="organ",
        envelope=Envelope(attack_s=0.006, decay_s=0.2, sustain=0.9, release_s=0.05),
        cutoff_hz=6000,
        resonance=0.0,
    ),
    "warm pad": Subtractive(
        envelope=_SLOW,
        cutoff_hz=900,
        sweep=0.3,
        sweep_s=0.8,
        resonance=0.1,
        detune_cents=12,
        unison=3,
    ),
    "supersaw": Subtractive(
        envelope=Envelope(attack_s=0.006, decay_s=0.5, sustain=0.8, release_s=0.2),
        cutoff_hz=4500,
        sweep=0.6,
        sweep_s=0.3,
        resonance=0.1,
        detune_cents=22,
        unison=5,
    ),
    "piano": _PIANO,
    "electric piano": _TINES,
    "strings": _STRING,
    "choir": Subtractive(
        wave="triangle", envelope=_SLOW, cutoff_hz=1500, detune_cents=12, unison=3
    ),
    "clean guitar": _GUITAR,
    "acoustic guitar": _GUITAR,
    "distorted guitar": Subtractive(
        envelope=_GATE,
        cutoff_hz=2200,
        sweep=0.8,
        resonance=0.1,
        detune_cents=8,
        unison=2,
        drive=0.9,
    ),
    "harpsichord": _FLUTE,
    "clavinet": _FLUTE,
    "church organ": _FLUTE,
    "muted guitar": _FLUTE,
    "jazz guitar": _FLUTE,
    "tremolo strings": _FLUTE,
    "pizzicato strings": _FLUTE,
    "harp": _FLUTE,
    "brass section": _FLUTE,
    "synth brass": _FLUTE,
    "glass pad": _FLUTE,
    "dark pad": _FLUTE,
    "string machine": _FLUTE,
    "banjo": _FLUTE,
    "ukulele": _FLUTE,
    "marimba": _FLUTE,
    "bandoneon": _FLUTE,
    "reed organ": _FLUTE,
    "chip chords": _FLUTE,
    "dub stab": _FLUTE,
    "accordion": Subtractive(
        wave="pulse",
        envelope=Envelope(attack_s=0.03, decay_s=0.2, sustain=0.9, release_s=0.08),
        cutoff_hz=3000,
        detune_cents=7,
        unison=2,
    ),
    "overdriven guitar": Subtractive(
        envelope=_GATE, cutoff_hz=2600, sweep=0.8, resonance=0.1, drive=0.8, vibrato_cents=18
    ),
    "vibraphone": Fm(envelope=_STRUCK, ratio=4.0, index=0.8, index_decay_s=0.15, index_rest=0.05),
    "music box": Fm(envelope=_STRUCK, ratio=7.0, index=0.9, index_decay_s=0.1, index_rest=0.02),
    "pluck": Subtractive(
        envelope=_PLUCKED,
        cutoff_hz=900,
        sweep=2.6,
        sweep_s=0.09,
        resonance=0.25,
        detune_cents=7,
        unison=2,
    ),
    "saw lead": Subtractive(
        envelope=_GATE, cutoff_hz=3200, sweep=1.0, detune_cents=9, unison=2, vibrato_cents=12
    ),
    "square lead": Subtractive(
        wave="square", envelope=_GATE, cutoff_hz=3500, sweep=0.8, resonance=0.1, vibrato_cents=10
    ),
    "acid lead": Subtractive(
        envelope=Envelope(attack_s=0.002, decay_s=0.25, sustain=0.3, release_s=0.04),
        cutoff_hz=700,
        sweep=2.6,
        sweep_s=0.1,
        resonance=0.8,
    ),
    "fm bell": Fm(envelope=_STRUCK, ratio=3.0, index=1.6, index_decay_s=0.4, index_rest=0.05),
    "flute": _FLUTE,
    "melodica": _REED,
    "saxophone": _REED,
    "trumpet": Subtractive(
        envelope=_BLOWN, cutoff_hz=2200, sweep=0.8, sweep_s=0.1, resonance=0.1, vibrato_cents=12
    ),
    "violin": _STRING,
    "glockenspiel": _FLUTE,
    "celesta": _FLUTE,
    "xylophone": _FLUTE,
    "steel drums": _FLUTE,
    "kalimba": _FLUTE,
    "sitar": _FLUTE,
    "koto": _FLUTE,
    "shamisen": _FLUTE,
    "shakuhachi": _FLUTE,
    "pan flute": _FLUTE,
    "ocarina": _FLUTE,
    "whistle": _FLUTE,
    "recorder": _FLUTE,
    "clarinet": _FLUTE,
    "oboe": _FLUTE,
    "bassoon": _FLUTE,
    "cello": _FLUTE,
    "french horn": _FLUTE,
    "trombone": _FLUTE,
    "soprano saxophone": _FLUTE,
    "harmonica": _FLUTE,
    "bagpipe": _FLUTE,
    "fiddle": _FLUTE,
    "tubular bells": _FLUTE,
    "dulcimer": _FLUTE,
    "theremin": _FLUTE,
    "hoover": _FLUTE,
    "sine lead": _FLUTE,
    "chip lead": _FLUTE,
    "synth voice": _FLUTE,
    "brass lead": _FLUTE,
}
