"""What renders stems: one contract for our own models (pipeline.py) and for others (backends)."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PIL import Image

from .arranging import Arrangement, Towards
from .music import Plan
from .rhythm import Floats
from .source import Source


class Output(Protocol):
    """What a pipeline returns.

    Attributes:
        stems: part -> [channels, N] float32 at 44.1 kHz.
        seconds: wall time of the stages text, picture, denoising, decoding.
        arrangement: style, instruments and mood, if the model tells.
        picture_words: what it was told of the picture in words; empty where it heard the picture.
    """

    stems: dict[str, Floats]
    seconds: dict[str, float]
    arrangement: Arrangement | None
    picture_words: str


class Pipeline(Protocol):
    """A model that is loaded."""

    @property
    def name(self) -> str:
        """Name and version of the model."""

    @property
    def device(self) -> Any:
        """Where it computes: cpu, cuda, mps."""

    @property
    def steps(self) -> int:
        """Denoising steps that suit it."""

    @property
    def guidance(self) -> float:
        """How closely words and picture are followed, as suits it."""

    def valence(self, prompt: str, image: Image.Image | None, image_strength: float) -> float:
        """How happy words and a picture are, 0-1; 0.5 where it cannot tell."""

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
        on_stage: Callable[[str, float], None] = lambda _stage, _share: None,
    ) -> Output:
        """Renders `parts` on `plan`; what `on_stage` raises passes through.

        Args, those beside MeLFusionPipeline's own: `image_words`, what is seen in the picture, for
        a model that is told it in words; `source`, a loop to make this one of, or None.

        Raises:
            RequestError: it cannot do what is asked.
            UnusableError: nothing came of this attempt.
        """
