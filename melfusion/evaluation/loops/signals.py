"""What is measured of one loop against its plan; nan where it does not apply."""

import numpy as np
from numpy.typing import NDArray

from ... import loop, rhythm, tonality
from ...music import Plan
from ...rhythm import Floats, Onsets

Numbers = NDArray[np.float64]

RATE = 44100
TEMPO_WITHIN = 0.01
OCTAVES = (0.25, 0.5, 1.0, 2.0, 4.0)

SUSTAIN_WINDOW_S, SUSTAIN_HOP_S, AFTER_ONSET_S = 0.186, 0.05, 0.05
LOWEST_HZ, HIGHEST_PITCH_HZ, TOP_HZ = 40.0, 2000.0, 5000.0
HARMONICS, COMPRESSION = 15, 0.84
LOBE_BINS = 2
"""Half of the main lobe of a Hann window."""
QUIET_DB = 30.0
CLEAN_DB = 40.0
"""A lower floor is as good as none: synthesized tones have none that could be heard."""

JOINT_S = 0.015
USUAL = 0.9
"""Quantile of what is inside that the joint is held against."""


def measured(audio: Floats, plan: Plan, part: str) -> dict[str, float]:
    """All measures of one loop, [N] float32 at 44.1 kHz, but those of its onsets one by one."""
    heard = rhythm.onsets(audio, RATE)
    step, flux = seam(audio, heard, plan)
    row = {"tempo": tempo_kept(heard, plan), "seam step": step, "seam flux": flux}
    if part != "drums":
        row["key"] = key_kept(audio, plan)
        row["chords"] = chord_likeness(audio, plan)
        row["sharpness"] = sharpness_db(audio, heard)
    return row


def tempo_kept(heard: Onsets, plan: Plan) -> float:
    """1 where the tempo detected is the plan's within 1 %, or an octave or two from it; else 0."""
    bpm, _ = rhythm.tempo(heard)
    return float(min(abs(bpm * octave / plan.bpm - 1) for octave in OCTAVES) <= TEMPO_WITHIN)


def off_grid_ms(audio: Floats, plan: Plan) -> Numbers:
    """Milliseconds from each strong onset to the nearest sixteenth: [n]."""
    sixteenth_s = 60 / plan.bpm / 4
    phases = rhythm.strong(rhythm.onsets(audio, RATE)) / sixteenth_s
    return np.asarray(np.abs(phases - np.round(phases)) * sixteenth_s * 1000)


def key_kept(audio: Floats, plan: Plan) -> float:
    """1 where the likeliest key has the notes of the plan's (relative keys and modes), else 0."""
    modes = tuple(dict.fromkeys(("major", "minor", plan.key.mode)))
    likeliest = tonality.likeliest(tonality.chroma(audio, RATE), modes)
    return float(likeliest.related(plan.key))


def chord_likeness(audio: Floats, plan: Plan) -> float:
    """Mean correlation of the chroma under each planned chord with that chord, -1 to 1."""
    likeness = []
    for bar, row in enumerate(plan.chords):
        for number, chord in enumerate(row):
            edges = [(bar + (number + k) / len(row)) / plan.bars * len(audio) for k in (0, 1)]
            heard = tonality.chroma(audio[round(edges[0]) : round(edges[1])], RATE)
            wanted = np.zeros(12)
            wanted[list(chord.pitch_classes)] = 1
            if np.ptp(heard) > 0:
                likeness.append(np.corrcoef(heard, wanted)[0, 1])
    return float(np.mean(likeness)) if likeness else float("nan")


