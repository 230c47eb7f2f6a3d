"""What 8 s of audio take with mini, and with other architectures, on the same processor.

    python scripts/compare_architectures.py [model ...] [--runs 3] [--seconds 8] [--threads 1]

mini is timed as it ships, from a request to a verified file. The others have the published shapes
with weights drawn at random, which take as long as trained ones. Only the network that is run again
and again is timed, `--runs` times after one that is not counted, and the median is multiplied by
how often it runs for so much audio. Their text encoders and the decoders to sound are left out,
which favours them, and so is MusicGen's growing cache: all its steps are reckoned at the length of
the first. Where other programs are at work, compare the processor time with `--threads 1`.

Every model has a process of its own, which tells the most memory that it took: libraries, weights
and runs. All of them are there from beginning to end, about 20 GB together, and take turns, so that
noise hits all of them; one that waits for its turn sleeps. All weights are in single precision but
mini's, which are as they ship.

Shapes:
    base: TANGO's U-Net with its synapses, on a circle of whole units; 25 steps with guidance, two
        runs each. For a picture that is new, Stable Diffusion 2.1's U-Net runs 50 times on the way
        to noise and 50 times back, at 512 x 512 pixels; what it saw is kept.
    Stable Audio 3 small: as in its makers' repository (github.com/Stability-AI/stable-audio-3,
        optimized/mlx/models/defs/dit_mlx.py and docs/guides/model-overview.md: latents of 256
        numbers every 4,096 samples, 8 steps without guidance).
    ACE-Step 1.5 turbo: as in its makers' config.json (huggingface.co/ACE-Step/Ace-Step1.5), which
        are diffusers' defaults: latents of 64 numbers 25 times a second, 8 steps without guidance.
    MusicGen small: as in Copet et al., NeurIPS 2023, and the defaults of transformers'
        MusicgenDecoderConfig (50 steps a second, with guidance: a batch of two).
"""

import argparse
import math
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import torch
from diffusers import AceStepTransformer1DModel, StableAudio3DiTModel, UNet2DConditionModel
from transformers import MusicgenDecoderConfig, MusicgenForCausalLM

from melfusion import render
from melfusion.base.circle import circular_time
from melfusion.base.music_unet import TANGO, MusicUNet
from melfusion.base.pipeline import BasePipeline
from melfusion.model.mini import MiniPipeline
from melfusion.request import RenderRequest

PICTURE = Path(__file__).parent.parent / "docs" / "examples" / "sunset.jpg"
BARE = "(no text encoder, no decoder)"


class Row(NamedTuple):
    """A row of the table.

    Attributes:
        name: what is timed.
        parameters: of the network that runs, in millions.
        repeats: how often it is to be run for the audio that is asked for.
    """

    name: str
    parameters: float
    repeats: int


