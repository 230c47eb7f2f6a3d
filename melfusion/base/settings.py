"""What a training run of `base` is told: a TOML file, every value of it checked."""

import dataclasses
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..request import RequestError, checked

PAPER = Path(__file__).parent / "configs" / "paper.toml"


def _setting(default: Any, **limits: Any) -> Any:
    return field(default=default, metadata=limits)


@dataclass(frozen=True)
class Settings:
    """A run. What each value is for is said in configs/paper.toml."""

    model: str = "base"
    name: str = "base"
    steps: int = _setting(60_000, low=1, high=10_000_000)
    batch: int = _setting(4, low=1, high=4096)
    accumulate: int = _setting(1, low=1, high=4096)
    learning_rate: float = _setting(1e-5, low=0, high=1)
    alpha_learning_rate: float = _setting(1e-3, low=0, high=1)
    weight_decay: float = _setting(1e-2, low=0, high=1)
    warmup: int = _setting(500, low=0, high=10_000_000)
    trained: str = _setting("all", choices=("all", "synapses"))
    gamma: float = _setting(5.0, low=1e-3, high=1e6)
    text_dropout: float = _setting(0.1, low=0, high=1)
    picture_dropout: float = _setting(0.1, low=0, high=1)
    ema: float = _setting(0.9999, low=0, high=1)
    precision: str = _setting("no", choices=("no", "fp16", "bf16"))
    validate_every: int = _setting(1000, low=1, high=10_000_000)
    keep_every: int = _setting(1000, low=1, high=10_000_000)
    held_samples: int = _setting(64, low=1, high=100_000)
    workers: int = _setting(0, low=0, high=256)
    seed: int = _setting(0, low=0, high=2**31 - 1)

    @classmethod
    def read(cls, path: Path) -> "Settings":
        """Reads a file; what it leaves out is as it stands here.

        Raises:
            ValueError: it cannot be read, has an unknown name or a value that is none; a sentence
                that names the file.
        """
        try:
            with path.open("rb") as file:
                given = tomllib.load(file)
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path} is no TOML: {error}") from None
        known = {one.name: one for one in fields(cls)}
        for name in given:
            if name not in known:
                raise ValueError(f"{path}: {name} is unknown; there are {', '.join(known)}")
        try:
            return cls(**{name: checked(known[name], value) for name, value in given.items()})
        except RequestError as error:
            raise ValueError(f"{path}: {error}") from None

    def told(self) -> dict[str, Any]:
        """All values by name."""
        return dataclasses.asdict(self)
