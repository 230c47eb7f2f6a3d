"""Pieces as large models compose them, of the training material's own music.

They begin late and end in a fade, their bars come again with small variations, and their tempo is
as wrong as is asked. What they are is known, and so is the music that makes a joint anew.
"""

import math
import random
from dataclasses import dataclass, replace

import numpy as np

from melfusion import loop, rhythm
from melfusion.material.compose import compose
from melfusion.material.scene import Scene, draw_scene
from melfusion.material.synth import render
from melfusion.music import Metre, Plan, draw_chords
from melfusion.request import PARTS
from melfusion.rhythm import Floats
from melfusion.score import Score

RATE = 44100
METRES = ("4/4", "4/4", "3/4", "6/8", "7/8")
HEARD = (*PARTS, "full")
LATE_S = (0.174, 0.488)
FADE_S = (2.0, 4.0)
RING_IN = (0.001, 0.02)
LEFT_OUT = 0.05
"""How often a note is not played when its bar comes again."""


@dataclass(frozen=True, eq=False)
class Music:
    """A loop as it is written, which pieces are made of.

    Attributes:
        scene: what it is; its plan is what the pieces are asked to keep to.
        part: of request.PARTS, or "full".
        notes: of all parts, for one turn of the loop.
    """

    scene: Scene
    part: str
    notes: Score

    @property
    def plan(self) -> Plan:
        """Tempo, metre, key and chords of the loop."""
        return self.scene.plan

    def loop(self) -> Floats:
        """The loop itself, as it would be played in time: [2, N], a circle."""
        return self._played(self.plan, self.notes)

    def piece(self, seconds: float, bpm: float, late_s: float, fade_s: float, seed: int) -> Floats:
        """The loop again and again, as a model composes it.

        Args:
            seconds: length of the piece.
            bpm: the tempo that it has.
            late_s: when its first beat comes.
            fade_s: how long its ending takes.
            seed: of the variations.

        Returns:
            [2, seconds * RATE]
        """
        rng = random.Random(seed)
        plan = self.plan
        turns = math.ceil(seconds / loop.seconds(plan.bars, plan.metre, bpm))
        # An empty turn at the end takes in what rings on, so that nothing comes round.
        whole = Plan(bpm, plan.metre, plan.key, plan.chords * (turns + 1))
        turn_beats = loop.quarters(plan.bars, plan.metre)
        notes = {
            part: [
                replace(
                    note,
                    start_beats=note.start_beats + turn * turn_beats,
                    velocity=min(1.0, note.velocity * rng.uniform(0.85, 1.15)),
                )
                for turn in range(turns)
                for note in written
                if not turn or rng.random() >= LEFT_OUT
            ]
            for part, written in self.notes.items()
        }
        length = round(seconds * RATE)
        sound = np.zeros((2, length), np.float32)
        late = round(late_s * RATE)
        sound[:, late:] = self._played(whole, notes)[:, : length - late]
        # Something rises before the first beat, from hardly heard to half as loud as music.
        noise = np.random.default_rng(seed).standard_normal((2, late)) * rng.uniform(*RING_IN)
        sound[:, :late] += (noise * np.linspace(0, 1, late) ** 2).astype(np.float32)
        fade = round(fade_s * RATE)
        sound[:, -fade:] *= np.cos(np.linspace(0, np.pi / 2, fade, dtype=np.float32)) ** 2
        return sound

    def _played(self, plan: Plan, notes: Score) -> Floats:
        scene = replace(self.scene, plan=plan)
        heard = PARTS if self.part == "full" else (self.part,)
        sound = np.sum([render(scene, part, notes) for part in heard], axis=0)
        # The channels are not the same: a short room of its own for each.
        sides = [0.7 * sound + 0.3 * np.roll(sound, round(s * RATE)) for s in (0.0007, 0.0013)]
        return np.asarray(sides, np.float32)


def drawn(number: int, part: str, metre: str, bars: int) -> Music:
    """Music number `number`: any style and tempo from 70 to 170."""
    scene = draw_scene(8, number)
    rng = scene.rng("piece")
    meter = Metre.parse(metre)
    key = scene.plan.key
    bpm = round(rng.uniform(70, 170), 1)
    scene = replace(scene, plan=Plan(bpm, meter, key, draw_chords(key, bars, rng)))
    return Music(scene, part, compose(scene))


def offset_s(sound: Floats, true: Floats, near_s: float | None = None) -> float:
    """How late `sound` is against the same music, both circles [2, N]; negative is early.

    Where their onsets coincide most, to about a millisecond.

    Args:
        sound: what is measured.
        true: what it is measured against.
        near_s: looked for within 60 ms of this: music that repeats itself coincides more than once.
    """
    ours, theirs = (rhythm.onsets(s.mean(axis=0), RATE).envelope for s in (sound, true))
    likeness = np.fft.rfft(ours) * np.conj(np.fft.rfft(theirs))
    # Sixteen times as many places: the correlation between its frames.
    places = 16 * len(ours)
    coincide = np.fft.irfft(likeness, places)
    late_s = np.fft.fftfreq(places, 1 / places) / places * true.shape[1] / RATE
    if near_s is not None:
        period_s = true.shape[1] / RATE
        away_s = np.abs((late_s - near_s + period_s / 2) % period_s - period_s / 2)
        coincide = np.where(away_s <= 0.06, coincide, -np.inf)
    return float(late_s[np.argmax(coincide)])


@dataclass(frozen=True)
class TrueRepaint:
    """Makes a stretch anew as the music really goes, and keeps the rest as a codec does.

    Attributes:
        true: the music, in time: a circle [2, N].
    """

    true: Floats

    def __call__(self, sound: Floats, start_s: float, end_s: float) -> Floats:
        """See looping.Repaint."""
        late = round(offset_s(sound, self.true) * RATE)
        anew = np.roll(self.true, late, axis=1)
        anew *= np.sqrt(np.mean(sound**2) / np.mean(anew**2))
        noise = np.random.default_rng(0).standard_normal(sound.shape).astype(np.float32)
        kept = sound + np.float32(0.01 * np.sqrt(np.mean(sound**2))) * noise
        stretch = slice(round(start_s * RATE), round(end_s * RATE))
        kept[:, stretch] = anew[:, stretch]
        return kept
