"""Stable Audio 3, of the real classes and tiny: a folder as save_pretrained writes it."""

import json
import string
import warnings
from pathlib import Path

import torch
from diffusers import (
    AutoencoderSAME,
    FlowMatchEulerDiscreteScheduler,
    StableAudio3DiTModel,
    StableAudio3Pipeline,
)
from diffusers.pipelines.stable_audio_3 import StableAudio3DurationEmbedder
from tokenizers import Tokenizer, models, trainers
from transformers import GemmaTokenizer, T5GemmaConfig, T5GemmaEncoderModel

from melfusion.backends import briefing

WIDTH, LATENTS, LONGEST_S = 16, 8, 120.0
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
WORDS = " ".join([*briefing.PARTS.values(), briefing.ALWAYS, "warm house", "time", "key of"])


def folder(where: Path, *, distilled: bool = True) -> Path:
    """Writes a whole pipeline into a folder, and gives the folder."""
    pipeline(distilled=distilled).save_pretrained(where)
    return where


def pipeline(*, distilled: bool = True) -> StableAudio3Pipeline:
    """A whole Stable Audio 3 with random weights: 44.1 kHz, latents of 4,096 samples."""
    return StableAudio3Pipeline(
        vae=vae(),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        duration_embedder=duration_embedder(),
        transformer=transformer(),
        scheduler=FlowMatchEulerDiscreteScheduler(
            num_train_timesteps=1, stochastic_sampling=distilled
        ),
    )


def vae() -> AutoencoderSAME:
    """An autoencoder with the published rates, which is loud and does not clip."""
    torch.manual_seed(11)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*weight_norm. is deprecated", FutureWarning)
        made = AutoencoderSAME(
            encoder_channels=8, encoder_c_mults=(2,), encoder_transformer_depths=(1,),
            latent_dim=LATENTS, dim_heads=8,
        )  # fmt: skip
    _drawn(made, gain=1.2)
    made.decoder.blocks[-1].mapping.weight_g.data *= 0.1
    return made


def text_encoder() -> T5GemmaEncoderModel:
    """A T5Gemma encoder of two layers, one of each kind."""
    torch.manual_seed(12)
    module = {
        "vocab_size": len(tokenizer()), "hidden_size": WIDTH, "intermediate_size": 32,
        "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8,
        "initializer_range": 0.5,
    }  # fmt: skip
    config = T5GemmaConfig(encoder=module, decoder=module, is_encoder_decoder=False)
    return T5GemmaEncoderModel(config).eval()


def tokenizer() -> GemmaTokenizer:
    """Gemma's, which pads in front of the words, with a small vocabulary of its own."""
    learnt = Tokenizer(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=SPECIAL, show_progress=False,
        initial_alphabet=list(string.printable.replace(" ", "▁")),
    )  # fmt: skip
    learnt.train_from_iterator((f"▁{word}" for word in WORDS.split()), trainer)
    model = json.loads(learnt.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    return GemmaTokenizer(vocab=model["vocab"], merges=merges, model_max_length=256)


def duration_embedder() -> StableAudio3DurationEmbedder:
    """How long it is to be, in a vector."""
    torch.manual_seed(13)
    return StableAudio3DurationEmbedder(WIDTH, fourier_dim=8, max_val=LONGEST_S)


def transformer() -> StableAudio3DiTModel:
    """A denoiser of two blocks."""
    torch.manual_seed(14)
    made = StableAudio3DiTModel(
        io_channels=LATENTS, embed_dim=WIDTH, depth=2, num_heads=2, cond_token_dim=WIDTH,
        global_cond_dim=WIDTH, local_add_cond_dim=1 + LATENTS, timestep_features_dim=8,
        ff_mult=2.0, num_memory_tokens=2,
    )  # fmt: skip
    torch.nn.init.normal_(made.prompt_padding_embedding)
    return _drawn(made, gain=1.2)


def _drawn(network: torch.nn.Module, gain: float) -> torch.nn.Module:
    """Draws every matrix, those that begin at nought as well, so that all that is told is heard."""
    for parameter in network.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=gain / parameter[0].numel() ** 0.5)
    return network.eval()
