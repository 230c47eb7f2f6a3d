"""The pipeline of `base`: MeLFusion at the paper's size, on Stable Diffusion's and TANGO's weights.

It was trained on clips of 10.24 s that are told no beat. For a loop it is told the plan in words,
its time is a circle of about the loop's length, and its spectrogram is stretched by the last few
per cent to the exact length, which leaves pitch as it is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    UNet2DConditionModel,
)
from diffusers.configuration_utils import register_to_config
from PIL import Image, ImageOps
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizerBase, SpeechT5HifiGan, T5EncoderModel
from transformers.utils.logging import disable_progress_bar

from .. import loop
from ..arranging import Performance
from ..home import cache_folder
from ..model.part import Part
from ..music import Plan
from ..pipeline import MeLFusionPipeline, Model, OnStage, silent
from ..request import RequestError
from .circle import circular_time, circular_vocoder, hop_of, stretched
from .mel import HOP, RATE, log_mel
from .music_unet import MusicUNet
from .picture_tower import PictureFeatures, StableDiffusionTower
from .words import TOKENS, T5Words

LOOP_RATE = 44100
LONGEST_S = 41.0
"""Four times what the model was trained on; memory grows with the square."""

PART_WORDS = {
    "drums": "drums and percussion alone",
    "bass": "a bass line alone",
    "chords": "chords alone, without drums and bass",
    "lead": "a lead melody alone",
}


class NullText(Part):
    """What the image model knows for no words: token states of its own text encoder.

    Args:
        tokens: how many.
        width: of each.
    """

    @register_to_config
    def __init__(self, tokens: int = 77, width: int = 1024) -> None:
        super().__init__()
        self.states = torch.nn.Parameter(torch.zeros(1, tokens, width), requires_grad=False)


class BasePipeline(MeLFusionPipeline):
    """Loops, and clips of 10.24 s, from a picture and a sentence.

    Args:
        unet: the music U-Net with its synapses; trained.
        text_encoder: FLAN-T5's encoder; frozen, as all below.
        tokenizer: FLAN-T5's.
        vae: AudioLDM's autoencoder of spectrograms.
        vocoder: HiFi-GAN, from spectrograms to 16 kHz.
        scheduler: DPM-Solver++ (Lu et al., 2022), of the schedule that `unet` was trained on.
        image_unet: Stable Diffusion's U-Net.
        image_vae: its autoencoder.
        image_scheduler: its schedule.
        null_text: its empty prompt.
        name: name and version.
        picture_side: pixels that a picture is scaled to, a multiple of 64.
        picture_steps: DDIM steps of the picture's inversion.
        cache: folder where features of pictures are kept; None to keep them in memory alone.
    """

    steps = 25
    guidance = 3.0

    def __init__(
        self,
        unet: MusicUNet,
        text_encoder: T5EncoderModel,
        tokenizer: PreTrainedTokenizerBase,
        vae: AutoencoderKL,
        vocoder: SpeechT5HifiGan,
        scheduler: DPMSolverMultistepScheduler,
        image_unet: UNet2DConditionModel,
        image_vae: AutoencoderKL,
        image_scheduler: DDIMScheduler,
        null_text: NullText,
        name: str = "base",
        picture_side: int = 512,
        picture_steps: int = 50,
        tokens: int = TOKENS,
        cache: Path | None = None,
    ) -> None:
        super().__init__()
        self.register_modules(
            unet=unet,
            text_encoder=text_encoder,
            tokenizer=tokenizer,
            vae=vae.requires_grad_(False).eval(),
            vocoder=vocoder.requires_grad_(False).eval(),
            scheduler=scheduler,
            image_unet=image_unet,
            image_vae=image_vae,
            image_scheduler=image_scheduler,
            null_text=null_text,
        )
        self.register_to_config(
            name=name, picture_side=picture_side, picture_steps=picture_steps, tokens=tokens
        )
        self.words = T5Words(tokenizer, text_encoder, tokens)
        self.image_tower = StableDiffusionTower(
            image_vae,
            image_unet,
            image_scheduler,
            null_text.states,
            tokens,
            picture_steps,
            cache,
        )

    @classmethod
    def load(
        cls, folder: Path, dtype: torch.dtype = torch.float32, **options: Any
    ) -> "BasePipeline":
        """Loads what save_pretrained wrote.

        Args:
            folder: where it lies.
            dtype: precision of all networks; float16 and bfloat16 are for GPUs.
            options: further arguments of the constructor.
        """
        config = cls.load_config(folder)
        settings = {name: config[name] for name in ("name", *_SETTINGS) if name in config}
        disable_progress_bar()  # stderr is not ours to write to
        at = {"dtype": dtype}
        frugal = {**at, "low_cpu_mem_usage": True}
        return cls(
            unet=MusicUNet.from_pretrained(folder / "unet", **frugal).eval(),
            text_encoder=T5EncoderModel.from_pretrained(folder / "text_encoder", **at),
            tokenizer=AutoTokenizer.from_pretrained(folder / "tokenizer"),
            vae=AutoencoderKL.from_pretrained(folder / "vae", torch_dtype=dtype),
            vocoder=SpeechT5HifiGan.from_pretrained(folder / "vocoder", **at),
            scheduler=DPMSolverMultistepScheduler.from_pretrained(folder / "scheduler"),
            image_unet=UNet2DConditionModel.from_pretrained(
                folder / "image_unet", torch_dtype=dtype
            ),
            image_vae=AutoencoderKL.from_pretrained(folder / "image_vae", torch_dtype=dtype),
            image_scheduler=DDIMScheduler.from_pretrained(folder / "image_scheduler"),
            null_text=NullText.from_pretrained(folder / "null_text", **at),
            **{"cache": cache_folder("pictures"), **settings, **options},
        )

    def told(self, plan: Plan, parts: Sequence[str], prompt: str) -> str:
        """The plan in words, behind the user's own; nothing where those are empty.

        Without words there is a picture, and guidance by words that nobody wrote would drown it.
        """
        if not prompt.strip():
            return ""
        alone = [PART_WORDS[part] for part in parts] if len(parts) == 1 else []
        facts = [f"{plan.bpm:g} bpm", str(plan.key), f"{plan.metre} time"]
        return ", ".join([prompt.strip(), *alone, *facts])

    def encode_words(self, prompt: str) -> tuple[Tensor, Tensor]:
        """States [tokens, width] and bias [tokens], see T5Words."""
        return self.words(prompt)

    def encode_picture(self, image: Image.Image) -> PictureFeatures:
        """Keys and values of every decoder layer at every recorded step."""
        return self.image_tower(self.pixels(image))

    def mixed_words(
        self, one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor], share: float
    ) -> tuple[Tensor, Tensor]:
        """As in MeLFusionPipeline."""
        return torch.lerp(one[0], other[0], share), torch.lerp(one[1], other[1], share)

    def mixed_pictures(
        self, one: PictureFeatures, other: PictureFeatures, share: float
    ) -> PictureFeatures:
        """As in MeLFusionPipeline; both were recorded at the same steps."""
        layers = {}
        for name, (key, value) in one.layers.items():
            to_key, to_value = other.layers[name]
            layers[name] = torch.lerp(key, to_key, share), torch.lerp(value, to_value, share)
        return PictureFeatures(one.timesteps, layers)

    def pixels(self, image: Image.Image) -> Tensor:
        """The middle square of a picture as the image model takes it: [3, side, side], -1 to 1."""
        side = self.config["picture_side"]
        square = ImageOps.fit(image.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
        array = np.asarray(square, np.float32) / 127.5 - 1
        return torch.from_numpy(array).permute(2, 0, 1)

    def noise(self, plan: Plan, parts: Sequence[str], seed: int) -> Tensor:
        """[1, channels, T, bands], T the whole number of the model's units nearest the loop.

        Raises:
            RequestError: the loop is longer than the model can do.
        """
        del parts
        seconds = loop.seconds(plan.bars, plan.metre, plan.bpm)
        if seconds > LONGEST_S:
            raise RequestError(
                "bars", f"last {seconds:.0f} s; this model renders at most {LONGEST_S:.0f} s"
            )
        unit = self.latent_frame * self._unet_unit / RATE
        return self.gaussian(max(1, round(seconds / unit)) * self._unet_unit, seed)

    def gaussian(self, frames: int, seed: int) -> Tensor:
        """Noise of one piece: [1, channels, frames, bands]."""
        channels = self.vae.config.latent_channels
        shape = (1, channels, frames, self.vocoder.config.model_in_dim // self._vae_unit)
        drawn = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        return drawn.to(self.device, self.unet.dtype) * self.scheduler.init_noise_sigma

    def model(
        self,
        plan: Plan,
        parts: Sequence[str],
        words: tuple[Tensor, Tensor],
        picture: PictureFeatures | None,
        strength: float,
        performance: Performance | None,
    ) -> Model:
        """As in MeLFusionPipeline; time is a circle."""
        del plan, parts, performance
        return self.predictor(words, picture, strength, circular=True)

    def predictor(
        self,
        words: tuple[Tensor, Tensor],
        picture: PictureFeatures | None,
        strength: float,
        circular: bool,
    ) -> Model:
        """The U-Net with all that it is told laid ready.

        Args:
            words: as `encode_words` gives them.
            picture: as `encode_picture` gives it, or None.
            strength: 0-1.
            circular: whether time is a circle.
        """
        told = {True: words, False: self.encode_words("")}
        weight = torch.full((1,), strength, device=self.device)

        def run(latents: Tensor, timestep: Tensor, with_words: bool, with_picture: bool) -> Tensor:
            states, bias = (x[None].to(latents) for x in told[with_words])
            shown: dict[str, Any] = {}
            if with_picture and picture is not None:
                shown["picture"] = picture.at(timestep[None], latents)
                shown["picture_strength"] = weight
            scaled = self.scheduler.scale_model_input(latents, timestep)
            if not circular:
                return self.unet(scaled, timestep, states, bias, **shown)
            with circular_time(self.unet):
                return self.unet(scaled, timestep, states, bias, **shown)

        return run

    def stems(
        self,
        latents: Tensor,
        plan: Plan,
        parts: Sequence[str],
        performance: Performance | None,
        on_stage: OnStage,
    ) -> dict[str, np.ndarray]:
        """One stem: the part that was asked for, or the whole."""
        del performance
        seconds = loop.seconds(plan.bars, plan.metre, plan.bpm)
        on_stage("decoding", 0.0)
        with circular_time(self.vae):
            mel = self.spectrogram(latents)
        on_stage("decoding", 0.3)
        mel = stretched(mel, max(1, round(seconds * RATE / hop_of(self.vocoder))))
        sound = circular_vocoder(self.vocoder, mel)[0].float().cpu().numpy()
        on_stage("decoding", 0.9)
        length = loop.samples(plan.bars, plan.metre, plan.bpm, LOOP_RATE)
        whole = scipy.signal.resample(sound, length).astype(np.float32)
        return {parts[0] if len(parts) == 1 else "full": whole[None]}

    def spectrogram(self, latents: Tensor) -> Tensor:
        """Log mel of latents: [B, channels, T, bands] -> [B, F, mels]."""
        return self.vae.decode(latents / self.vae.config.scaling_factor).sample[:, 0]

    @torch.no_grad()
    def latents_of(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of the latents of clips.

        Args:
            audio: [B, N] at 16 kHz, N a multiple of the latent frame.

        Returns:
            [B, channels, T, bands] each, scaled as the U-Net takes them.
        """
        mel = log_mel(audio)[:, None].to(self.vae.device, self.vae.dtype)
        drawn = self.vae.encode(mel).latent_dist
        return (
            drawn.mean * self.vae.config.scaling_factor,
            drawn.std * self.vae.config.scaling_factor,
        )

    @torch.no_grad()
    def clip(
        self,
        seconds: float,
        *,
        prompt: str = "",
        image: Image.Image | None = None,
        image_strength: float = 1.0,
        guidance: float | None = None,
        image_guidance: float | None = None,
        steps: int | None = None,
        seed: int = 0,
        on_stage: OnStage = silent,
    ) -> np.ndarray:
        """A clip as in the paper's evaluation: no loop, no plan, the words as they are.

        Args:
            seconds: about how long; the model's units are whole.
            prompt, image, image_strength, guidance, image_guidance, steps, seed, on_stage: as in
                MeLFusionPipeline.

        Returns:
            [N] float32 at 16 kHz.
        """
        picture = self.encode_picture(image) if image is not None and image_strength else None
        scale = self.guidance if guidance is None else guidance
        units = max(1, round(seconds * RATE / (self.latent_frame * self._unet_unit)))
        latents = self.denoised(
            self.gaussian(units * self._unet_unit, seed),
            self.predictor(self.encode_words(prompt), picture, image_strength, circular=False),
            bool(prompt.strip()),
            picture is not None,
            (scale, scale if image_guidance is None else image_guidance),
            steps or self.steps,
            on_stage,
        )
        sound: np.ndarray = self.vocoder(self.spectrogram(latents))[0].float().cpu().numpy()
        return sound[: units * self._unet_unit * self.latent_frame]

    @property
    def latent_frame(self) -> int:
        """Samples at 16 kHz for each frame of latents."""
        return HOP * self._vae_unit

    @property
    def _vae_unit(self) -> int:
        """Mel frames, and mel bands, for each of the latents'."""
        return int(2 ** (len(self.vae.config.block_out_channels) - 1))

    @property
    def _unet_unit(self) -> int:
        """What the number of latent frames must be a multiple of."""
        return int(2 ** (len(self.unet.unet.config.block_out_channels) - 1))


_SETTINGS = ("picture_side", "picture_steps", "tokens")
