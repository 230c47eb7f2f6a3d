"""ACE-Step 1.5, of the real classes and tiny: a folder as save_pretrained writes it."""

import warnings
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AceStepPipeline,
    AceStepTransformer1DModel,
    AutoencoderOobleck,
    FlowMatchEulerDiscreteScheduler,
)
from diffusers.pipelines.ace_step import (
    AceStepAudioTokenDetokenizer,
    AceStepAudioTokenizer,
    AceStepConditionEncoder,
)
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

RATE, HOP = 48000, 1920
TEXT, WIDTH, LATENTS = 16, 32, 4
SHAPE: dict[str, Any] = {
    "hidden_size": WIDTH,
    "intermediate_size": 48,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "sliding_window": 16,
}
WORDS = "warm house techno drums bass chords lead minutes bpm timesignature keyscale duration"


def folder(where: Path, version: str = "turbo", *, covers: bool = True) -> Path:
    """Writes a whole pipeline into a folder, and gives the folder.

    Args:
        where: the folder.
        version: of its weights: "turbo", "sft" or "base".
        covers: whether it has what hears the melody, harmony and rhythm of a sound.
    """
    pipeline(version, covers=covers).save_pretrained(where)
    return where


def pipeline(version: str = "turbo", *, covers: bool = True) -> AceStepPipeline:
    """A whole ACE-Step with random weights: 48 kHz, latents of 1,920 samples."""
    return AceStepPipeline(
        vae=vae(),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        transformer=transformer(version),
        condition_encoder=condition_encoder(),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=audio_tokenizer() if covers else None,
        audio_token_detokenizer=audio_token_detokenizer() if covers else None,
    )


def vae() -> AutoencoderOobleck:
    """An autoencoder with the published rates, that is sure of its latents."""
    torch.manual_seed(21)
    with warnings.catch_warnings():
        # This one is between diffusers and PyTorch.
        warnings.filterwarnings("ignore", ".*weight_norm. is deprecated", FutureWarning)
        made = AutoencoderOobleck(
            encoder_hidden_size=2 * LATENTS,
            downsampling_ratios=[2, 4, 4, 6, 10],
            channel_multiples=[1, 1, 1, 1, 1],
            decoder_channels=2,
            decoder_input_channels=LATENTS,
            sampling_rate=RATE,
        )
    for name, layer in made.named_modules():  # as they are drawn, hardly a sound is left of one
        if isinstance(layer, torch.nn.Conv1d | torch.nn.ConvTranspose1d):
            upwards = isinstance(layer, torch.nn.ConvTranspose1d)
            gain = 0.3 if "res_unit" in name else layer.stride[0] ** 0.5 if upwards else 1.0
            torch.nn.init.constant_(layer.weight_g, gain)
            if layer.bias is not None:
                torch.nn.init.zeros_(layer.bias)
    made.decoder.conv2.weight_g.data.fill_(0.1)
    made.encoder.conv1.weight_g.data.fill_(3.0)
    made.encoder.conv2.bias.data[LATENTS:] = -8.0
    return made.eval()


def text_encoder() -> Qwen3Model:
    """A Qwen3 of two layers."""
    torch.manual_seed(22)
    config = Qwen3Config(
        vocab_size=len(tokenizer()), hidden_size=TEXT, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8, initializer_range=0.5,
    )  # fmt: skip
    return Qwen3Model(config).eval()


def tokenizer() -> PreTrainedTokenizerFast:
    """Of bytes, as Qwen's is, with a small vocabulary of its own."""
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320, special_tokens=["<|endoftext|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    bare.train_from_iterator([WORDS], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bare, pad_token="<|endoftext|>", eos_token="<|endoftext|>"
    )


def transformer(version: str = "turbo") -> AceStepTransformer1DModel:
    """A denoiser of two blocks, one of each kind."""
    torch.manual_seed(23)
    return AceStepTransformer1DModel(
        **SHAPE,
        num_hidden_layers=2,
        in_channels=3 * LATENTS,
        audio_acoustic_hidden_dim=LATENTS,
        is_turbo=version == "turbo",
        model_version=version,
    ).eval()


def condition_encoder() -> AceStepConditionEncoder:
    """What makes one row of text, lyrics and timbre."""
    torch.manual_seed(24)
    made = AceStepConditionEncoder(
        **SHAPE,
        text_hidden_dim=TEXT,
        timbre_hidden_dim=LATENTS,
        num_lyric_encoder_hidden_layers=1,
        num_timbre_encoder_hidden_layers=1,
    )
    torch.nn.init.normal_(made.silence_latent)
    return made.eval()


def audio_tokenizer() -> AceStepAudioTokenizer:
    """Hears melody, harmony and rhythm, five times a second."""
    torch.manual_seed(25)
    return AceStepAudioTokenizer(
        **SHAPE,
        audio_acoustic_hidden_dim=LATENTS,
        fsq_dim=WIDTH,
        num_attention_pooler_hidden_layers=1,
    ).eval()


def audio_token_detokenizer() -> AceStepAudioTokenDetokenizer:
    """What was heard, as latents."""
    torch.manual_seed(26)
    return AceStepAudioTokenDetokenizer(
        **SHAPE, audio_acoustic_hidden_dim=LATENTS, num_attention_pooler_hidden_layers=1
    ).eval()
