"""How each size renders a sample: one small adapter a size.

What comes out is alike for all: mono, 16 kHz, about 10.24 s, as the references are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .. import loop
from ..base.melbench import RATE, SAMPLES, ManifestError
from ..level import mixed
from ..material.melbench import clip_of
from ..music import Metre, Plan
from ..request import PARTS, RenderRequest, RequestError

Sound = NDArray[np.float32]
SECONDS = SAMPLES / RATE
LOOP_RATE = 44100
_PLANNED: dict[str, Callable[[Any], Any]] = {
    "bpm": float, "metre": str, "key": str, "bars": int, "chords": str,
}  # fmt: skip
"""What a plan is made of, by the names that `melfusion data` gives it in a manifest."""


@dataclass(frozen=True)
class Dials:
    """How a model is used; None is as suits the model.

    Attributes:
        steps: denoising steps.
        guidance: of the words.
        image_guidance: of the picture; None is as `guidance` says.
    """

    steps: int | None = None
    guidance: float | None = None
    image_guidance: float | None = None


@dataclass(frozen=True)
class Task:
    """One render.

    Attributes:
        prompt: the words, or "".
        picture: what is shown, or None.
        seed: of the noise; the same in every condition.
        extra: what the manifest tells beside words and picture.
    """

    prompt: str
    picture: Image.Image | None
    seed: int
    extra: Mapping[str, object]


class Renderer:
    """A model and how it is used.

    Attributes:
        size: `mini` or `base`.
        about: what is rendered, one sentence for the report.
        guidance: that suits the model.
    """

    size: str
    about: str
    guidance: float

    def __init__(self, pipeline: Any, dials: Dials) -> None:
        self.pipeline = pipeline
        self.asked: dict[str, Any] = {
            "steps": dials.steps or pipeline.steps,
            "guidance": self.guidance if dials.guidance is None else dials.guidance,
            "image_guidance": dials.image_guidance,
        }

    @property
    def name(self) -> str:
        """Name and version of the model."""
        return str(self.pipeline.name)

    def plan(self, extra: Mapping[str, object], seed: int) -> Plan | None:
        """The plan that a sample is rendered on; None for a size that needs none.

        Raises:
            ManifestError: what the manifest tells of it cannot be read.
        """
        raise NotImplementedError

    def render(self, task: Task) -> Sound:
        """[N] float32 at RATE."""
        raise NotImplementedError


class ClipRenderer(Renderer):
    """`base`: clips as in the paper's evaluation."""

    size = "base"
    about = (
        "Clips of 10.24 s as in the paper's evaluation: no loop, no plan, the words as they are."
    )
    guidance = 3.0

    def plan(self, extra: Mapping[str, object], seed: int) -> None:
        """None is needed."""
        del extra, seed

    def render(self, task: Task) -> Sound:
        """A clip."""
        clip: Sound = self.pipeline.clip(
            SECONDS, prompt=task.prompt, image=task.picture, seed=task.seed, **self.asked
        )
        return clip


class LoopRenderer(Renderer):
    """`mini`: a full mix of a loop, gone round as the project's own reference clips are."""

    size = "mini"
    about = (
        "Loops, full mixes of four parts, gone round until 10.24 s are full. Tempo, metre, key and"
        " chords are taken from the manifest where it tells them, in every condition alike: they"
        " bring all renders nearer to the references than words could."
    )
    guidance = 1.0

    def plan(self, extra: Mapping[str, object], seed: int) -> Plan:
        """As the manifest tells it; what it leaves open as `planned` says."""
        return planned(extra, seed)

    def render(self, task: Task) -> Sound:
        """A loop gone round."""
        plan = planned(task.extra, task.seed)
        stems = self.pipeline(
            plan, PARTS, prompt=task.prompt, image=task.picture, seed=task.seed, **self.asked
        ).stems
        return clip_of(mixed(stems, LOOP_RATE).mean(0))


def renderer_of(pipeline: Any, dials: Dials) -> Renderer:
    """The adapter of a pipeline's size."""
    from ..model.mini import MiniPipeline

    return (LoopRenderer if isinstance(pipeline, MiniPipeline) else ClipRenderer)(pipeline, dials)


@lru_cache(1)
def loaded(model: str, dials: Dials) -> Renderer:
    """The adapter of a model, which every process loads once.

    Raises:
        RenderError: the model cannot be loaded.
    """
    from ..render import load

    return renderer_of(load(model), dials)


def sound_of(model: str, dials: Dials, task: Task) -> Sound:
    """One render, [N] float32 at RATE, in whichever process."""
    return loaded(model, dials).render(task)


def planned(extra: Mapping[str, object], seed: int) -> Plan:
    """The plan of a sample: what a manifest tells, else 120 BPM, 4/4, as many bars as fit 10.24 s.

    Key and chords that are not told are drawn by the seed.

    Raises:
        ManifestError: what is told is no plan.
    """
    try:
        told = {
            name: read(extra[name])
            for name, read in _PLANNED.items()
            if extra.get(name) not in (None, "")
        }
        if "bars" not in told:
            metre = Metre.parse(told.get("metre", "4/4"))
            told["bars"] = max(1, int(SECONDS / loop.seconds(1, metre, told.get("bpm", 120.0))))
        return RenderRequest.check({"prompt": "x", "seed": seed, **told}).plan()
    except (RequestError, ValueError, TypeError, ZeroDivisionError) as error:
        raise ManifestError(f"the plan that the manifest tells cannot be used: {error}") from None
