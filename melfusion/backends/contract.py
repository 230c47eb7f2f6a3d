"""What a model that composes pieces is asked, and what it gives: one contract for all of them.

mini and base are told where every beat lies and work on a circle; they need nothing of this. The
models behind this contract know tempo, key and metre as words or numbers at most, and compose
pieces that begin and end. What comes out of them is made into a loop in looping.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from PIL import Image

from ..music import Plan
from ..rhythm import Floats

OnShare = Callable[[float], None]
"""Told how much of a call is done, 0-1, before every denoising step; what it raises passes
through, which is how a render is cancelled."""


class Ability(StrEnum):
    """What a composer can do beside composing."""

    REPAINT = "repaint"
    """Makes a stretch of a sound anew, and keeps the rest."""
    VARY = "vary"
    """Makes another sound out of one, as near to it as is asked."""


@dataclass(frozen=True)
class Brief:
    """What is to be composed.

    Attributes:
        words: what the user typed, and what the plan and the part add to it (briefing.py).
        part: of request.PARTS, or "full".
        plan: tempo, metre, key and chords of the loop; `plan.bars` is the loop's, not the piece's.
        seconds: length of the piece that is asked for.
        seed: the same brief with the same seed gives the same sound on one machine.
        steps: denoising steps; 0 is as suits the model.
        guidance: how closely words are followed, 1 or more; 0 is as suits the model.
        picture_words: what is seen in the picture, in words; empty without a picture.
        picture: the picture itself, for a synapse that was trained; None without one.
        picture_strength: 0-1, how much the picture counts, in words and by a synapse; at 0 the
            sound is exactly that of the words alone.
    """

    words: str
    part: str
    plan: Plan
    seconds: float
    seed: int = 0
    steps: int = 0
    guidance: float = 0.0
    picture_words: str = ""
    picture: Image.Image | None = None
    picture_strength: float = 1.0


class Composer(Protocol):
    """A model behind one of diffusers' pipelines. One file each: ace_step.py, stable_audio_3.py."""

    @property
    def name(self) -> str:
        """Name and version, as the recipe of a loop tells it."""

    @property
    def device(self) -> Any:
        """Where it computes: cpu, cuda, mps."""

    @property
    def rate(self) -> int:
        """Samples a second of what it takes and gives."""

    @property
    def steps(self) -> int:
        """Denoising steps that suit it."""

    @property
    def guidance(self) -> float:
        """Guidance that suits it; 1 is none."""

    @property
    def longest_s(self) -> float:
        """Seconds of the longest piece that it composes."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can do beside composing."""

    def compose(self, brief: Brief, on_share: OnShare) -> Floats:
        """A piece of `brief.seconds`: [2, N] float32 at `rate`."""

    def repaint(
        self, sound: Floats, start_s: float, end_s: float, brief: Brief, on_share: OnShare
    ) -> Floats:
        """A sound with a stretch of it made anew, which goes on from and leads to the rest.

        The rest is kept as far as the model's own codec keeps it.

        Args:
            sound: [2, N] float32 at `rate`.
            start_s: where the stretch begins.
            end_s: where it ends.
            brief: as for `compose`; its seconds are the sound's.
            on_share: see OnShare.

        Returns:
            [2, N] float32, of the same length.
        """

    def vary(self, sound: Floats, change: float, brief: Brief, on_share: OnShare) -> Floats:
        """Another sound out of one.

        Args:
            sound: [2, N] float32 at `rate`.
            change: 0-1, how far it may go from it: near 0 hardly anything, 1 is all made anew.
            brief: as for `compose`; its seconds are the sound's.
            on_share: see OnShare.

        Returns:
            [2, N] float32, of the same length.
        """
