"""Loops of models that compose pieces: melfusion.render's pipeline over any Composer.

A piece is asked for that is longer than the loop, and a slice of it is made the loop. Where a model
keeps to another tempo than it was told, it is asked once more for as much less or more.
"""

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
from PIL import Image

from .. import catalogue, loop
from ..arranging import Arrangement, Towards
from ..music import Plan
from ..pipeline import LoopOutput, OnStage, silent, timed
from ..render import UnusableError
from ..request import PARTS, RequestError
from ..rhythm import Floats
from ..source import RATE, Source
from . import briefing
from .contract import Ability, Brief, Composer, OnShare
from .looping import NoLoop, OutOfTempo, cut, looped, piece_seconds
from .placement import placed
from .seeing import Seer

JOINT = 0.25
"""The joint's share of a render, where it is made anew."""


class ComposingPipeline:
    """Loops from a composer; see melfusion.contract.Pipeline.

    Args:
        composer: what composes.
        seer: what puts pictures into words.
    """

    def __init__(self, composer: Composer, seer: Seer | None = None) -> None:
        self.composer = composer
        self._seer = seer or Seer()

    @classmethod
    def load(cls, folder: Path, backend: str) -> "ComposingPipeline":
        """Loads the composer that a folder holds.

        Args:
            folder: of the model.
            backend: the module that knows it, as backend_of gives it.

        Raises:
            TooLargeError: no memory here holds it.
            PlacementError: the device that was named is not there.
        """
        known = import_module(f".{backend}", __package__)
        return cls(known.load(folder, placed(catalogue.find(folder.name), folder)))

    @property
    def name(self) -> str:
        """Name and version of the model."""
        return self.composer.name

    @property
    def device(self) -> Any:
        """Where it computes."""
        return self.composer.device

    @property
    def steps(self) -> int:
        """Denoising steps that suit it."""
        return self.composer.steps

    @property
    def guidance(self) -> float:
        """How closely words are followed, as suits it."""
        return self.composer.guidance

    def valence(self, prompt: str, image: Image.Image | None, image_strength: float) -> float:
        """How happy words and a picture are, 0-1."""
        return self._seer.valence(prompt, image, image_strength)

    def __call__(
        self,
        plan: Plan,
        parts: Sequence[str],
        *,
        prompt: str = "",
        image: Image.Image | None = None,
        image_strength: float = 1.0,
        guidance: float | None = None,
        image_guidance: float | None = None,
        steps: int | None = None,
        seed: int = 0,
        arrangement: Arrangement | None = None,
        towards: Towards | None = None,
        image_words: str = "",
        source: Source | None = None,
        on_stage: OnStage = silent,
    ) -> LoopOutput:
        """Renders loops.

        Arguments are MeLFusionPipeline's, and beside them:

        Args:
            image_words: what is seen in the picture; looked for when empty.
            source: a loop that this one is a variation or a continuation of; None for neither.

        Returns:
            Stems and timings; what was asked for as all parts together is one sound, "full".

        Raises:
            RequestError: the model cannot do what is asked.
            UnusableError: no loop can be made of what was composed.
        """
        del image_guidance, arrangement  # words and the picture's words are one sentence here
        if towards and towards.share >= 0.5:
            prompt, image, image_words = towards.prompt, towards.image, ""
        output = LoopOutput()
        with timed(output, "picture"):
            if image is not None and image_strength > 0 and not image_words:
                image_words = self._seer.see(image).words
        wanted = ("full",) if set(parts) == set(PARTS) else tuple(parts)
        with timed(output, "denoising"):
            for number, part in enumerate(wanted):
                brief = Brief(
                    briefing.words(prompt, plan, part), part, plan,
                    piece_seconds(plan, self.composer.longest_s), seed + number, steps or 0,
                    guidance or 0.0, image_words if image is not None else "", image,
                    image_strength,
                )  # fmt: skip
                tell = _share_of(on_stage, number, len(wanted))
                output.stems[part] = self._loop(brief, source, tell)
        output.picture_words = image_words if image is not None and image_strength > 0 else ""
        return output

    def _loop(self, brief: Brief, source: Source | None, tell: OnShare) -> Floats:
        """One loop, [2, N] at 44.1 kHz; asked for once more if the model's tempo is another."""
        try:
            try:
                return self._attempt(brief, brief, source, tell)
            except OutOfTempo as wrong:
                bpm = brief.plan.bpm / wrong.ratio
                words = brief.words.replace(f"{brief.plan.bpm:g} BPM", f"{bpm:.4g} BPM")
                told = replace(brief, plan=replace(brief.plan, bpm=bpm), words=words)
                return self._attempt(brief, told, source, tell)
        except NoLoop as error:
            raise UnusableError(str(error)) from error

    def _attempt(self, brief: Brief, told: Brief, source: Source | None, tell: OnShare) -> Floats:
        """A piece that is composed as `told` says, made a loop as `brief` does."""
        composer, rate, plan = self.composer, self.composer.rate, brief.plan

        def repaint(sound: Floats, start_s: float, end_s: float) -> Floats:
            there = replace(brief, seconds=sound.shape[1] / rate)
            return composer.repaint(sound, start_s, end_s, there, _scaled(tell, 1 - JOINT, JOINT))

        joint = repaint if Ability.REPAINT in composer.abilities else None
        if source:
            sound = self._made_of(source, told, tell)
            length = loop.samples(plan.bars, plan.metre, plan.bpm, rate)
            audio = cut(sound, rate, plan, brief.part, length, joint)
        else:
            piece = composer.compose(told, _scaled(tell, 0.0, 1 - JOINT))
            audio = looped(piece, rate, plan, brief.part, joint).audio
        return _at_44100(audio, plan)

    def _made_of(self, source: Source, brief: Brief, tell: OnShare) -> Floats:
        """Three turns of a loop, varied; or the loop, what comes after it, and the loop again.

        What is wanted is the second turn, which has what leads to it and from it on either side.
        """
        composer = self.composer
        needs = Ability.VARY if source.use == "variation" else Ability.REPAINT
        if needs not in composer.abilities:
            raise RequestError("use", f"{composer.name} makes no {source.use}: name another model")
        length = loop.samples(brief.plan.bars, brief.plan.metre, brief.plan.bpm, composer.rate)
        once = np.asarray(scipy.signal.resample(source.audio, length, axis=1), np.float32)
        part = _scaled(tell, 0.0, 1 - JOINT)
        piece, seconds = np.tile(once, 3), length / composer.rate
        if 3 * seconds > composer.longest_s:
            most = f"{composer.longest_s / 3:.0f} s"
            raise RequestError("bars", f"are too many for {composer.name}: name a loop of {most}")
        brief = replace(brief, seconds=3 * seconds)
        if source.use == "variation":
            return composer.vary(piece, source.change, brief, part)
        return composer.repaint(piece, seconds, 2 * seconds, brief, part)


def _at_44100(audio: Floats, plan: Plan) -> Floats:
    """A circle resampled by its whole spectrum, which keeps the seam."""
    length = loop.samples(plan.bars, plan.metre, plan.bpm, RATE)
    if audio.shape[1] == length:
        return audio
    return np.asarray(scipy.signal.resample(audio, length, axis=1), np.float32)


def _share_of(on_stage: OnStage, number: int, count: int) -> OnShare:
    return lambda share: on_stage("denoising", (number + share) / count)


def _scaled(tell: OnShare, begins: float, lasts: float) -> OnShare:
    return lambda share: tell(begins + lasts * share)
