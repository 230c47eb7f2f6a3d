"""The synthesizer voice of every instrument by name: it stands in where there is no soundfont.

What an instrument is known by comes first: how it starts and dies away (envelope, decay), which
harmonics it has (wave, position), and what its body adds to them (formants).
"""

from .struck import Bar, String
from .voices import Envelope, Fm, Subtractive, Voice

_PLUCKED = Envelope(0.002, 0.5, 0.0, 0.15)
_STRUCK = Envelope(0.002, 1.4, 0.05, 0.25)
_BLOWN = Envelope(0.03, 0.3, 0.8, 0.1)
_SOFT = Envelope(0.05, 0.4, 0.9, 0.12)
_SLOW = Envelope(0.06, 1.0, 0.85, 0.45)
_SWELL = Envelope(0.12, 1.5, 0.9, 0.7)
_GATE = Envelope(0.003, 0.25, 0.75, 0.06)
_KEYED = Envelope(0.006, 0.2, 0.9, 0.05)
_STAB = Envelope(0.002, 0.35, 0.25, 0.12)
_BOWED = Envelope(0.06, 0.5, 0.9, 0.25)
_VIOLIN = (480.0, 1000.0, 1800.0, 2900.0)
_GUITAR = (110.0, 220.0, 420.0, 2600.0)
_AH = (700.0, 1150.0, 2800.0)

_BASSES: dict[str, Voice] = {
    "sub bass": Subtractive("triangle", _GATE, 260, 0.6, 0.08, 0.0, drive=0.15),
    "808 bass": Subtractive("sine", Envelope(0.002, 1.6, 0.25, 0.15), 500, 1.0, 0.05, 0.0,
                            drive=0.5, bend=7, bend_s=0.015),
    "round synth bass": Subtractive("square", _GATE, 420, 1.6, 0.09, 0.25, sub=0.35),
    "saw bass": Subtractive("saw", _GATE, 700, 1.8, 0.1, 0.3, 8, 2, sub=0.3),
    "square bass": Subtractive("pulse", _GATE, 900, 1.2, 0.1, 0.2, sub=0.3),
    "acid bass": Subtractive("saw", Envelope(0.002, 0.3, 0.4, 0.04), 380, 2.6, 0.11, 0.85,
                             drive=0.2),
    "reese bass": Subtractive("saw", Envelope(0.005, 0.4, 0.9, 0.08), 480, 0.4, 0.3, 0.2, 22, 3,
                              sub=0.5),
    "fm bass": Fm(Envelope(0.002, 0.5, 0.4, 0.06), 1.0, 2.2, 0.12, 0.15),
    "upright bass": String(0.45, 0.35, 0.3, 1.3, 0.06, (90.0, 180.0, 700.0), release_s=0.1),
    "fingered bass": String(0.8, 0.3, 0.25, 1.3, 0.04, release_s=0.08),
    "picked bass": String(0.8, 0.16, 0.12, 0.9, 0.15, release_s=0.08),
    "slap bass": String(0.6, 0.1, 0.06, 0.6, 0.5, (80.0, 1400.0, 3500.0), drive=0.3,
                        release_s=0.05),
    "fretless bass": Subtractive("saw", Envelope(0.02, 1.0, 0.5, 0.1), 420, 1.0, 0.3, 0.1,
                                 vibrato_cents=16, formants=(90.0, 450.0), bend=-0.6, bend_s=0.04),
    "tuba": Subtractive("saw", _SOFT, 480, 0.8, 0.08, 0.0, formants=(120.0, 240.0, 480.0)),
    "wobble bass": Subtractive("saw", Envelope(0.003, 0.4, 0.95, 0.06), 700, resonance=0.7,
                               detune_cents=14, unison=2, sub=0.6, drive=0.5, wobble=2.0,
                               wobble_hz=5.5),
    "log drum": Subtractive("triangle", Envelope(0.002, 0.45, 0.05, 0.12), 600, 2.4, 0.03, 0.3,
                            drive=0.5, bend=5, bend_s=0.02),
    "growl bass": Subtractive("saw", _GATE, 1500, 0.8, 0.15, 0.6, 10, 2, 0.2, 0.9,
                              formants=(80.0, 300.0, 900.0, 2400.0), wobble=1.4, wobble_hz=8),
    "pulse bass": Subtractive("thin pulse", Envelope(0.002, 0.14, 0.15, 0.03), 500, 2.2, 0.05, 0.4,
                              sub=0.4),
}  # fmt: skip