class Spent(NamedTuple):
    """Seconds that one run took: by the clock, and of all threads together."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Work:
    """A row, and what runs its network once."""

    row: Row
    run: Callable[[], object]


def mini(seconds: float, folder: Path) -> list[Work]:
    """mini, from a request to a verified file: bars of about 2 s that make exactly `seconds`."""
    pipeline = MiniPipeline.from_pretrained("mini")
    assert isinstance(pipeline, MiniPipeline)
    bars, seeds = max(1, round(seconds / 2)), iter(range(1000))

    def work(part: str) -> Work:
        asked = {
            "image": str(PICTURE), "prompt": "warm house", "bpm": 240 * bars / seconds,
            "bars": bars, "key": "Am", "part": part, "attempts": 1,
        }  # fmt: skip

        def run() -> None:
            request = RenderRequest.check(asked | {"seed": next(seeds)})
            render.render(
                request, folder, pipeline, on_progress=lambda *_: None, cancelled=lambda: False
            )

        return Work(Row(f"mini, {part}", _millions(pipeline.denoiser), 1), run)

    return [work(part) for part in ("drums", "lead", "full")]


def base(seconds: float, _folder: Path) -> list[Work]:
    """base: the music's U-Net, and the picture's, which runs once a picture."""
    music = MusicUNet().eval()
    latents = torch.randn(1, 8, 8 * round(seconds / 0.32), 16)
    words, bias = torch.randn(1, 64, 1024), torch.zeros(1, 64)
    seen = {
        layer: (torch.randn(1, 64, synapse.width), torch.randn(1, 64, synapse.width))
        for layer, synapse in music.synapses.items()
    }

    def run() -> object:
        with circular_time(music):
            return music(latents, torch.tensor(500), words, bias, seen, torch.ones(1))

    shape = {**TANGO, "sample_size": 64, "in_channels": 4, "out_channels": 4}
    image = UNet2DConditionModel(**shape).eval()
    pixels, nothing = torch.randn(1, 4, 64, 64), torch.randn(1, 77, 1024)
    return [
        Work(Row(f"base {BARE}", _millions(music), 2 * BasePipeline.steps), run),
        Work(
            Row("base, once for a new picture", _millions(image), 2 * 50),
            lambda: image(pixels, torch.tensor(500), nothing),
        ),
    ]


def stable_audio(seconds: float, _folder: Path) -> list[Work]:
    """Stable Audio 3 small: its diffusion transformer."""
    network = StableAudio3DiTModel(
        embed_dim=1024, depth=20, num_heads=16, use_differential_attention=False
    ).eval()
    latents = torch.randn(1, 256, math.ceil(seconds * 44100 / 4096))
    words, length = torch.randn(1, 257, 768), torch.randn(1, 768)
    nothing_kept = torch.zeros(1, 257, latents.shape[-1])

    def run() -> object:
        return network(latents, torch.tensor([0.5]), words, length, local_add_cond=nothing_kept)

    return [Work(Row(f"Stable Audio 3 small {BARE}", _millions(network), 8), run)]


def ace_step(seconds: float, _folder: Path) -> list[Work]:
    """ACE-Step 1.5 turbo: its diffusion transformer, told some hundred tokens of text."""
    network = AceStepTransformer1DModel(is_turbo=True).eval()
    frames = math.ceil(seconds * 25)
    latents, context = torch.randn(1, frames, 64), torch.randn(1, frames, 128)
    words, time_step = torch.randn(1, 128, 2048), torch.tensor([0.5])

    def run() -> object:
        return network(latents, time_step, time_step, words, context)

    return [Work(Row(f"ACE-Step 1.5 turbo {BARE}", _millions(network), 8), run)]


def musicgen(seconds: float, _folder: Path) -> list[Work]:
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

    return [Work(Row(f"MusicGen small {BARE}", _millions(network), steps), run)]


MODELS: dict[str, Callable[[float, Path], list[Work]]] = {
    "mini": mini,
    "base": base,
    "stable-audio-3": stable_audio,
    "ace-step": ace_step,
    "musicgen": musicgen,
}


def _millions(network: torch.nn.Module) -> float:
    return sum(parameter.numel() for parameter in network.parameters()) / 1e6


@torch.no_grad()
def serve(model: str, seconds: float, folder: Path, threads: int, told: Connection) -> None:
    """A model's process: tells its rows, runs what it is told to, and at last its memory.

    Args:
        model: of MODELS.
        seconds: of audio.
        folder: for files.
        threads: that it may use.
        told: sends rows, for every number of a row how long it took, and for None the most memory
            that was taken, in GB.
    """
    torch.set_num_threads(threads)
    work = MODELS[model](seconds, folder)
    told.send([each.row for each in work])
    while (number := told.recv()) is not None:
        wall, processor = time.perf_counter(), time.process_time()
        work[number].run()
        told.send(Spent(time.perf_counter() - wall, time.process_time() - processor))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told.send(most * (1 if sys.platform == "darwin" else 1024) / 1e9)


@dataclass
class Rival:
    """A model in its process.

    Attributes:
        told: the end of a pipe to it.
        rows: what it can be timed at.
        spent: of every row, its runs so far.
        memory_gb: the most that it took; known when it has ended.
    """

    told: Connection
    rows: list[Row]
    spent: list[list[Spent]] = field(init=False)
    memory_gb: float = 0.0

    def __post_init__(self) -> None:
        self.spent = [[] for _ in self.rows]

    def take_turn(self, counted: bool) -> None:
        """Runs every row once."""
        for number, runs in enumerate(self.spent):
            self.told.send(number)
            spent = self.told.recv()
            if counted:
                runs.append(spent)

    def end(self) -> None:
        """Has the process tell its memory and end."""
        self.told.send(None)
        self.memory_gb = self.told.recv()


def compared(given: argparse.Namespace, folder: Path) -> list[Rival]:
    """Starts a process for every model one after another, and has them take turns."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        rivals = []
        for model in given.models:
            told, theirs = context.Pipe()
            arguments = (model, given.seconds, folder, given.threads, theirs)
            process = context.Process(target=serve, args=arguments, daemon=True)
            process.start()
            theirs.close()  # so that a process that dies is the end of what comes
            stack.callback(process.join, 10)
            rivals.append(Rival(told, told.recv()))
        for turn in range(given.runs + 1):
            for rival in rivals:
                rival.take_turn(counted=turn > 0)
        for rival in rivals:
            rival.end()
    return rivals


def print_table(rivals: list[Rival]) -> None:
    """Medians of the runs, times how often each is to be done; the first row is the measure."""
    print("| what | parameters | runs | time | times | processor time | times | memory |")
    print("|---" * 8 + "|")
    first: tuple[float, ...] = ()
    for rival in rivals:
        for row, runs in zip(rival.rows, rival.spent, strict=True):
            medians = tuple(
                statistics.median(column) * row.repeats for column in zip(*runs, strict=True)
            )
            first = first or medians
            told = " | ".join(
                f"{taken:.2f} s | {taken / measure:.1f}"
                for taken, measure in zip(medians, first, strict=True)
            )
            print(
                f"| {row.name} | {row.parameters:.0f} M | {row.repeats} | {told}"
                f" | {rival.memory_gb:.1f} GB |"
            )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", metavar="model", help=f"of {', '.join(MODELS)}")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    given.models = given.models or list(MODELS)
    if unknown := set(given.models) - set(MODELS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MODELS)}")
    with tempfile.TemporaryDirectory() as folder:
        print_table(compared(given, Path(folder)))
    print(
        f"\n{given.seconds:g} s of audio, {given.threads} threads, median of {given.runs};"
        " where there are several runs, one was timed and multiplied. Memory is that of a model's"
        " process, which is one for all of its rows."
    )


if __name__ == "__main__":
    main()
