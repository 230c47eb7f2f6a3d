"""The drum kits by name: their words, and where they get their sound."""

from dataclasses import dataclass
from pathlib import Path

from .drums import LEVELS, Machine, machine_hit
from .soundfont import drum_hit
from .voices import Audio


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
    "latin kit": Kit(
        ("latin percussion", "congas and bongos", "hand percussion", "timbales and claves"),
        Machine(66, 0.15, 0.5, 230, 0.12, 0.5, 7000, 0.04), 0,
    ),
    "brush kit": Kit(
        ("brushed drums", "brushes", "soft brushed snare"),
        Machine(68, 0.16, 0.2, 210, 0.24, 0.85, 6000, 0.06, snare_attack_s=0.03), 40,
    ),
    "orchestral kit": Kit(
        ("orchestral percussion", "timpani and snare", "concert bass drum"),
        Machine(44, 0.7, 0.2, 205, 0.2, 0.7, 5500, 0.12, tom_hz=75, tom_decay_s=0.4), 48,
    ),
    "electronic kit": Kit(
        ("electronic drums", "synth drums", "electronic drum pads"),
        Machine(54, 0.3, 0.8, 190, 0.2, 0.55, 8000, 0.04), 24,
    ),
    "industrial kit": Kit(
        ("industrial drums", "distorted metallic drums", "pounding machine drums"),
        Machine(52, 0.3, 1.0, 165, 0.24, 0.75, 4500, 0.07, drive=0.9),
    ),
    "chip kit": Kit(
        ("chip drums", "8-bit drums", "game console drums"),
        Machine(70, 0.12, 0.3, 240, 0.1, 0.9, 9000, 0.025, tom_decay_s=0.08, crush=0.8),
    ),
    "afro kit": Kit(
        ("african percussion", "djembes", "afro drums", "hand drums and shakers"),
        Machine(72, 0.24, 0.3, 260, 0.12, 0.3, 7500, 0.04, tom_hz=110, tom_decay_s=0.16),
    ),
    "lo-fi kit": Kit(
        ("lo-fi drum kit", "crackly boom bap drums", "mellow dusty drums"),
        Machine(56, 0.22, 0.5, 180, 0.15, 0.55, 6500, 0.045, dust=0.5), 8,
    ),
}  # fmt: skip