_KEYS: dict[str, Voice] = {
    "piano": String(1.6, 0.22, 0.12, 1.25, 0.12, (250.0, 700.0), 1.2, release_s=0.25),
    "electric piano": Fm(_STRUCK, 1.0, 1.5, 0.5, 0.15),
    "harpsichord": String(0.9, 0.05, 0.08, 0.55, 0.3, release_s=0.08),
    "clavinet": String(0.5, 0.06, 0.09, 0.5, 0.25, (250.0, 900.0, 2200.0), drive=0.25,
                       release_s=0.03),
    "organ": Subtractive("organ", _KEYED, 6000, resonance=0.0),
    "church organ": Subtractive("pipes", Envelope(0.04, 0.2, 0.95, 0.4), 7000, resonance=0.0,
                                detune_cents=4, unison=2, breath=0.02),
    "reed organ": Subtractive("pulse", Envelope(0.05, 0.2, 0.9, 0.15), 2600, resonance=0.0,
                              detune_cents=5, unison=2, formants=(500.0, 1500.0)),
    "accordion": Subtractive("pulse", Envelope(0.03, 0.2, 0.9, 0.08), 3000, detune_cents=7,
                             unison=2),
    "bandoneon": Subtractive("quarter pulse", Envelope(0.02, 0.3, 0.8, 0.07), 3600,
                             formants=(600.0, 1800.0, 3000.0), detune_cents=2, unison=2),
    "melodica": Subtractive("pulse", _BLOWN, 3000, 0.3, 0.2, 0.1, formants=(900.0, 2400.0),
                            breath=0.02),
    "celesta": Bar(((1.0, 1.0, 0.9), (4.0, 0.18, 0.3), (8.2, 0.05, 0.1)), 0.04),
    "music box": Bar(((1.0, 1.0, 0.9), (6.27, 0.2, 0.25), (10.2, 0.06, 0.08)), 0.08),
}  # fmt: skip

_MALLETS: dict[str, Voice] = {
    "vibraphone": Bar(((1.0, 1.0, 2.4), (4.0, 0.2, 0.5), (10.0, 0.04, 0.1)), 0.04, 0.45),
    "marimba": Bar(((1.0, 1.0, 0.32), (4.0, 0.2, 0.1), (10.0, 0.05, 0.03)), 0.12),
    "xylophone": Bar(((1.0, 1.0, 0.2), (3.0, 0.45, 0.12), (6.0, 0.15, 0.05)), 0.3, release_s=0.15),
    "glockenspiel": Bar(((1.0, 1.0, 1.6), (2.76, 0.28, 0.6), (5.4, 0.1, 0.25)), 0.1, release_s=0.9),
    "tubular bells": Bar(((1.0, 0.5, 2.2), (2.0, 1.0, 2.4), (3.0, 0.7, 1.6), (4.2, 0.25, 0.9),
                          (0.5, 0.25, 2.6)), 0.08, release_s=1.6),
    "steel drums": Bar(((1.0, 1.0, 0.45), (2.0, 0.7, 0.3), (3.0, 0.3, 0.18), (4.0, 0.15, 0.1),
                        (2.01, 0.3, 0.3)), 0.06),
    "kalimba": Bar(((1.0, 1.0, 0.6), (5.42, 0.12, 0.08), (2.0, 0.06, 0.3)), 0.15),
    "fm bell": Fm(_STRUCK, 3.0, 1.6, 0.4, 0.05),
}  # fmt: skip

