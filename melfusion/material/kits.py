"""The drum kits by name: their words, and where they get their sound."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .drums import LEVELS, Machine, machine_hit
from .one_shots import one_shot
from .soundfont import drum_hit
from .voices import Audio


@dataclass(frozen=True)
class Kit:
    """A drum kit.

    Attributes:
        name: its name in styles and manifests.
        words: how captions call it.
        machine: what plays it where nothing else is installed.
        program: the soundfont's kit that is better, if any.
    """

    name: str
    words: tuple[str, ...]
    machine: Machine
    program: int | None = None

    def hit(
        self,
        voice: str,
        velocity: float,
        soundfont: Path | None = None,
        one_shots: Path | None = None,
        choice: int = 0,
    ) -> Audio:
        """One hit: a one-shot if there is one, else of the soundfont, else of the machine.

        Args:
            voice: a name in drums.LEVELS.
            velocity: 0-1.
            soundfont: a General MIDI soundfont.
            one_shots: the folder of one_shots.FILES.
            choice: which of several one-shots for the voice.

        Returns:
            float32 mono at 44.1 kHz.
        """
        shot = one_shots and one_shot(one_shots, self.name, voice, choice)
        if isinstance(shot, np.ndarray):
            return shot * np.float32(velocity * LEVELS[voice])
        if soundfont is None or self.program is None:
            return machine_hit(self.machine, voice) * np.float32(velocity)
        layer = min(4, int(velocity * 4) + 1) / 4
        sound = drum_hit(soundfont, self.program, voice, layer)
        return sound * np.float32(velocity * LEVELS[voice])


_TABLE = (
    Kit("909", ("909 drums", "drum machine", "four to the floor drums"), Machine()),
    Kit(
        "808", ("808 drums", "808 kit", "drum machine"),
        Machine(46, 0.6, 0.4, 175, 0.13, 0.5, 8500, 0.035),
    ),
    Kit(
        "eighties kit", ("eighties drum machine", "gated drums", "retro electronic drums"),
        Machine(55, 0.22, 0.9, 200, 0.26, 0.65, 6500, 0.05),
    ),
    Kit(
        "dusty kit", ("dusty drums", "lo-fi drums", "worn, soft drums"),
        Machine(58, 0.2, 0.3, 190, 0.14, 0.5, 6000, 0.04, dust=0.8),
    ),
    Kit(
        "breakbeat kit", ("breakbeat drums", "sampled drums", "crisp break"),
        Machine(62, 0.16, 0.8, 215, 0.14, 0.55, 6000, 0.05, dust=0.15), 8,
    ),
    Kit(
        "acoustic kit", ("acoustic drums", "live drums", "drum kit"),
        Machine(60, 0.18, 0.7, 200, 0.18), 0
    ),
    Kit(
        "power kit", ("rock drums", "big live drums", "loud drum kit"),
        Machine(58, 0.2, 0.9, 190, 0.22), 16
    ),
    Kit(
        "jazz kit", ("jazz drums", "swinging drum kit", "ride cymbal and brushes"),
        Machine(70, 0.18, 0.4, 220, 0.14, 0.5, 6500), 32,
    ),
    Kit(
        "latin kit",
        ("latin percussion", "congas and bongos", "hand percussion", "timbales and claves"),
        Machine(66, 0.15, 0.5, 230, 0.12, 0.5, 7000, 0.04), 0,
    ),
    Kit(
        "brush kit", ("brushed drums", "brushes", "soft brushed snare"),
        Machine(68, 0.16, 0.2, 210, 0.24, 0.85, 6000, 0.06, snare_attack_s=0.03), 40,
    ),
    Kit(
        "orchestral kit", ("orchestral percussion", "timpani and snare", "concert bass drum"),
        Machine(44, 0.7, 0.2, 205, 0.2, 0.7, 5500, 0.12, tom_hz=75, tom_decay_s=0.4), 48,
    ),
    Kit(
        "electronic kit", ("electronic drums", "synth drums", "electronic drum pads"),
        Machine(54, 0.3, 0.8, 190, 0.2, 0.55, 8000, 0.04), 24,
    ),
    Kit(
        "industrial kit",
        ("industrial drums", "distorted metallic drums", "pounding machine drums"),
        Machine(52, 0.3, 1.0, 165, 0.24, 0.75, 4500, 0.07, drive=0.9),
    ),
    Kit(
        "chip kit", ("chip drums", "8-bit drums", "game console drums"),
        Machine(70, 0.12, 0.3, 240, 0.1, 0.9, 9000, 0.025, tom_decay_s=0.08, crush=0.8),
    ),
    Kit(
        "afro kit", ("african percussion", "djembes", "afro drums", "hand drums and shakers"),
        Machine(72, 0.24, 0.3, 260, 0.12, 0.3, 7500, 0.04, tom_hz=110, tom_decay_s=0.16),
    ),
    Kit(
        "lo-fi kit", ("lo-fi drum kit", "crackly boom bap drums", "mellow dusty drums"),
        Machine(56, 0.22, 0.5, 180, 0.15, 0.55, 6500, 0.045, dust=0.5), 8,
    ),
)  # fmt: skip

KITS = {kit.name: kit for kit in _TABLE}
