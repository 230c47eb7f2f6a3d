"""Puts `base` together from folders of public weights, laid out as their repositories are."""

import json
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from torch import Tensor
from transformers import AutoTokenizer, CLIPTextModel, CLIPTokenizer, T5Config, T5EncoderModel
from transformers.utils.logging import disable_progress_bar

from . import conversion, mel
from .conversion import ConversionError
from .music_unet import TANGO
from .pipeline import BasePipeline
from .sources import HALF, MUSIC_VAE, MUSIC_WEIGHTS, UNET_SHAPE


@dataclass(frozen=True)
class Settings:
    """What the small files say.

    Attributes:
        named_schedule: the repository that the music model's schedule is named after.
        vae: AudioLDM's settings of the spectrogram autoencoder.
        text: FLAN-T5's.
        shape: of the music U-Net; None for TANGO's own.
    """

    named_schedule: str
    vae: dict[str, Any]
    text: T5Config
    shape: dict[str, Any] | None

    @classmethod
    def read(cls, image: Path, music: Path, text: Path) -> "Settings":
        """Reads them and sees that the parts will fit each other, before gigabytes are fetched.

        Args:
            image: folder of Stable Diffusion.
            music: of TANGO.
            text: of FLAN-T5.

        Raises:
            ConversionError: they do not fit, or are not what they should be.
        """
        shape = _json(music / UNET_SHAPE) if (music / UNET_SHAPE).is_file() else None
        settings = cls(
            str(_json(music / "main_config.json").get("scheduler_name", "")),
            _json(music / "vae_config.json"),
            T5Config.from_dict(_json(text / "config.json")),
            _known(shape, UNet2DConditionModel) if shape else None,
        )
        conversion.music_scheduler(settings.named_schedule)
        conversion.vae_settings(settings.vae)
        check_spectrogram(_json(music / "stft_config.json"))
        check_widths(settings.text, settings.shape or {}, _json(image / "unet" / "config.json"))
        return settings


def has_text_encoder(music: Path) -> bool:
    """Whether TANGO's weights bring the text encoder's along."""
    return bool(conversion.part(_tensors(music / MUSIC_WEIGHTS), conversion.TEXT))


def assemble(image: Path, music: Path, text: Path, synapse: str, name: str) -> BasePipeline:
    """Makes the whole pipeline; takes as much memory as `base` takes to run.

    Args:
        image: folder of Stable Diffusion.
        music: of TANGO.
        text: of FLAN-T5; its weights are used where TANGO's have no text encoder.
        synapse: as in MusicUNet.
        name: name and version of what is made.

    Raises:
        ConversionError: something does not fit.
        OSError: a file cannot be read.
    """
    disable_progress_bar()  # what the user is told is told elsewhere
    settings = Settings.read(image, music, text)
    main, sound = _tensors(music / MUSIC_WEIGHTS), _tensors(music / MUSIC_VAE)
    strangers = [key for key in main if not key.startswith((conversion.UNET, conversion.TEXT))]
    if strangers:
        raise ConversionError(f"{MUSIC_WEIGHTS} holds more than is known: {strangers[0]}, ...")
    states = conversion.part(main, conversion.TEXT)
    vae = {key: x for key, x in sound.items() if not key.startswith(conversion.VOCODER)}
    return BasePipeline(
        unet=conversion.music_unet(conversion.part(main, conversion.UNET), synapse, settings.shape),
        text_encoder=(
            conversion.text_encoder(states, settings.text)
            if states
            else _pretrained(T5EncoderModel, text, "dtype", torch.float32)
        ),
        tokenizer=AutoTokenizer.from_pretrained(text, local_files_only=True),
        vae=conversion.spectrogram_vae(vae, settings.vae),
        vocoder=conversion.vocoder(conversion.part(sound, conversion.VOCODER)),
        scheduler=conversion.music_scheduler(settings.named_schedule),
        image_unet=_image_part(UNet2DConditionModel, image / "unet"),
        image_vae=_image_part(AutoencoderKL, image / "vae"),
        image_scheduler=DDIMScheduler(
            **_known(_json(image / "scheduler" / "scheduler_config.json"), DDIMScheduler)
        ),
        null_text=conversion.null_text(
            CLIPTokenizer.from_pretrained(image / "tokenizer", local_files_only=True),
            _pretrained(CLIPTextModel, image / "text_encoder", "dtype", torch.float32),
        ),
        name=name,
    )