_STRINGS: dict[str, Voice] = {
    "clean guitar": String(0.9, 0.12, 0.14, 0.9, 0.08, (400.0, 2400.0), release_s=0.12),
    "acoustic guitar": String(0.7, 0.18, 0.22, 1.0, 0.12, _GUITAR, release_s=0.15),
    "muted guitar": String(0.09, 0.12, 0.1, 0.8, 0.25, (400.0, 1800.0), release_s=0.04),
    "jazz guitar": String(0.8, 0.45, 0.35, 1.3, 0.05, (200.0, 600.0), release_s=0.12),
    "distorted guitar": Subtractive("saw", _GATE, 2200, 0.8, 0.2, 0.1, 8, 2, drive=0.9),
    "overdriven guitar": Subtractive("saw", _GATE, 2600, 0.8, 0.2, 0.1, drive=0.8,
                                     vibrato_cents=18),
    "banjo": String(0.28, 0.05, 0.1, 0.55, 0.4, (360.0, 1200.0, 3000.0), release_s=0.08),
    "ukulele": String(0.32, 0.14, 0.25, 1.0, 0.15, (420.0, 800.0), release_s=0.1),
    "harp": String(1.3, 0.25, 0.4, 1.3, 0.05, (200.0, 500.0), release_s=0.8),
    "koto": String(0.7, 0.07, 0.07, 0.7, 0.3, (370.0, 700.0, 1800.0), bend=0.4, release_s=0.3),
    "shamisen": String(0.25, 0.06, 0.08, 0.5, 0.7, (360.0, 700.0, 1500.0, 3500.0),
                       release_s=0.1),
    "sitar": String(1.1, 0.02, 0.05, 0.35, 0.2, (280.0, 900.0, 2200.0, 4200.0), bend=0.5,
                    release_s=0.4),
    "dulcimer": String(1.0, 0.09, 0.13, 0.8, 0.35, (400.0, 1300.0), 5.0, release_s=0.6),
    "pizzicato strings": String(0.16, 0.22, 0.3, 1.0, 0.1, _VIOLIN, 6.0, release_s=0.1),
    "strings": Subtractive("saw", _BOWED, 3200, resonance=0.0, detune_cents=9, unison=3,
                           vibrato_cents=8, formants=_VIOLIN, breath=0.01),
    "tremolo strings": Subtractive("saw", _BOWED, 3400, resonance=0.0, detune_cents=9, unison=3,
                                   formants=_VIOLIN, breath=0.02, tremolo=0.75, tremolo_hz=11.5),
    "string machine": Subtractive("saw", _SWELL, 3600, resonance=0.0, detune_cents=16, unison=4),
    "violin": Subtractive("saw", _BOWED, 4200, resonance=0.0, vibrato_cents=18, formants=_VIOLIN,
                          breath=0.02),
    "fiddle": Subtractive("saw", Envelope(0.02, 0.25, 0.8, 0.1), 5200, resonance=0.0,
                          vibrato_cents=6, formants=(550.0, 1200.0, 2200.0, 3200.0), breath=0.04,
                          bend=-0.7, bend_s=0.03),
    "cello": Subtractive("saw", _BOWED, 2600, resonance=0.0, vibrato_cents=18,
                         formants=(200.0, 400.0, 1000.0, 2000.0), breath=0.015),
}  # fmt: skip

_PADS: dict[str, Voice] = {
    "house stab": Subtractive("saw", _STAB, 1100, 1.8, 0.12, 0.2, 10, 2),
    "dub stab": Subtractive("saw", Envelope(0.002, 0.16, 0.0, 0.12), 700, 1.6, 0.08, 0.5, 12, 2),
    "warm pad": Subtractive("saw", _SLOW, 900, 0.3, 0.8, 0.1, 12, 3),
    "glass pad": Fm(Envelope(0.12, 2.0, 0.7, 0.8), 5.0, 0.7, 1.5, 0.35),
    "dark pad": Subtractive("saw", _SWELL, 320, resonance=0.3, detune_cents=16, unison=3, sub=0.35),
    "supersaw": Subtractive("saw", Envelope(0.006, 0.5, 0.8, 0.2), 4500, 0.6, 0.3, 0.1, 22, 5),
    "synth brass": Subtractive("saw", Envelope(0.03, 0.5, 0.8, 0.15), 1300, 1.4, 0.35, 0.2, 8, 2),
    "brass section": Subtractive("saw", _BLOWN, 1700, 1.0, 0.15, 0.1, 7, 3,
                                 formants=(500.0, 1200.0, 2000.0), breath=0.01),
    "choir": Subtractive("saw", _SLOW, 2600, detune_cents=13, unison=3, vibrato_cents=10,
                         formants=_AH, breath=0.03),
    "synth voice": Subtractive("quarter pulse", _SLOW, 3000, 0.5, 0.4, 0.1, 6, 2,
                               vibrato_cents=14, formants=(420.0, 1000.0, 2400.0)),
    "chip chords": Subtractive("quarter pulse", Envelope(0.002, 0.4, 0.5, 0.03), 14000,
                               resonance=0.0),
}  # fmt: skip

