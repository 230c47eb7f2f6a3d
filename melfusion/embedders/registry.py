"""Every embedder there is, by what it takes."""

from collections.abc import Sequence
from typing import TypeVar

from .clap import ClapEmbedder
from .clip import ClipEmbedder
from .contract import AudioEmbedder, Embedder, PictureEmbedder
from .frozen import FrozenMusic, FrozenPictures
from .musicnn import MusicnnEmbedder
from .panns import PannsEmbedder
from .vggish import VggishEmbedder

AnyEmbedder = TypeVar("AnyEmbedder", bound=Embedder)


def audio_embedders() -> list[AudioEmbedder]:
    """All that hear, with weights or without; no weights are loaded."""
    return [
        VggishEmbedder(),
        PannsEmbedder(16000),
        PannsEmbedder(32000),
        ClapEmbedder(),
        MusicnnEmbedder("msd"),
        MusicnnEmbedder("mtt"),
        FrozenMusic(),
    ]


def picture_embedders() -> list[PictureEmbedder]:
    """All that see, with weights or without; no weights are loaded."""
    return [ClipEmbedder(), FrozenPictures()]


def present(embedders: Sequence[AnyEmbedder]) -> list[AnyEmbedder]:
    """Those that can be used on this machine."""
    return [embedder for embedder in embedders if not embedder.available()]


def named(name: str) -> Embedder:
    """The embedder of this name.

    Raises:
        ValueError: there is none; those that there are, are told.
    """
    known = {
        embedder.about.name: embedder for embedder in (*audio_embedders(), *picture_embedders())
    }
    if name not in known:
        raise ValueError(f"there is no embedder {name!r}, only {', '.join(known)}")
    return known[name]
