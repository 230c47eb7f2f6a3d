"""Measures `mini` on held-out material, beside the real thing and the real thing decoded.

    python scripts/measure_mini.py --data DATA --run RUN [--model mini] [--loops 24] [--seed 0]

For every part, three rows: held-out loops as they are (the ceiling), the same through codec and
decoder (what the decoder lets through), and loops rendered from the same plan, a caption and a
held-out picture. The numbers are those of melfusion.verify and melfusion.tonality; `chords` is the
correlation of each bar's chroma with the chord planned there. At the end, the held-out loss of the
denoiser with words and picture, with either taken away, and with another loop's picture.
"""

import argparse
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from melfusion import loop, rhythm, tonality, verify
from melfusion.material.pictures import read_pictures
from melfusion.model.mini import MiniPipeline
from melfusion.music import Plan
from melfusion.request import PARTS
from melfusion.training.denoisers import Batches, validate
from melfusion.training.examples import Example, read_examples, spectrum
from melfusion.training.features import Features

RATE = 44100
Row = dict[str, float]


def chord_likeness(audio: np.ndarray, plan: Plan) -> float:
    """Mean correlation of each bar's chroma with the chord that is planned there.

    Args:
        audio: [N] float32 mono.
        plan: the plan; bars with several chords are measured chord by chord.
    """
    likeness = []
    for bar, row in enumerate(plan.chords):
        for number, chord in enumerate(row):
            edges = [(bar + (number + k) / len(row)) / plan.bars * len(audio) for k in (0, 1)]
            heard = tonality.chroma(audio[round(edges[0]) : round(edges[1])], RATE)
            wanted = np.zeros(12)
            wanted[list(chord.pitch_classes)] = 1
            if np.ptp(heard) > 0:
                likeness.append(np.corrcoef(heard, wanted)[0, 1])
    return float(np.mean(likeness)) if likeness else float("nan")


def measured(audio: np.ndarray, plan: Plan, part: str) -> Row:
    """What is measured of one loop: [N] float32 mono."""
    heard = rhythm.onsets(audio, RATE)
    off_s = rhythm.off_grid(heard, 60 / plan.bpm)
    checks = {check.name: check for check in verify.measure(audio[None], RATE, plan, part).checks}
    row = {
        "onsets/s": len(rhythm.strong(heard)) / heard.seconds,
        "off grid ms": float("nan") if off_s is None else off_s * 1000,
        "seam step": float(checks["seam step"].got or 0),
        "seam flux": float(checks["seam flux"].got or 0),
    }
    for name in ("tempo", "key"):
        verdict = checks[name].verdict
        row[f"{name} ok"] = float("nan") if verdict == "n/a" else float(verdict == "pass")
    if part != "drums":
        row["chords"] = chord_likeness(audio, plan)
    return row


def decoded(example: Example, pipeline: MiniPipeline) -> np.ndarray:
    """A real loop through codec and decoder."""
    codec = pipeline.codec_percussive if example.part == "drums" else pipeline.codec_pitched
    with torch.no_grad():
        latents = codec.encode(spectrum(example.audio(), codec))
        return pipeline.decode(latents, example.space, example.samples)[0].numpy()


def print_table(rows: dict[tuple[str, str], list[Row]]) -> None:
    """One line for each part and kind; medians of milliseconds and ratios, means of the rest."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row[0]))
    print("| part | what | n | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 3) + "|")
    for (part, kind), measures in rows.items():
        cells = []
        for name in names:
            values = np.array([row.get(name, np.nan) for row in measures])
            middle = np.nanmedian if "ms" in name or "seam" in name else np.nanmean
            cells.append(f"{middle(values):.2f}" if np.isfinite(values).any() else "")
        print(f"| {part} | {kind} | {len(measures)} | " + " | ".join(cells) + " |")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="for its cached features")
    parser.add_argument("--model", default="mini")
    parser.add_argument("--loops", type=int, default=24)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--guidance", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    pipeline = MiniPipeline.from_pretrained(chosen.model)
    pictures = read_pictures(chosen.data, "held")
    held = [e for e in read_examples(chosen.data, "held") if e.plan.bars >= 2]
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for part in PARTS:
        examples = rng.sample([e for e in held if e.part == part], chosen.loops)
        for number, example in enumerate(examples):
            plan = example.plan
            assert example.samples == loop.samples(plan.bars, plan.metre, plan.bpm, RATE)
            picture = rng.choice(pictures[example.concept])["file"]
            rendered = pipeline(
                plan,
                [part],
                prompt=rng.choice(example.captions),
                image=Image.open(chosen.data / picture),
                seed=number,
                steps=chosen.steps,
                guidance=chosen.guidance,
            ).stems[part][0]
            rows[part, "real"].append(measured(example.audio().numpy(), plan, part))
            rows[part, "decoded"].append(measured(decoded(example, pipeline), plan, part))
            rows[part, "rendered"].append(measured(rendered, plan, part))
    print_table(rows)
    features = Features(chosen.data, chosen.run)
    batches = Batches(chosen.data, features, "held")
    print("held-out loss:", validate(pipeline.denoiser, batches, "cpu", count=12))


if __name__ == "__main__":
    main()
