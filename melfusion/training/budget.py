"""A training run that can stop at any moment: clock, checkpoints, log, precision."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from ..model.precision import half
from ..model.saving import save


class Run:
    """A folder with one checkpoint and one log, and a clock that counts time spent training.

    Args:
        folder: where `checkpoint.pt` and `log.jsonl` lie.
        minutes: time budget, over all restarts.
        keep_every_s: seconds between checkpoints.
    """

    def __init__(self, folder: Path, minutes: float, keep_every_s: float = 180) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.budget_s, self.keep_every_s = folder, minutes * 60, keep_every_s
        self.step = 0
        self._before_s = 0.0
        self._started = self._kept = time.monotonic()

    @property
    def spent_s(self) -> float:
        """Seconds spent training, over all restarts."""
        return self._before_s + time.monotonic() - self._started

    @property
    def progress(self) -> float:
        """Share of the budget that is spent, 0-1."""
        return min(self.spent_s / self.budget_s, 1.0)

    def resume(self, parts: dict[str, Any]) -> bool:
        """Loads the checkpoint into `parts` (anything with load_state_dict), if there is one."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.step, self._before_s = state["step"], state["spent_s"]
        self._started = time.monotonic()
        for name, part in parts.items():
            part.load_state_dict(state[name])
        return True

    def keep(self, parts: dict[str, Any], *, now: bool = False) -> None:
        """Writes the checkpoint, atomically, when it is time (or `now`)."""
        if not now and time.monotonic() - self._kept < self.keep_every_s:
            return
        state = {name: part.state_dict() for name, part in parts.items()}
        state |= {"step": self.step, "spent_s": self.spent_s}
        save(state, self.folder / "checkpoint.pt")
        self._kept = time.monotonic()

    def log(self, **values: Any) -> None:
        """Appends a line to the log and prints it."""
        line = json.dumps({"step": self.step, "spent_s": round(self.spent_s, 1)} | values)
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)


@contextmanager
def fast(device: str) -> Iterator[None]:
    """The fastest arithmetic for training; on processors plain attention beats the fused one."""
    kind = torch.device(device).type
    plain = sdpa_kernel(SDPBackend.MATH) if kind == "cpu" else nullcontext()
    with half(kind), plain:
        yield


def learning_rate(base: float, step: int, progress: float, warmup: int = 200) -> float:
    """Linear warm-up over steps, then a cosine down to zero over the time budget."""
    return base * min(1.0, (step + 1) / warmup) * 0.5 * (1 + math.cos(math.pi * progress))
