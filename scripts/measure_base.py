"""Builds `base` at the paper's full size with random weights, and measures what a render takes.

    python scripts/measure_base.py [--steps 2] [--picture-steps 2] [--repeats 3] [--device cuda]
                                   [--dtype float16] [--synapse convex]

Weights that are drawn at random take as long as trained ones. Told are the parameters of every
part, the time of clips of 10.24 s (text alone, the first with a picture, later ones with the same
picture), what the picture would cost if its own network ran at every step, as in the released code,
and the most memory taken. Text alone and later ones take turns, so that noise hits both.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    UNet2DConditionModel,
)
from PIL import Image
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    PreTrainedTokenizerFast,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    T5Config,
    T5EncoderModel,
)

from melfusion.base.music_unet import TANGO, MusicUNet
from melfusion.base.pipeline import BasePipeline, NullText

SECONDS = 10.24
SCHEDULE = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
}
T5_LARGE = T5Config(
    vocab_size=32128, d_model=1024, d_kv=64, d_ff=2816, num_layers=24, num_heads=16,
    feed_forward_proj="gated-gelu",
)  # fmt: skip
HIFI_GAN = SpeechT5HifiGanConfig(
    model_in_dim=64, sampling_rate=16000, upsample_initial_channel=1024,
    upsample_rates=[5, 4, 2, 2, 2], upsample_kernel_sizes=[16, 16, 8, 4, 4],
    normalize_before=False,
)  # fmt: skip


def built(synapse: str, picture_steps: int, dtype: torch.dtype, device: str) -> BasePipeline:
    """The pipeline with the shapes of Stable Diffusion 2.1, TANGO, FLAN-T5 large and AudioLDM."""
    torch.set_default_dtype(dtype)
    words = Tokenizer(models.WordLevel({"<unk>": 0, "</s>": 1, "warm": 2, "house": 3}, "<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    with torch.device(device):
        pipeline = BasePipeline(
            unet=MusicUNet(synapse).eval(),
            text_encoder=T5EncoderModel(T5_LARGE),
            tokenizer=PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>"),
            vae=autoencoder(1, (128, 256, 512), 8),
            vocoder=SpeechT5HifiGan(HIFI_GAN),
            scheduler=DPMSolverMultistepScheduler(**SCHEDULE, timestep_spacing="trailing"),
            image_unet=UNet2DConditionModel(
                **{**TANGO, "sample_size": 64, "in_channels": 4, "out_channels": 4}
            ),
            image_vae=autoencoder(3, (128, 256, 512, 512), 4),
            image_scheduler=DDIMScheduler(**SCHEDULE, steps_offset=1),
            null_text=NullText(77, 1024),
            picture_steps=picture_steps,
        )
    torch.set_default_dtype(torch.float32)
    return pipeline


def autoencoder(channels: int, widths: tuple[int, ...], latents: int) -> AutoencoderKL:
    """An AutoencoderKL of so many channels, widths by level, and channels of latents."""
    return AutoencoderKL(
        in_channels=channels,
        out_channels=channels,
        block_out_channels=widths,
        down_block_types=("DownEncoderBlock2D",) * len(widths),
        up_block_types=("UpDecoderBlock2D",) * len(widths),
        layers_per_block=2,
        latent_channels=latents,
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    began = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - began


def memory_gb() -> float:
    """The most memory taken so far, of the device if it has its own."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


@torch.no_grad()
def run_ratios(pipeline: BasePipeline, picture: Image.Image, runs: int) -> None:
    """One run of the music network with the picture against one with words alone, in turns."""
    features, words = pipeline.encode_picture(picture), pipeline.encode_words("warm house")
    model = pipeline.predictor(words, features, 1.0, circular=False)
    latents, at = pipeline.gaussian(256, 0), torch.tensor(500, device=pipeline.device)
    alone, both = [], []
    for _ in range(runs):
        alone.append(timed(lambda: model(latents, at, True, False)))
        both.append(timed(lambda: model(latents, at, True, True)))
    ratios = sorted(b / a for a, b in zip(alone, both, strict=True))
    print(
        f"one run, words alone {statistics.median(alone):.2f} s, with picture"
        f" {statistics.median(both):.2f} s; ratio, median of {runs} pairs:"
        f" {statistics.median(ratios):.4f} ({ratios[0]:.4f} to {ratios[-1]:.4f})",
        flush=True,
    )


def main() -> None:
    """Builds, counts, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--picture-steps", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32", choices=("float32", "float16", "bfloat16"))
    parser.add_argument("--synapse", default="convex", choices=("convex", "decoupled"))
    asked = parser.parse_args()
    dtype = getattr(torch, asked.dtype)
    pipeline = built(asked.synapse, asked.picture_steps, dtype, asked.device)
    for name, part in pipeline.components.items():
        if isinstance(part, torch.nn.Module):
            print(f"{name:16} {sum(p.numel() for p in part.parameters()) / 1e6:9.1f} M parameters")

    picture = Image.radial_gradient("L").convert("RGB")

    def clip(image: Image.Image | None, seed: int) -> Callable[[], object]:
        return lambda: pipeline.clip(
            SECONDS, prompt="warm house", image=image, steps=asked.steps, seed=seed
        )

    print(f"first with words alone    {timed(clip(None, 0)):8.1f} s (warms up)", flush=True)
    print(f"first with the picture    {timed(clip(picture, 0)):8.1f} s", flush=True)
    alone, later = [], []
    for seed in range(asked.repeats):
        alone.append(timed(clip(None, seed)))
        later.append(timed(clip(picture, seed)))
        print(f"words alone {alone[-1]:8.2f} s, later with picture {later[-1]:8.2f} s", flush=True)
    ratios = [b / a for a, b in zip(alone, later, strict=True)]
    print(f"later / words alone, median of {asked.repeats} pairs: {statistics.median(ratios):.4f}")
    run_ratios(pipeline, picture, asked.runs)
    latents = torch.randn(1, 4, 64, 64).to(asked.device, dtype)
    at = torch.tensor([500], device=asked.device)
    tower = pipeline.image_tower
    every = statistics.median(timed(lambda: tower.record(latents, at)) for _ in range(3))
    extra = every * asked.steps
    print(f"image network, one run: {every:.2f} s; at every of {asked.steps} steps {extra:.2f} s:")
    print(f"as released / words alone: {1 + extra / statistics.median(alone):.4f}")
    print(f"memory: {memory_gb():.1f} GB")


if __name__ == "__main__":
    main()
