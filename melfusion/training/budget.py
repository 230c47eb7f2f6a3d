"""A training run that can stop at any moment: its clock, its checkpoints, its log."""

import json
import math
import time
from pathlib import Path
from typing import Any

import torch


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
        temporary = self.folder / "checkpoint.tmp"
        torch.save(state, temporary)
        temporary.replace(self.folder / "checkpoint.pt")
        self._kept = time.monotonic()

    def log(self, **values: Any) -> None:
        """Appends a line to the log and prints it."""
        line = json.dumps({"step": self.step, "spent_s": round(self.spent_s, 1)} | values)
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)


def learning_rate(base: float, step: int, progress: float, warmup: int = 200) -> float:
    """Linear warm-up over steps, then a cosine down to zero over the time budget."""
    return base * min(1.0, (step + 1) / warmup) * 0.5 * (1 + math.cos(math.pi * progress))
