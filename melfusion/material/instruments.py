"""The instruments by name: their words, the parts they can play, and where they get their sound."""

from dataclasses import dataclass
from pathlib import Path

from .kits import KITS, Kit
from .patches import PATCHES
from .soundfont import Sampled
from .voices import Voice

__all__ = ["INSTRUMENTS", "KITS", "Instrument", "Kit"]


@dataclass(frozen=True)
class Instrument:
    """A pitched instrument.

    Attributes:
        name: its name in styles and manifests.
        words: how captions call it.
        parts: which of bass, chords and lead it can play.
        centre: the MIDI note its register lies around.
        program: the General MIDI program that is better when there is a soundfont.
        release_s: how long a soundfont note rings on after the key.
    """

    name: str
    words: tuple[str, ...]
    parts: tuple[str, ...]
    centre: int
    program: int | None = None
    release_s: float = 0.3

    @property
    def own(self) -> Voice:
        """Its synthesizer voice."""
        return PATCHES[self.name]

    def voice(self, soundfont: Path | None) -> Voice:
        """The voice to play it with, given the soundfont that is there, if any."""
        if soundfont is None or self.program is None:
            return self.own
        return Sampled(soundfont, self.program, self.release_s)


_BASS = ("bass",)
_CHORDS = ("chords",)
_LEAD = ("lead",)
_BOTH = ("chords", "lead")

