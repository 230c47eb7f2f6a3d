"""Drum hits out of recordings that anyone may use: the samples of Sonic Pi.

They are optional files (Debian: sonic-pi-samples). Those named here are in the public domain (CC0
1.0; the package's copyright file names the author of each). Without them, or where a kit has none
for a voice, the soundfont or our own machines stand in (see kits.py).
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from .soundfont import from_attack
from .voices import RATE, Audio

_LONGEST_S = 1.8

_Files = dict[str, tuple[str, ...]]

_ACOUSTIC: _Files = {
    "kick": ("drum_bass_hard", "drum_bass_soft", "drum_heavy_kick"),
    "snare": ("drum_snare_hard", "drum_snare_soft"),
    "hat": ("drum_cymbal_closed",),
    "open": ("drum_cymbal_open",),
    "crash": ("drum_splash_hard", "drum_cymbal_hard"),
    "tom_low": ("drum_tom_lo_hard", "drum_tom_lo_soft"),
    "tom_mid": ("drum_tom_mid_hard", "drum_tom_mid_soft"),
    "tom_high": ("drum_tom_hi_hard", "drum_tom_hi_soft"),
    "cowbell": ("drum_cowbell",),
}
_TABLAS: _Files = {
    "tom_low": ("tabla_ghe4", "tabla_ghe1"),
    "conga_low": ("tabla_tun2", "tabla_tun3"),
    "conga_high": ("tabla_na_o", "tabla_tas3"),
    "bongo_low": ("tabla_te_m", "tabla_te2"),
    "bongo_high": ("tabla_na", "tabla_na_s"),
}
FILES: dict[str, _Files] = {
    "909": {"kick": ("bd_haus", "bd_tek", "bd_klub", "bd_pure", "bd_gas")},
    "808": {"kick": ("bd_808", "bd_boom"), "cowbell": ("drum_cowbell",)},
    "eighties kit": {"kick": ("bd_gas", "bd_sone"), "tom_mid": ("elec_fuzz_tom",)},
    "dusty kit": {
        "kick": ("drum_heavy_kick", "drum_bass_soft"),
        "snare": ("sn_dolf", "drum_snare_soft"),
    },
    "breakbeat kit": _ACOUSTIC,
    "lo-fi kit": {
        "kick": ("bd_zome", "drum_heavy_kick", "drum_bass_soft"),
        "snare": ("sn_zome", "sn_dolf", "drum_snare_soft"),
        "hat": ("drum_cymbal_closed",),
    },
    "electronic kit": {
        "kick": ("elec_hollow_kick", "elec_soft_kick", "bd_fat"),
        "snare": ("elec_snare", "elec_hi_snare", "elec_mid_snare"),
        "open": ("elec_cymbal",),
        "tom_mid": ("elec_fuzz_tom",),
        "rim": ("elec_tick", "elec_flip"),
        "triangle": ("elec_triangle",),
        "woodblock": ("elec_wood", "elec_plip"),
        "agogo_high": ("elec_ping", "elec_twip"),
        "agogo_low": ("elec_bong", "elec_pop"),
    },
    "industrial kit": {
        "kick": ("bd_zum", "bd_fat", "bd_ada"),
        "snare": ("elec_lo_snare", "elec_filt_snare", "sn_dub"),
        "tom_mid": ("elec_fuzz_tom",),
        "ride": ("elec_cymbal",),
    },
    "afro kit": _TABLAS,
}
"""For kits and voices the files that may be used, without their ending."""


def usable(folder: Path) -> bool:
    """Whether all files are there, so that a data set has either all or none of them."""
    return all(
        (folder / f"{name}.flac").is_file()
        for voices in FILES.values()
        for names in voices.values()
        for name in names
    )


def one_shot(folder: Path, kit: str, voice: str, choice: int) -> Audio | None:
    """A recorded hit, or None where the kit has none for the voice.

    Args:
        folder: where the files are.
        kit: the kit's name.
        voice: the drum voice.
        choice: which of the voice's recordings, any number.

    Returns:
        float32 mono at 44.1 kHz with a peak of 1, beginning at its attack.
    """
    names = FILES.get(kit, {}).get(voice)
    return _read(folder / f"{names[choice % len(names)]}.flac") if names else None


@lru_cache(maxsize=128)
def _read(path: Path) -> Audio:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate != RATE:
        raise ValueError(f"{path} has {rate} samples a second, not {RATE}")
    hit = from_attack(sound.mean(axis=1)[: int(_LONGEST_S * RATE)])
    fade = min(len(hit), 1024)
    hit[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(hit / np.max(np.abs(hit)), dtype=np.float32)
