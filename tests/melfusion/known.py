"""Loops of which everything is known, and a pipeline that renders them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from melfusion import loop
from melfusion.arranging import Arrangement
from melfusion.music import Key, Metre, Plan, draw_chords, parse_chords
from melfusion.request import PARTS

RATE = 44100


def plan(bpm=123.4, metre="4/4", key="A minor", chords="Am F C G", bars=4):
    meter = Metre.parse(metre)
    return Plan(bpm, meter, Key.parse(key), parse_chords(chords, bars, meter.numerator))


def drawn_plan(rng, metre="4/4", bars=4):
    key = Key(rng.randrange(12), rng.choice(("minor", "major")))
    tempo = round(rng.uniform(70, 170), 2)
    return Plan(tempo, Metre.parse(metre), key, draw_chords(key, bars, rng))


def _place(out, sound, at_s, rate):
    """Adds a sound to the circle."""
    np.add.at(out, (round(at_s * rate) + np.arange(len(sound))) % len(out), sound)


def _hit(rate, rng, decay, pitch_hz=0.0):
    t = np.arange(round(0.2 * rate)) / rate
    body = np.sin(2 * np.pi * pitch_hz * t) if pitch_hz else rng.standard_normal(len(t))
    return body * np.exp(-decay * t)


def tone(rate, midi, length_s, attack_s=0.005, release_s=0.05):
    hertz = 440 * 2 ** ((midi - 69) / 12)
    t = np.arange(round((length_s + release_s) * rate)) / rate
    partials = [np.sin(2 * np.pi * hertz * h * t) / h**1.3 for h in range(1, 7)]
    rise = np.minimum(1, t / attack_s)
    fall = np.minimum(1, (length_s + release_s - t) / release_s)
    return np.sum(partials, axis=0) * rise * fall


def _finished(out, peak=0.5):
    return (out / np.abs(out).max() * peak).astype(np.float32)[None]


def drums(plan, rate=RATE, seed=0, late_s=0.0, speed=1.0):
    """Kick on every quarter, snare on the off ones, hats on eighths, ghosts by the seed."""
    rng = np.random.default_rng(seed)
    out = np.zeros(loop.samples(plan.bars, plan.metre, plan.bpm, rate))
    sixteenth_s = 15 / plan.bpm / speed
    for step in range(int(len(out) / rate / sixteenth_s + 1e-6)):
        at_s = step * sixteenth_s + late_s
        if step % 4 == 0:
            _place(out, _hit(rate, rng, 12, 60.0), at_s, rate)
        if step % 8 == 4:
            _place(out, 0.5 * _hit(rate, rng, 25), at_s, rate)
        if step % 2 == 0 or rng.random() < 0.2:
            _place(out, 0.2 * _hit(rate, rng, 60), at_s, rate)
    return _finished(out)


def tones(plan, rate=RATE, part="chords", transposed=0, attack_s=0.005):
    """The plan's chords: on every quarter for chords, as broken eighths for bass and lead."""
    lowest = {"bass": 33, "chords": 54, "lead": 69}[part]
    out = np.zeros(loop.samples(plan.bars, plan.metre, plan.bpm, rate))
    step_s = (60 if part == "chords" else 30) / plan.bpm
    per_bar = float(plan.metre.quarters) * 60 / plan.bpm
    for step in range(round(len(out) / rate / step_s)):
        at_s = step * step_s
        notes = plan.chord_at(at_s / per_bar + 1e-6).pitch_classes
        for note in notes if part == "chords" else [notes[step % len(notes)]]:
            midi = lowest + (note + transposed - lowest) % 12
            _place(out, tone(rate, midi, 0.9 * step_s, attack_s), at_s, rate)
    return _finished(out)


def full(plan, rate=RATE, seed=0):
    stems = [drums(plan, rate, seed), *(tones(plan, rate, part) for part in PARTS[1:])]
    return _finished(np.sum(stems, axis=0)[0])


@dataclass
class Output:
    stems: dict
    seconds: dict
    arrangement: object = None
    picture_words: str = ""


@dataclass
class KnownPipeline:
    """Obeys the pipeline's contract to the letter, and renders what is known.

    Attributes:
        spoil: what happens to each stem before it is handed over: (stem, seed) -> stem.
        calls: the keyword arguments of each call.
        mood: how happy it takes everything to be.
        arrangement: what it tells of each render.
    """

    spoil: Callable = lambda stem, _seed: stem
    name: str = "known-1"
    device: str = "cpu"
    steps: int = 5
    guidance: float = 1.0
    calls: list = field(default_factory=list)
    mood: float = 0.5
    arrangement: Arrangement | None = None

    def valence(self, prompt, image, image_strength):
        assert isinstance(prompt, str)
        assert image is None or image.mode == "RGB"
        assert 0 <= image_strength <= 1
        return self.mood

    def __call__(
        self,
        plan: Plan,
        parts: Sequence[str],
        *,
        prompt="",
        image=None,
        image_strength=1.0,
        guidance=None,
        image_guidance=None,
        steps=None,
        seed=0,
        arrangement=None,
        towards=None,
        image_words="",
        source=None,
        on_stage=lambda _stage, _share: None,
    ):
        assert isinstance(plan, Plan)
        assert parts
        assert set(parts) <= set(PARTS)
        assert image is None or image.mode == "RGB"
        assert 0 <= image_strength <= 1
        assert guidance is None or guidance > 0
        assert image_guidance is None or image_guidance > 0
        assert arrangement is None or arrangement == self.arrangement
        assert towards is None or 0 < towards.share <= 1
        assert source is None or source.audio.shape[0] == 2
        steps = steps or self.steps
        told = {"image_guidance": image_guidance, "steps": steps, "towards": towards}
        told |= {"image_words": image_words, "source": source}
        self.calls.append({"parts": parts, "prompt": prompt, "image": image, "seed": seed, **told})
        for step in range(steps):
            on_stage("denoising", step / steps)
        on_stage("decoding", 0.0)
        stems = {
            part: drums(plan, RATE, seed) if part == "drums" else tones(plan, RATE, part)
            for part in parts
        }
        seconds = {"text": 0.1, "picture": 0.2, "denoising": 0.3, "decoding": 0.4}
        spoilt = {part: self.spoil(stem, seed) for part, stem in stems.items()}
        return Output(spoilt, seconds, self.arrangement, image_words)
