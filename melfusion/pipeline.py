"""What all sizes of the model have in common: loading, and the way from a request to stems.

`mini` (model/mini.py) and `base` (base/pipeline.py) are two sizes of one design. This is the one
class that callers know; which size a folder holds stands in its model_index.json.
"""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from PIL import Image
from torch import Tensor

from .arranging import (
    Arrangement,
    Performance,
    Reading,
    Towards,
    arrange,
    between,
    insisted,
    perform,
)
from .home import model_folder
from .model.guidance import guided
from .music import Plan
from .request import RequestError
from .source import Source

SIZES = {"MiniPipeline": ".model.mini", "BasePipeline": ".base.pipeline"}
"""Class that model_index.json names -> its module."""

OnStage = Callable[[str, float], None]
Model = Callable[[Tensor, Tensor, bool, bool], Tensor]
"""One run of the model on latents at a time step, with or without words, picture."""


def silent(_stage: str, _share: float) -> None:
    """Tells nobody of a stage."""


@dataclass
class LoopOutput:
    """What the pipeline returns.

    Attributes:
        stems: part -> [channels, N] float32 at 44.1 kHz, N as `loop.samples` says.
        seconds: stage (text, picture, denoising, decoding) -> wall time in seconds.
        arrangement: what words and picture were taken to ask for; None of a size that cannot tell.
        picture_words: what was told of the picture in words; empty where it was heard itself.
    """

    stems: dict[str, np.ndarray] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    arrangement: Arrangement | None = None
    picture_words: str = ""


