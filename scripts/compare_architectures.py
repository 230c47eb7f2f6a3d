"""What 8 s of audio take with mini, and with two public architectures, on the same processor.

    python scripts/compare_architectures.py [--runs 3] [--seconds 8] [--threads 1]

mini is timed as it ships, from a request to a verified file. The others have the published shapes
with weights drawn at random, which take as long as trained ones. Only the network that is run again
and again is timed, `--runs` times after one that is not counted, and the median is multiplied by
the published number of steps. Their text encoders and the decoders to sound are left out, which
favours them, and so is MusicGen's growing cache: all its steps are reckoned at the length of the
first. The models take turns, so that noise hits all of them. Where other programs are at work,
compare the processor time with `--threads 1`.

Shapes: Stable Audio 3 small as in its makers' repository (github.com/Stability-AI/stable-audio-3,
optimized/mlx/models/defs/dit_mlx.py and docs/guides/model-overview.md: latents of 256 numbers every
4,096 samples, 8 steps without guidance); MusicGen small as in Copet et al., NeurIPS 2023, and the
defaults of transformers' MusicgenDecoderConfig (50 steps a second, with guidance: a batch of two).
"""

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import StableAudio3DiTModel
from transformers import MusicgenDecoderConfig, MusicgenForCausalLM

from melfusion import render
from melfusion.model.mini import MiniPipeline
from melfusion.request import RenderRequest

PICTURE = Path(__file__).parent.parent / "docs" / "examples" / "sunset.jpg"


@dataclass(frozen=True)
class Timed:
    """Something that takes time.

    Attributes:
        name: what it is.
        parameters: of the networks that run, in millions.
        repeats: how often `run` is to be done for the audio that is asked for.
        run: does it once.
    """

    name: str
    parameters: float
    repeats: int
    run: Callable[[], object]


def mini(part: str, seconds: float, folder: Path) -> Timed:
    """mini, from a request to a verified file: 4 bars at the tempo that makes them `seconds`."""
    pipeline = MiniPipeline.from_pretrained("mini")
    assert isinstance(pipeline, MiniPipeline)
    asked = {
        "image": str(PICTURE), "prompt": "warm house", "bpm": 960 / seconds, "bars": 4,
        "key": "Am", "part": part, "attempts": 1,
    }  # fmt: skip
    seeds = iter(range(1000))

    def run() -> None:
        request = RenderRequest.check(asked | {"seed": next(seeds)})
        render.render(
            request, folder, pipeline, on_progress=lambda *_: None, cancelled=lambda: False
        )

    return Timed(f"mini, {part}", _millions(pipeline.denoiser), 1, run)


def stable_audio(seconds: float) -> Timed:
    """Stable Audio 3 small: its diffusion transformer."""
    network = StableAudio3DiTModel(
        embed_dim=1024, depth=20, num_heads=16, use_differential_attention=False
    ).eval()
    latents = torch.randn(1, 256, math.ceil(seconds * 44100 / 4096))
    words, length = torch.randn(1, 257, 768), torch.randn(1, 768)
    nothing_kept = torch.zeros(1, 257, latents.shape[-1])

    def run() -> object:
        return network(latents, torch.tensor([0.5]), words, length, local_add_cond=nothing_kept)

    return Timed("Stable Audio 3 small (no text encoder, no decoder)", _millions(network), 8, run)


def musicgen(seconds: float) -> Timed:
    """MusicGen small: its language model over four codebooks, words and no words in one batch."""
    config = MusicgenDecoderConfig()
    network = MusicgenForCausalLM(config).eval()
    words = torch.randn(2, 16, config.hidden_size)
    token = torch.zeros(2 * config.num_codebooks, 1, dtype=torch.long)
    steps = math.ceil(seconds * 50) + config.num_codebooks - 1  # they are told in a delayed pattern
    begun = network(token, encoder_hidden_states=words, use_cache=True).past_key_values

    def run() -> None:
        network(token, encoder_hidden_states=words, cache=begun, use_cache=True)
        begun.crop(-1)

    return Timed("MusicGen small (no text encoder, no decoder)", _millions(network), steps, run)


def _millions(network: torch.nn.Module) -> float:
    return sum(parameter.numel() for parameter in network.parameters()) / 1e6


@torch.no_grad()
def compared(rivals: list[Timed], runs: int) -> None:
    """Prints one table: medians of the runs, times how often each is to be done."""
    spent: list[list[tuple[float, float]]] = [[] for _ in rivals]
    for number in range(runs + 1):
        for rival, row in zip(rivals, spent, strict=True):
            wall, processor = time.perf_counter(), time.process_time()
            rival.run()
            if number:
                row.append((time.perf_counter() - wall, time.process_time() - processor))
    print("| what | parameters | runs | time | times mini | processor time | times mini |")
    print("|---" * 7 + "|")
    first: tuple[float, ...] = ()
    for rival, row in zip(rivals, spent, strict=True):
        medians = tuple(
            statistics.median(column) * rival.repeats for column in zip(*row, strict=True)
        )
        first = first or medians
        told = " | ".join(
            f"{taken:.2f} s | {taken / mine:.1f}"
            for taken, mine in zip(medians, first, strict=True)
        )
        print(f"| {rival.name} | {rival.parameters:.0f} M | {rival.repeats} | {told} |")


@torch.no_grad()
def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as folder:
        ours = [mini(part, given.seconds, Path(folder)) for part in ("drums", "lead", "full")]
        compared([*ours, stable_audio(given.seconds), musicgen(given.seconds)], given.runs)
    print(
        f"\n{given.seconds:g} s of audio, {given.threads} threads, median of {given.runs};", end=" "
    )
    print("where there are several runs, one was timed and multiplied; text encoders and decoders")
    print("to sound are left out of all but mini, which is timed from request to verified file.")


if __name__ == "__main__":
    main()
