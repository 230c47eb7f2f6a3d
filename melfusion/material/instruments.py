"""The instruments by name: their words, their voice, and what stands in without a soundfont."""

from dataclasses import dataclass
from pathlib import Path

from .drums import LEVELS, Machine, machine_hit
from .soundfont import Sampled, drum_hit
from .voices import Audio, Envelope, Fm, Subtractive, Voice


@dataclass(frozen=True)
class Instrument:
    """A pitched instrument.

    Attributes:
        words: how captions call it.
        own: its synthesizer voice.
        program: the General MIDI program that is better when there is a soundfont.
        centre: the MIDI note its register lies around.
        release_s: how long a soundfont note rings on after the key.
    """

    words: tuple[str, ...]
    own: Voice
    program: int | None = None
    centre: int = 60
    release_s: float = 0.3

    def voice(self, soundfont: Path | None) -> Voice:
        """The voice to play it with, given the soundfont that is there, if any."""
        if soundfont is None or self.program is None:
            return self.own
        return Sampled(soundfont, self.program, self.release_s)


@dataclass(frozen=True)
class Kit:
    """A drum kit: its words, its machine, and the soundfont's kit that is better, if any."""

    words: tuple[str, ...]
    machine: Machine
    program: int | None = None

    def hit(self, voice: str, velocity: float, soundfont: Path | None) -> Audio:
        """One hit of `voice` at a velocity of 0-1, float32 mono at 44.1 kHz."""
        if soundfont is None or self.program is None:
            return machine_hit(self.machine, voice) * velocity
        layer = min(4, int(velocity * 4) + 1) / 4
        return drum_hit(soundfont, self.program, voice, layer) * (velocity * LEVELS[voice])


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

