"""What a sketch tells of latents: the share of their variance that a small network explains.

    python scripts/measure_sketch.py --data DATA --run RUN [--parts drums bass chords lead]

Held-out loops; the network is told the instrument, and the notes, their sketch, or both, of one
frame at a time, so these are no ceilings, but they can be compared.
"""

import argparse
import random
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from melfusion.model.conditioning import SCORE_FEATURES
from melfusion.request import PARTS
from melfusion.training.examples import Example, read_examples
from melfusion.training.features import Features

LOOPS = {"train": 300, "held": 60}
STEPS, FRAMES, RATE = 1000, 1024, 1e-3
TOLD = {"notes": (True, False), "sketch": (False, True), "both": (True, True)}


def main() -> None:
    """Prints a row for each part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="what `melfusion data` wrote")
    parser.add_argument("--run", type=Path, required=True, help="a run, with its codecs")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    arguments = parser.parse_args()
    features = Features(arguments.data, arguments.run)
    print(f"{'part':8}" + "".join(f"{name:>8}" for name in TOLD))
    for part in arguments.parts:
        shown = {}
        names: list[str] = []
        for split, count in LOOPS.items():
            examples = [e for e in read_examples(arguments.data, split) if e.part == part]
            random.Random(0).shuffle(examples)
            examples = examples[:count]
            names = names or sorted({e.instrument for e in examples})
            shown[split] = frames_of(features, examples, names)
        explained = [r_squared(*(told_of(shown[s], *t) for s in LOOPS)) for t in TOLD.values()]
        print(f"{part:8}" + "".join(f"{value:8.3f}" for value in explained), flush=True)


def frames_of(
    features: Features, examples: list[Example], names: list[str]
) -> tuple[Tensor, Tensor, Tensor]:
    """What is told of notes, the instrument, and the latents, for every frame of all examples."""
    played = torch.cat([features.played[e.id].float() for e in examples])
    latents = torch.cat([features.latents[e.id].float() for e in examples])
    known = [
        torch.tensor([float(e.instrument == name) for name in names]).expand(e.frames, -1)
        for e in examples
    ]
    return played, torch.cat(known), latents


def told_of(
    frames: tuple[Tensor, Tensor, Tensor], notes: bool, sketch: bool
) -> tuple[Tensor, Tensor]:
    """Inputs and latents of the network."""
    played, known, latents = frames
    columns = [known]
    columns += [played[:, :SCORE_FEATURES]] if notes else []
    columns += [played[:, SCORE_FEATURES:]] if sketch else []
    return torch.cat(columns, 1), latents


def r_squared(train: tuple[Tensor, Tensor], held: tuple[Tensor, Tensor]) -> float:
    """The share of the variance of held-out latents that a small network explains."""
    torch.manual_seed(0)
    (inputs, latents), (unseen, true) = train, held
    mean, deviation = inputs.mean(0), inputs.std(0) + 1e-3
    network = nn.Sequential(
        nn.Linear(inputs.shape[1], 512), nn.GELU(), nn.Linear(512, 512), nn.GELU(),
        nn.Linear(512, latents.shape[1]),
    )  # fmt: skip
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.05)
    for step in range(STEPS):
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        chosen = torch.randint(0, len(inputs), (FRAMES,))
        loss = F.mse_loss(network((inputs[chosen] - mean) / deviation), latents[chosen])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        wrong = (network((unseen - mean) / deviation) - true).square().mean()
    return float(1 - wrong / (true - latents.mean(0)).square().mean())


if __name__ == "__main__":
    main()