def sharpness_db(audio: Floats, heard: Onsets) -> float:
    """Harmonic-to-noise ratio of the sustained notes: median over their frames, in dB.

    A frame of SUSTAIN_WINDOW_S (Hann) counts where it begins AFTER_ONSET_S after an onset, ends
    before the next and is not QUIET_DB under the loudest. Its strongest pitch is the one with the
    greatest sum of harmonics, each worth 0.84 of the one before (Hermes, JASA 83, 1988). The ratio
    is the energy in the main lobes of its harmonics to that of a floor as high as the median of
    the bins between them (divided by ln 2, which makes it the mean of noise), both up to TOP_HZ:
    the harmonics-to-noise ratio of Yumoto et al. (JASA 71, 1982) read from spectra, and by a median
    so that other notes of a chord do not count as noise. It is CLEAN_DB at most.

    Args:
        audio: [N] float32, mono, 44.1 kHz.
        heard: its onsets.

    Returns:
        nan where no note is sustained.
    """
    width = rhythm.frame_width(SUSTAIN_WINDOW_S, RATE)
    centres = _sustained(heard, len(audio), width)
    if not len(centres):
        return float("nan")
    top = round(TOP_HZ * width / RATE)
    spectra = rhythm.circular_spectra(audio, centres, width, lambda all: all[:, : top + 1])
    power = np.square(spectra.astype(np.float64))
    loud = power.sum(1) > power.sum(1).max() * 10 ** (-QUIET_DB / 10)
    ratios = [_ratio_db(frame, width) for frame in power[loud]]
    known = [ratio for ratio in ratios if np.isfinite(ratio)]
    return float(np.median(known)) if known else float("nan")


def _sustained(heard: Onsets, length: int, width: int) -> NDArray[np.intp]:
    """Middles of the frames that lie between two onsets, in samples."""
    centres = np.array(loop.positions(max(1, round(length / RATE / SUSTAIN_HOP_S)), length))
    if not len(heard.times):
        return centres
    onsets = np.sort(heard.times % heard.seconds)
    around = np.concatenate([onsets - heard.seconds, onsets, onsets + heard.seconds])
    begin, end = (centres - width / 2) / RATE, (centres + width / 2) / RATE
    before = around[np.searchsorted(around, end, side="right") - 1]
    return np.asarray(centres[begin - before >= AFTER_ONSET_S])


def _ratio_db(power: Numbers, width: int) -> float:
    """Of one frame: energy at the harmonics of its strongest pitch to that of the floor."""
    if not power.any():
        return float("nan")
    amplitude, bins = np.sqrt(power), np.arange(len(power))
    octaves = np.log2(HIGHEST_PITCH_HZ / LOWEST_HZ)
    pitches = LOWEST_HZ * 2 ** np.linspace(0, octaves, round(octaves * 96)) * width / RATE
    places = pitches[:, None] * np.arange(1, HARMONICS + 1)
    heights = np.interp(places, bins, amplitude, right=0.0)
    pitch = pitches[np.argmax(heights @ COMPRESSION ** np.arange(HARMONICS))]
    harmonics = np.arange(1, int((len(power) - 1) / pitch) + 1) * pitch
    distance = np.abs(bins[:, None] - harmonics).min(1)
    between = power[(distance > LOBE_BINS + 1) & (bins > pitch / 2)]
    if not len(between):
        return float("nan")
    floor = max(float(np.median(between)) / np.log(2), 1e-12 * float(power.max()))
    within = power[distance <= LOBE_BINS]
    tones = max(float(within.sum()) - floor * len(within), floor)
    return min(CLEAN_DB, float(10 * np.log10(tones / (floor * len(power)))))


def seam(audio: Floats, heard: Onsets, plan: Plan) -> tuple[float, float]:
    """The joint against the 90th percentile of the same inside: its step, and its flux.

    Steps are those from sample to sample, the greatest in every 64; flux is the onset envelope
    within 15 ms of the joint, and within as much of every quarter note inside.

    Returns:
        Both as ratios; 1 is as great as usual.
    """
    rises = np.abs(np.diff(np.concatenate([audio[-1:], audio])))
    greatest = np.maximum.reduceat(rises[1:], np.arange(0, len(rises) - 1, 64))
    step = float(rises[0]) / max(float(np.quantile(greatest, USUAL)), 1e-6)
    frames = len(heard.envelope)
    reach = max(1, round(JOINT_S / heard.seconds * frames))
    beats = np.arange(0, frames, 60 / plan.bpm / heard.seconds * frames).round().astype(int)
    around = (beats[:, None] + np.arange(-reach, reach + 1)) % frames
    highest = heard.envelope[around].max(1)
    usual = max(float(np.quantile(highest[1:], USUAL)), 1e-6) if len(highest) > 1 else np.nan
    return step, float(highest[0]) / usual