_TABLE = (
    Instrument("sub bass", ("sub bass", "deep sub bass"), _BASS, 36),
    Instrument("808 bass", ("808 bass", "booming 808", "sliding 808 bass"), _BASS, 33),
    Instrument("round synth bass", ("round synth bass", "analog bass", "synth bass"), _BASS, 36),
    Instrument("saw bass", ("saw bass", "analog saw bass", "synth bass"), _BASS, 36),
    Instrument("square bass", ("square bass", "retro synth bass"), _BASS, 36),
    Instrument("acid bass", ("acid bass", "303 bass", "squelching acid line"), _BASS, 38),
    Instrument("reese bass", ("reese bass", "growling bass", "detuned reese"), _BASS, 34),
    Instrument("fm bass", ("fm bass", "punchy digital bass"), _BASS, 36),
    Instrument("upright bass", ("upright bass", "double bass", "acoustic bass"),
               _BASS, 38, 32, 0.15),
    Instrument("fingered bass", ("electric bass", "fingered bass", "bass guitar"),
               _BASS, 36, 33, 0.12),
    Instrument("picked bass", ("picked bass", "bass guitar", "driving electric bass"),
               _BASS, 36, 34, 0.12),
    Instrument("slap bass", ("slap bass", "funky slap bass", "popping bass guitar"),
               _BASS, 36, 36, 0.1),
    Instrument("fretless bass", ("fretless bass", "singing fretless bass"), _BASS, 37, 35, 0.15),
    Instrument("tuba", ("tuba", "oompah tuba", "low brass"), _BASS, 36, 58, 0.12),
    Instrument("wobble bass", ("wobble bass", "wobbling bass", "dubstep wobble"), _BASS, 35),
    Instrument("log drum", ("log drum", "log drum bass", "knocking log drum"), _BASS, 38),
    Instrument("growl bass", ("growl bass", "snarling bass", "aggressive growling bass"),
               _BASS, 35),
    Instrument("pulse bass", ("pulse bass", "pulsing synth bass", "rolling bass"), _BASS, 36),
    Instrument("house stab", ("synth stabs", "house stabs", "chord stabs"), _CHORDS, 60),
    Instrument("organ", ("organ", "electric organ", "hammond organ"), _BOTH, 60),
    Instrument("warm pad", ("warm pad", "synth pad", "lush pads", "soft pad"), _CHORDS, 60),
    Instrument("supersaw", ("supersaw", "wide supersaws", "bright supersaw chords"), _BOTH, 64),
    Instrument("piano", ("piano", "grand piano", "soft piano"), _BOTH, 62, 0, 0.35),
    Instrument("electric piano", ("electric piano", "rhodes", "warm electric piano"), _BOTH, 60, 4),
    Instrument("strings", ("strings", "string section", "orchestral strings"), _BOTH, 64, 48, 0.6),
    Instrument("choir", ("choir", "voices", "wordless choir"), _BOTH, 62, 52, 0.7),
    Instrument("clean guitar", ("clean electric guitar", "guitar", "jangly guitar"),
               _BOTH, 59, 27, 0.2),
    Instrument("acoustic guitar", ("acoustic guitar", "nylon guitar", "strummed guitar"),
               _BOTH, 57, 24),
    Instrument("distorted guitar", ("distorted guitar", "power chords", "heavy guitars"),
               _CHORDS, 52, 30, 0.15),
    Instrument("harpsichord", ("harpsichord", "baroque harpsichord"), _BOTH, 62, 6, 0.12),
    Instrument("clavinet", ("clavinet", "funky clavinet", "clav"), _BOTH, 58, 7, 0.08),
    Instrument("church organ", ("church organ", "pipe organ", "cathedral organ"),
               _CHORDS, 60, 19, 0.5),
    Instrument("muted guitar", ("muted guitar", "palm muted guitar", "chicken scratch guitar"),
               _BOTH, 57, 28, 0.08),
    Instrument("jazz guitar", ("jazz guitar", "hollow body guitar", "mellow guitar"),
               _BOTH, 58, 26, 0.2),
    Instrument("tremolo strings", ("tremolo strings", "trembling strings", "suspenseful strings"),
               _CHORDS, 64, 44, 0.5),
    Instrument("pizzicato strings", ("pizzicato strings", "plucked strings", "pizzicato"),
               _BOTH, 66, 45, 0.2),
    Instrument("harp", ("harp", "rippling harp", "concert harp"), _BOTH, 66, 46, 0.8),
    Instrument("brass section", ("brass section", "horn section", "horns"), _BOTH, 62, 61, 0.15),
    Instrument("synth brass", ("synth brass", "eighties brass synth", "bold synth brass"),
               _BOTH, 60, 62, 0.2),
    Instrument("glass pad", ("glass pad", "glassy pad", "crystalline pad"), _CHORDS, 66),
    Instrument("dark pad", ("dark pad", "brooding pad", "dark drone"), _CHORDS, 55),
    Instrument("string machine", ("string machine", "ensemble strings synth", "vintage strings"),
               _CHORDS, 64),
    Instrument("banjo", ("banjo", "picked banjo", "twangy banjo"), _BOTH, 64, 105, 0.15),
    Instrument("ukulele", ("ukulele", "strummed ukulele", "little guitar"), _BOTH, 69, 24, 0.15),
    Instrument("marimba", ("marimba", "wooden mallets", "woody marimba"), _BOTH, 64, 12),
    Instrument("bandoneon", ("bandoneon", "tango accordion"), _BOTH, 63, 23, 0.12),
    Instrument("reed organ", ("reed organ", "harmonium", "pump organ"), _CHORDS, 60, 20, 0.2),
    Instrument("chip chords", ("chip chords", "chiptune chords", "8-bit chords"), _CHORDS, 64),
    Instrument("dub stab", ("dub stab", "dub chords", "echoing chord stabs"), _CHORDS, 58),
    Instrument("accordion", ("accordion", "squeezebox"), _BOTH, 64, 21, 0.12),
    Instrument("overdriven guitar", ("lead guitar", "overdriven guitar", "guitar solo"),
               _LEAD, 67, 29, 0.2),
    Instrument("vibraphone", ("vibraphone", "vibes", "mallets"), _BOTH, 72, 11, 0.5),
    Instrument("music box", ("music box", "toy piano"), _BOTH, 79, 10, 0.5),
    Instrument("pluck", ("synth pluck", "plucked synth", "plucky arpeggio"), _BOTH, 70),
    Instrument("saw lead", ("saw lead", "synth lead", "soaring lead"), _LEAD, 71),
    Instrument("square lead", ("square lead", "chiptune lead", "retro lead synth"), _LEAD, 72),
    Instrument("acid lead", ("acid lead", "squelching lead", "resonant synth line"), _LEAD, 62),
    Instrument("fm bell", ("bells", "glassy bells", "digital bell"), _BOTH, 76),
    Instrument("flute", ("flute", "breathy flute"), _LEAD, 74, 73, 0.15),
    Instrument("melodica", ("melodica", "reedy melodica"), _BOTH, 69, 22, 0.1),
    Instrument("saxophone", ("saxophone", "tenor sax", "sax"), _LEAD, 62, 66, 0.12),
    Instrument("trumpet", ("trumpet", "muted trumpet", "brass"), _LEAD, 69, 59, 0.12),
    Instrument("violin", ("violin", "fiddle", "solo violin"), _LEAD, 72, 40, 0.2),
    Instrument("glockenspiel", ("glockenspiel", "bright metal bars"), _LEAD, 84, 9, 0.6),
    Instrument("celesta", ("celesta", "twinkling celesta"), _BOTH, 77, 8, 0.5),
    Instrument("xylophone", ("xylophone", "dry wooden xylophone"), _LEAD, 77, 13, 0.2),
    Instrument("steel drums", ("steel drums", "steel pan", "caribbean steelpan"), _BOTH, 69, 114),
    Instrument("kalimba", ("kalimba", "thumb piano", "mbira"), _BOTH, 70, 108),
    Instrument("sitar", ("sitar", "buzzing sitar", "droning sitar"), _LEAD, 62, 104),
    Instrument("koto", ("koto", "plucked koto", "japanese koto"), _BOTH, 66, 107),
    Instrument("shamisen", ("shamisen", "snappy shamisen"), _LEAD, 65, 106, 0.15),
    Instrument("shakuhachi", ("shakuhachi", "bamboo flute", "breathy bamboo flute"),
               _LEAD, 69, 77, 0.2),
    Instrument("pan flute", ("pan flute", "panpipes"), _LEAD, 74, 75, 0.15),
    Instrument("ocarina", ("ocarina", "hollow ocarina"), _LEAD, 76, 79, 0.12),
    Instrument("whistle", ("whistle", "whistling", "whistled tune"), _LEAD, 79, 78, 0.12),
    Instrument("recorder", ("recorder", "wooden recorder"), _LEAD, 76, 74, 0.1),
    Instrument("clarinet", ("clarinet", "woody clarinet"), _LEAD, 67, 71, 0.12),
    Instrument("oboe", ("oboe", "plaintive oboe"), _LEAD, 70, 68, 0.12),
    Instrument("bassoon", ("bassoon", "grumbling bassoon"), _LEAD, 55, 70, 0.12),
    Instrument("cello", ("cello", "solo cello", "warm cello"), _LEAD, 55, 42, 0.25),
    Instrument("french horn", ("french horn", "noble horn"), _BOTH, 60, 60, 0.2),
    Instrument("trombone", ("trombone", "sliding trombone"), _LEAD, 56, 57, 0.12),
    Instrument("soprano saxophone", ("soprano saxophone", "soprano sax"), _LEAD, 72, 64, 0.12),
    Instrument("harmonica", ("harmonica", "blues harp", "mouth organ"), _LEAD, 69, 22, 0.1),
    Instrument("bagpipe", ("bagpipes", "highland pipes", "skirling bagpipe"), _LEAD, 69, 109, 0.08),
    Instrument("fiddle", ("fiddle", "folk fiddle", "reeling fiddle"), _LEAD, 71, 110, 0.15),
    Instrument("tubular bells", ("tubular bells", "church bells", "tolling bells"),
               _LEAD, 67, 14, 1.0),
    Instrument("dulcimer", ("dulcimer", "hammered dulcimer"), _BOTH, 67, 15, 0.4),
    Instrument("theremin", ("theremin", "eerie theremin", "wavering theremin"), _LEAD, 72),
    Instrument("hoover", ("hoover", "hoover synth", "rave hoover"), _BOTH, 62),
    Instrument("sine lead", ("sine lead", "pure sine lead", "soft sine synth"), _LEAD, 74),
    Instrument("chip lead", ("chip lead", "8-bit lead", "bleeping chip lead"), _LEAD, 74),
    Instrument("synth voice", ("synth voice", "vocal synth", "singing synth pad"), _BOTH, 65, 54,
               0.4),
    Instrument("brass lead", ("brass lead", "synth brass lead", "heroic brass synth"), _LEAD, 67),
)  # fmt: skip

INSTRUMENTS = {instrument.name: instrument for instrument in _TABLE}