class MeLFusionPipeline(DiffusionPipeline):
    """Loops from a picture and a sentence.

    Attributes:
        steps: denoising steps that suit the model.
        guidance: how closely words and picture are followed, unless told otherwise; 1 takes a
            single run of the network a step.
    """

    steps: int
    guidance: float = 1.0

    @classmethod
    def from_pretrained(cls, model: str | Path, **options: Any) -> "MeLFusionPipeline":
        """Loads a model of any size.

        Args:
            model: "mini", "base", or a folder that save_pretrained wrote.
            options: further arguments for the size's own `load`.

        Raises:
            FileNotFoundError: there is no such model.
            ValueError: the folder holds a model of another kind, or lacks weights.
        """
        folder = model_folder(model)
        kind = cls.load_config(folder).get("_class_name")
        if kind not in SIZES:
            raise ValueError(f"{folder} holds a {kind}, not one of {', '.join(SIZES)}")
        size: type[MeLFusionPipeline] = getattr(import_module(SIZES[kind], __package__), kind)
        return size.load(folder, **options)

    @classmethod
    @abstractmethod
    def load(cls, folder: Path) -> "MeLFusionPipeline":
        """Loads what save_pretrained wrote of this size."""

    @property
    def name(self) -> str:
        """Name and version of the model, such as "mini-1"."""
        return str(self.config["name"])

    @torch.no_grad()
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
        """Renders stems.

        Args:
            plan: tempo, metre, key and chords.
            parts: the stems wanted, of request.PARTS.
            prompt: the words; may be empty.
            image: the picture, or None.
            image_strength: 0-1, scales alpha in every synapse; 0 is exactly no picture.
            guidance: how far to go from what is rendered without words and picture towards what
                is rendered with them; 1 is off (see guidance.py), None is the size's own.
            image_guidance: the same for the picture; None is as `guidance` says.
            steps: denoising steps; None is the model's own number.
            seed: seed of the noise, the notes, and an arrangement that is not given.
            arrangement: what plays; None draws it of what words and picture ask for.
            towards: another scene, part of whose words and picture it has; None for none.
            image_words: not heeded: the picture itself is heard.
            source: None; loops are not made of others here.
            on_stage: called before every denoising step and every piece of decoding with the
                stage and how much of it is done, 0-1; what it raises passes through.

        Returns:
            Stems and timings. A size that makes no stems gives the whole under "full".

        Raises:
            RequestError: there is a source.
        """
        del image_words
        if source:
            raise RequestError(
                "source",
                f"{self.name} makes no loop of another: name a model that can, or another seed for"
                " a variation of the same words",
            )
        output = LoopOutput()
        scale = self.guidance if guidance is None else guidance
        prompts = [prompt, towards.prompt] if towards else [prompt]
        images = [image, towards.image] if towards else [image]
        with timed(output, "text"):
            texts = [
                self.encode_words(self.told(plan, parts, text)) if text.strip() else None
                for text in prompts
            ]
        with timed(output, "picture"):
            pictures = [
                self.encode_picture(shown) if shown is not None and image_strength > 0 else None
                for shown in images
            ]
        with timed(output, "denoising"):
            said, picture = texts[0], pictures[0]
            if towards:
                said = towards.led(texts[0], texts[1], self.mixed_words)
                picture = towards.led(pictures[0], pictures[1], self.mixed_pictures)
            words = self.encode_words("") if said is None else said
            played = arrangement
            if played is None:
                readings = [
                    self.read(text, shown, image_strength)
                    for text, shown in zip(texts, pictures, strict=True)
                ]
                readings = [
                    insisted(read, text) if read else None
                    for read, text in zip(readings, prompts, strict=True)
                ]
                reading = readings[0]
                if towards:
                    reading = towards.led(readings[0], readings[1], between)
                played = None if reading is None else arrange(reading, seed)
            performance = perform(played, plan, seed) if played else None
            output.arrangement = played
            latents = self.denoised(
                self.noise(plan, parts, seed),
                self.model(plan, parts, words, picture, image_strength, performance),
                said is not None,
                picture is not None,
                (scale, scale if image_guidance is None else image_guidance),
                steps or self.steps,
                on_stage,
            )
        with timed(output, "decoding"):
            output.stems = self.stems(latents, plan, parts, performance, on_stage)
        return output

    def denoised(
        self,
        latents: Tensor,
        model: Model,
        has_words: bool,
        has_picture: bool,
        scales: tuple[float, float],
        steps: int,
        on_stage: OnStage = silent,
    ) -> Tensor:
        """Latents out of noise, of the same shape.

        Args:
            latents: noise, as the scheduler begins with it.
            model: see Model.
            has_words: whether there are words to be guided by.
            has_picture: whether there is a picture.
            scales: guidance of the words and of the picture.
            steps: denoising steps.
            on_stage: as in `__call__`.
        """
        self.set_steps(steps)
        for number, timestep in enumerate(self.scheduler.timesteps):
            on_stage("denoising", number / steps)

            def predict(
                words: bool, picture: bool, latents: Tensor = latents, at: Tensor = timestep
            ) -> Tensor:
                return model(latents, at, words, picture)

            prediction = guided(predict, *scales, has_words, has_picture)
            latents = self.scheduler.step(prediction, timestep, latents).prev_sample
        return latents

    def set_steps(self, steps: int) -> None:
        """Has the scheduler take so many steps."""
        self.scheduler.set_timesteps(steps, device=self.device)

    def told(self, plan: Plan, parts: Sequence[str], prompt: str) -> str:
        """The words as the model gets them; a size that cannot be told the plan is told it here."""
        del plan, parts
        return prompt

    @abstractmethod
    def encode_words(self, prompt: str) -> Any:
        """Token states; those of the empty text are what the model knows for no words."""

    @abstractmethod
    def encode_picture(self, image: Image.Image) -> Any:
        """Features of a picture: worked out once, and kept for later renders of the same scene."""

    @abstractmethod
    def noise(self, plan: Plan, parts: Sequence[str], seed: int) -> Tensor:
        """What the latents start from."""

    def valence(self, prompt: str, image: Image.Image | None, image_strength: float) -> float:
        """How happy words and a picture are, 0-1; 0.5 where a size cannot tell."""
        del prompt, image, image_strength
        return 0.5

    def read(self, words: Any | None, picture: Any | None, strength: float) -> Reading | None:
        """What words and picture ask for, None being none; None of a size that cannot tell."""
        del words, picture, strength
        return None

    @abstractmethod
    def mixed_words(self, one: Any, other: Any, share: float) -> Any:
        """Token states between two: those of `one` where `share` is 0."""

    @abstractmethod
    def mixed_pictures(self, one: Any, other: Any, share: float) -> Any:
        """Features between two pictures': those of `one` where `share` is 0."""

    @abstractmethod
    def model(
        self,
        plan: Plan,
        parts: Sequence[str],
        words: Any,
        picture: Any,
        strength: float,
        performance: Performance | None,
    ) -> Model:
        """The model with all that it is told laid ready."""

    @abstractmethod
    def stems(
        self,
        latents: Tensor,
        plan: Plan,
        parts: Sequence[str],
        performance: Performance | None,
        on_stage: OnStage,
    ) -> dict[str, np.ndarray]:
        """Sound out of latents: part -> [channels, N] float32 at 44.1 kHz."""


@contextmanager
def timed(output: LoopOutput, stage: str) -> Iterator[None]:
    """Notes how long a stage takes."""
    start = time.perf_counter()
    yield
    output.seconds[stage] = time.perf_counter() - start