def _image_part(kind: Any, folder: Path) -> Any:
    """A part of the image model, in the precision of its file: it is frozen."""
    half = any(folder.glob(f"*{HALF}"))
    return _pretrained(kind, folder, "torch_dtype", torch.float16 if half else torch.float32)


def _pretrained(kind: Any, folder: Path, precision: str, dtype: torch.dtype) -> Any:
    """What `kind` loads from a folder, if all of it is there.

    Args:
        kind: a class of diffusers or transformers.
        folder: where its weights lie.
        precision: the name that the library has for `dtype`.
        dtype: of the weights once they are loaded.

    Raises:
        ConversionError: weights are missing.
    """
    half = any(folder.glob(f"*{HALF}"))
    loaded, told = kind.from_pretrained(
        folder,
        variant="fp16" if half else None,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
        **{precision: dtype},
    )
    wrong = [*told["missing_keys"], *told["mismatched_keys"]]
    if wrong:
        raise ConversionError(f"{folder} lacks weights, such as {sorted(map(str, wrong))[0]}")
    return loaded.eval()


def check_spectrogram(stft: Mapping[str, Any]) -> None:
    """That the music model speaks the spectrogram of mel.py.

    Args:
        stft: what stft_config.json says.

    Raises:
        ConversionError: it is another one.
    """
    ours = {
        "filter_length": mel.WINDOW, "win_length": mel.WINDOW, "hop_length": mel.HOP,
        "n_mel_channels": mel.BANDS, "sampling_rate": mel.RATE,
        "mel_fmin": 0, "mel_fmax": mel.TOP_HZ,
    }  # fmt: skip
    other = [f"{name} {stft.get(name)}" for name, x in ours.items() if stft.get(name) != x]
    if other:
        raise ConversionError(f"the music model has another spectrogram: {', '.join(other)}")


def check_widths(text: T5Config, shape: Mapping[str, Any], image: Mapping[str, Any]) -> None:
    """That words and picture can be heard by the music model.

    Args:
        text: FLAN-T5's settings.
        shape: of the music U-Net, as in MusicUNet.
        image: settings of the image model's U-Net.

    Raises:
        ConversionError: they cannot.
    """
    music = {**TANGO, **shape}
    if text.d_model != music["cross_attention_dim"]:
        raise ConversionError(
            f"the text model's tokens have {text.d_model} numbers, the music model reads"
            f" {music['cross_attention_dim']}"
        )
    for name in ("block_out_channels", "up_block_types"):
        if list(image.get(name, ())) != list(music[name]):
            raise ConversionError(
                f"image and music model differ in {name} ({image.get(name)} and"
                f" {list(music[name])}): the picture cannot be heard"
            )


def _known(config: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """The arguments of a class of diffusers' among what any version of any such class wrote."""
    return {name: x for name, x in config.items() if name in kind._get_init_keys(kind)}


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConversionError(f"{path} is no JSON: {error}") from error
    if not isinstance(read, dict):
        raise ConversionError(f"{path} holds no settings")
    return read


def _tensors(path: Path) -> dict[str, Tensor]:
    """The state dict in a file of torch's, of which nothing else is ever run or read.

    Raises:
        ConversionError: it holds something else.
    """
    try:
        # Only torch's newer format can be left on the disk until it is used.
        state = torch.load(
            path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path)
        )
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "it is cut off"
        raise ConversionError(f"{path.name} holds no plain tensors: {reason}") from error
    if not isinstance(state, dict) or not all(isinstance(x, Tensor) for x in state.values()):
        raise ConversionError(f"{path.name} holds more than tensors")
    return state
