"""The record of a finished loop: what was asked, what was rendered, what was measured."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from . import wav


@dataclass(frozen=True)
class RenderedLoop:
    """A finished, verified file and all that is known of it.

    Attributes:
        id: the request's identity.
        path: the WAV.
        request: the request, by argument.
        image_hash: sha256 of the picture, or "".
        plan: bpm, metre, key and chords that it was rendered on; and where the model tells, the
            style, the instruments and the mood that words and picture were taken to ask for.
        samples: length.
        rate: samples a second.
        seconds: length.
        model: name and version of the model.
        take_seed: the seed of the take that was kept, which is not the request's where it was not
            the first: asked for again with the request's, the same takes are tried.
        attempts: how many were rendered.
        checks: name, asked, got, unit and verdict of each.
        timings: wall seconds of text, picture, denoising, decoding, verification and writing;
            empty for a loop that was there already.
    """

    id: str
    path: Path
    request: dict[str, Any]
    image_hash: str
    plan: dict[str, Any]
    samples: int
    rate: int
    seconds: float
    model: str
    take_seed: int
    attempts: int
    checks: list[dict[str, Any]]
    timings: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        return {**asdict(self), "path": str(self.path)}

    def recipe(self) -> dict[str, Any]:
        """What the file says of itself: nothing of this machine, its clock or its folders."""
        recipe = self.as_dict()
        del recipe["path"], recipe["timings"]
        for name in ("image", "to_image", "source"):
            recipe["request"][name] = Path(self.request[name]).name
        return recipe

    @classmethod
    def find(cls, folder: Path, identity: str) -> "RenderedLoop | None":
        """The finished file of a request in `folder`, by its name and by what it says of itself."""
        for path in sorted(folder.glob(f"*_{identity}*.wav")):
            known = {"timings": {}, **(wav.read_recipe(path) or {}), "path": path}
            if known.get("id") == identity and known.keys() == {f.name for f in fields(cls)}:
                return cls(**known)
        return None
