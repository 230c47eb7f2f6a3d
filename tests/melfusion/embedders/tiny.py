"""CLAP and CLIP as transformers builds them, random and tiny, saved as a user has them."""

from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    CLIPConfig,
    CLIPModel,
    PreTrainedTokenizerFast,
)

WORDS = ["warm", "house", "slow", "jazz", "with", "a", "deep", "bass"]
TEXT = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "vocab_size": len(WORDS) + 4,
}


def _save_tokenizer(folder: Path) -> None:
    special = ["<s>", "<pad>", "<unk>", "</s>"]
    vocabulary = {word: number for number, word in enumerate([*special, *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, "<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="</s>",
        model_max_length=12,
    ).save_pretrained(folder)


def save_clap(folder: Path) -> ClapModel:
    """A CLAP whose logits are 14.3 times a cosine, in `folder`."""
    torch.manual_seed(0)
    audio = {
        "patch_embeds_hidden_size": 8,
        "hidden_size": 64,
        "depths": [1, 1, 1, 1],
        "num_attention_heads": [1, 1, 2, 2],
        "enable_fusion": False,
        "fusion_type": None,
    }
    text = TEXT | {"max_position_embeddings": 20, "pad_token_id": 1, "projection_dim": 24}
    model = ClapModel(
        ClapConfig(text_config=text, audio_config=audio | {"projection_dim": 24}, projection_dim=24)
    )
    model.eval().save_pretrained(folder)
    ClapFeatureExtractor(
        feature_size=64, sampling_rate=48000, truncation="rand_trunc", padding="repeatpad"
    ).save_pretrained(folder)
    _save_tokenizer(folder)
    return model


def save_clip(folder: Path) -> CLIPModel:
    """A CLIP whose logits are 14.3 times a cosine, for pictures of 32 pixels, in `folder`."""
    torch.manual_seed(0)
    vision = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    text = TEXT | {"max_position_embeddings": 12, "bos_token_id": 0, "eos_token_id": 3}
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=24))
    model.eval().save_pretrained(folder)
    _save_tokenizer(folder)
    return model