INSTRUMENTS: dict[str, Instrument] = {
    "sub bass": Instrument(
        ("sub bass", "deep sub bass"),
        Subtractive("triangle", _GATE, 260, 0.6, 0.08, 0.0, sub=0.0, drive=0.15), centre=36,
    ),
    "808 bass": Instrument(
        ("808 bass", "booming 808", "sliding 808 bass"),
        Subtractive("sine", Envelope(0.002, 1.6, 0.25, 0.15), 500, 1.0, 0.05, 0.0, drive=0.5),
        centre=33,
    ),
    "round synth bass": Instrument(
        ("round synth bass", "analog bass", "synth bass"),
        Subtractive("square", _GATE, 420, 1.6, 0.09, 0.25, sub=0.35), centre=36,
    ),
    "saw bass": Instrument(
        ("saw bass", "analog saw bass", "synth bass"),
        Subtractive("saw", _GATE, 700, 1.8, 0.1, 0.3, 8, 2, sub=0.3), centre=36,
    ),
    "square bass": Instrument(
        ("square bass", "retro synth bass"),
        Subtractive("pulse", _GATE, 900, 1.2, 0.1, 0.2, sub=0.3), centre=36,
    ),
    "acid bass": Instrument(
        ("acid bass", "303 bass", "squelching acid line"),
        Subtractive("saw", Envelope(0.002, 0.3, 0.4, 0.04), 380, 2.6, 0.11, 0.85), centre=38,
    ),
    "reese bass": Instrument(
        ("reese bass", "growling bass", "detuned reese"),
        Subtractive("saw", Envelope(0.005, 0.4, 0.9, 0.08), 480, 0.4, 0.3, 0.2, 22, 3, sub=0.5),
        centre=34,
    ),
    "fm bass": Instrument(
        ("fm bass", "punchy digital bass"),
        Fm(Envelope(0.002, 0.5, 0.4, 0.06), 1.0, 2.2, 0.12, 0.15), centre=36,
    ),
    "upright bass": Instrument(
        ("upright bass", "double bass", "acoustic bass"),
        Subtractive("triangle", Envelope(0.004, 0.8, 0.1, 0.1), 700, 1.0, 0.08, 0.0),
        32, 38, 0.15,
    ),
    "fingered bass": Instrument(
        ("electric bass", "fingered bass", "bass guitar"),
        Subtractive("pulse", Envelope(0.003, 1.0, 0.2, 0.08), 600, 1.2, 0.1, 0.1), 33, 36, 0.12,
    ),
    "picked bass": Instrument(
        ("picked bass", "bass guitar", "driving electric bass"),
        Subtractive("saw", Envelope(0.002, 1.0, 0.2, 0.08), 900, 1.5, 0.08, 0.1), 34, 36, 0.12,
    ),
    "house stab": Instrument(
        ("synth stabs", "house stabs", "chord stabs"),
        Subtractive("saw", _STAB, 1100, 1.8, 0.12, 0.2, 10, 2), centre=60,
    ),
    "organ": Instrument(
        ("organ", "electric organ", "hammond organ"),
        Subtractive("organ", Envelope(0.006, 0.2, 0.9, 0.05), 6000, resonance=0.0), centre=60,
    ),
    "warm pad": Instrument(
        ("warm pad", "synth pad", "lush pads", "soft pad"),
        Subtractive("saw", _SLOW, 900, 0.3, 0.8, 0.1, 12, 3), centre=60,
    ),
    "supersaw": Instrument(
        ("supersaw", "wide supersaws", "bright supersaw chords"),
        Subtractive("saw", Envelope(0.006, 0.5, 0.8, 0.2), 4500, 0.6, 0.3, 0.1, 22, 5), centre=64,
    ),
    "piano": Instrument(("piano", "grand piano", "soft piano"), _PIANO, 0, 62, 0.35),
    "electric piano": Instrument(
        ("electric piano", "rhodes", "warm electric piano"), _TINES, 4, 60, 0.3
    ),
    "strings": Instrument(
        ("strings", "string section", "orchestral strings"), _STRING, 48, 64, 0.6
    ),
    "choir": Instrument(
        ("choir", "voices", "wordless choir"),
        Subtractive("triangle", _SLOW, 1500, detune_cents=12, unison=3), 52, 62, 0.7,
    ),
    "clean guitar": Instrument(
        ("clean electric guitar", "guitar", "jangly guitar"), _GUITAR, 27, 59, 0.2
    ),
    "acoustic guitar": Instrument(
        ("acoustic guitar", "nylon guitar", "strummed guitar"), _GUITAR, 24, 57, 0.3
    ),
    "distorted guitar": Instrument(
        ("distorted guitar", "power chords", "heavy guitars"),
        Subtractive("saw", _GATE, 2200, 0.8, 0.2, 0.1, 8, 2, drive=0.9), 30, 52, 0.15,
    ),
    "overdriven guitar": Instrument(
        ("lead guitar", "overdriven guitar", "guitar solo"),
        Subtractive("saw", _GATE, 2600, 0.8, 0.2, 0.1, drive=0.8, vibrato_cents=18), 29, 67, 0.2,
    ),
    "accordion": Instrument(
        ("accordion", "squeezebox"),
        Subtractive("pulse", Envelope(0.03, 0.2, 0.9, 0.08), 3000, detune_cents=7, unison=2),
        21, 64, 0.12,
    ),
    "vibraphone": Instrument(
        ("vibraphone", "vibes", "mallets"), Fm(_STRUCK, 4.0, 0.8, 0.15, 0.05), 11, 72, 0.5
    ),
    "music box": Instrument(
        ("music box", "toy piano"), Fm(_STRUCK, 7.0, 0.9, 0.1, 0.02), 10, 79, 0.5
    ),
    "pluck": Instrument(
        ("synth pluck", "plucked synth", "plucky arpeggio"),
        Subtractive("saw", _PLUCKED, 900, 2.6, 0.09, 0.25, 7, 2), centre=70,
    ),
    "saw lead": Instrument(
        ("saw lead", "synth lead", "soaring lead"),
        Subtractive("saw", _GATE, 3200, 1.0, 0.2, 0.2, 9, 2, vibrato_cents=12), centre=71,
    ),
    "square lead": Instrument(
        ("square lead", "chiptune lead", "retro lead synth"),
        Subtractive("square", _GATE, 3500, 0.8, 0.2, 0.1, vibrato_cents=10), centre=72,
    ),
    "acid lead": Instrument(
        ("acid lead", "squelching lead", "resonant synth line"),
        Subtractive("saw", Envelope(0.002, 0.25, 0.3, 0.04), 700, 2.6, 0.1, 0.8), centre=62,
    ),
    "fm bell": Instrument(
        ("bells", "glassy bells", "digital bell"), Fm(_STRUCK, 3.0, 1.6, 0.4, 0.05), centre=76
    ),
    "flute": Instrument(("flute", "breathy flute"), _FLUTE, 73, 74, 0.15),
    "melodica": Instrument(("melodica", "reedy melodica"), _REED, 22, 69, 0.1),
    "saxophone": Instrument(("saxophone", "tenor sax", "sax"), _REED, 66, 62, 0.12),
    "trumpet": Instrument(
        ("trumpet", "muted trumpet", "brass"),
        Subtractive("saw", _BLOWN, 2200, 0.8, 0.1, 0.1, vibrato_cents=12), 59, 69, 0.12,
    ),
    "violin": Instrument(("violin", "fiddle", "solo violin"), _STRING, 40, 72, 0.2),
}  # fmt: skip

KITS: dict[str, Kit] = {
    "909": Kit(("909 drums", "drum machine", "four to the floor drums"), Machine()),
    "808": Kit(
        ("808 drums", "808 kit", "drum machine"),
        Machine(46, 0.6, 0.4, 175, 0.13, 0.5, 8500, 0.035),
    ),
    "eighties kit": Kit(
        ("eighties drum machine", "gated drums", "retro electronic drums"),
        Machine(55, 0.22, 0.9, 200, 0.26, 0.65, 6500, 0.05),
    ),
    "dusty kit": Kit(
        ("dusty drums", "lo-fi drums", "worn, soft drums"),
        Machine(58, 0.2, 0.3, 190, 0.14, 0.5, 6000, 0.04, dust=0.8),
    ),
    "breakbeat kit": Kit(
        ("breakbeat drums", "sampled drums", "crisp break"),
        Machine(62, 0.16, 0.8, 215, 0.14, 0.55, 6000, 0.05, dust=0.15), 8,
    ),
    "acoustic kit": Kit(
        ("acoustic drums", "live drums", "drum kit"), Machine(60, 0.18, 0.7, 200, 0.18), 0
    ),
    "power kit": Kit(
        ("rock drums", "big live drums", "loud drum kit"), Machine(58, 0.2, 0.9, 190, 0.22), 16
    ),
    "jazz kit": Kit(
        ("jazz drums", "swinging drum kit", "ride cymbal and brushes"),
        Machine(70, 0.18, 0.4, 220, 0.14, 0.5, 6500), 32,
    ),
}  # fmt: skip