_WINDS: dict[str, Voice] = {
    "flute": Subtractive("triangle", _BLOWN, 2600, 0.3, 0.1, 0.0, vibrato_cents=16, breath=0.05),
    "pan flute": Subtractive("triangle", Envelope(0.03, 0.2, 0.7, 0.12), 1800, 0.8, 0.04, 0.0,
                             breath=0.16),
    "shakuhachi": Subtractive("triangle", Envelope(0.05, 0.4, 0.8, 0.2), 2400, 1.0, 0.08, 0.0,
                              vibrato_cents=26, breath=0.2, bend=-1.2, bend_s=0.04),
    "ocarina": Subtractive("sine", _BLOWN, 4000, resonance=0.0, vibrato_cents=10, breath=0.04),
    "whistle": Subtractive("sine", _SOFT, 6000, resonance=0.0, vibrato_cents=22, breath=0.05,
                           bend=-1.0, bend_s=0.03),
    "recorder": Subtractive("triangle", Envelope(0.015, 0.2, 0.9, 0.06), 3600, 0.4, 0.03, 0.0,
                            breath=0.04),
    "clarinet": Subtractive("square", _BLOWN, 1900, 0.2, 0.1, 0.0, vibrato_cents=4, breath=0.01),
    "oboe": Subtractive("pulse", _BLOWN, 4500, resonance=0.0, vibrato_cents=14,
                        formants=(1100.0, 2900.0)),
    "bassoon": Subtractive("pulse", _BLOWN, 2200, resonance=0.0, vibrato_cents=8,
                           formants=(450.0, 1150.0)),
    "saxophone": Subtractive("saw", _BLOWN, 2400, 0.6, 0.12, 0.1, vibrato_cents=16,
                             formants=(450.0, 900.0, 1700.0), breath=0.05, drive=0.15),
    "soprano saxophone": Subtractive("saw", _BLOWN, 3200, 0.5, 0.12, 0.1, vibrato_cents=18,
                                     formants=(700.0, 1400.0, 2600.0), breath=0.03),
    "trumpet": Subtractive("saw", _BLOWN, 2600, 1.0, 0.08, 0.1, vibrato_cents=12,
                           formants=(1200.0, 2400.0)),
    "trombone": Subtractive("saw", _BLOWN, 1300, 0.8, 0.1, 0.1, vibrato_cents=10,
                            formants=(520.0, 1000.0), bend=-0.5, bend_s=0.04),
    "french horn": Subtractive("saw", _SOFT, 900, 0.5, 0.15, 0.0, formants=(330.0, 700.0)),
    "harmonica": Subtractive("quarter pulse", Envelope(0.02, 0.3, 0.8, 0.08), 4200, resonance=0.0,
                             detune_cents=4, unison=2, formants=(800.0, 2000.0, 3400.0), bend=-0.8,
                             bend_s=0.06, breath=0.03, tremolo=0.25, tremolo_hz=5.5),
    "bagpipe": Subtractive("thin pulse", Envelope(0.008, 0.1, 1.0, 0.03), 6500, resonance=0.0,
                           detune_cents=5, unison=2, formants=(950.0, 1500.0, 2800.0)),
}  # fmt: skip

_LEADS: dict[str, Voice] = {
    "pluck": Subtractive("saw", _PLUCKED, 900, 2.6, 0.09, 0.25, 7, 2),
    "saw lead": Subtractive("saw", _GATE, 3200, 1.0, 0.2, 0.2, 9, 2, vibrato_cents=12),
    "square lead": Subtractive("square", _GATE, 3500, 0.8, 0.2, 0.1, vibrato_cents=10),
    "acid lead": Subtractive("saw", Envelope(0.002, 0.25, 0.3, 0.04), 700, 2.6, 0.1, 0.8,
                             drive=0.3),
    "sine lead": Subtractive("sine", Envelope(0.01, 0.3, 0.85, 0.12), 9000, resonance=0.0,
                             vibrato_cents=14, bend=-0.6),
    "chip lead": Subtractive("thin pulse", Envelope(0.002, 0.3, 0.7, 0.02), 15000, resonance=0.0,
                             vibrato_cents=24),
    "brass lead": Subtractive("saw", Envelope(0.02, 0.4, 0.85, 0.1), 1900, 1.4, 0.25, 0.2, 8, 2,
                              vibrato_cents=10),
    "theremin": Subtractive("sine", Envelope(0.08, 0.3, 0.95, 0.2), 9000, resonance=0.0,
                            vibrato_cents=45, bend=-2.5, bend_s=0.05, drive=0.12),
    "hoover": Subtractive("pulse", Envelope(0.01, 0.5, 0.9, 0.12), 3200, resonance=0.2,
                          detune_cents=26, unison=4, sub=0.4, drive=0.2, bend=-4, bend_s=0.04),
}  # fmt: skip

PATCHES = _BASSES | _KEYS | _MALLETS | _STRINGS | _PADS | _WINDS | _LEADS
