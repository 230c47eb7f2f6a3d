"""Tiny repositories of the three models that `base` is made of, laid out and named as published."""

import json
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5ForConditionalGeneration

from tests.melfusion.base import original, tiny

IMAGE, MUSIC, TEXT = "artists/stable-tiny", "lab/tiny-tango", "readers/flan-tiny"
LICENCES = {IMAGE: "openrail++", MUSIC: "cc-by-nc-sa-4.0", TEXT: "apache-2.0"}
PROMPT_TOKENS = 5

STFT = {
    "filter_length": 1024, "hop_length": 160, "win_length": 1024, "n_mel_channels": 64,
    "sampling_rate": 16000, "mel_fmin": 0, "mel_fmax": 8000,
}  # fmt: skip

SCHEDULE = {
    "_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012,
    "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": False,
    "num_train_timesteps": 1000, "prediction_type": "v_prediction", "set_alpha_to_one": False,
    "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None,
}  # fmt: skip
"""As in Stable Diffusion 2.1."""


def write_all(hub: Path) -> None:
    """All three, at owner/name."""
    write_image(hub / IMAGE)
    write_music(hub / MUSIC)
    write_text(hub / TEXT)


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def write_image(folder: Path) -> None:
    """Stable Diffusion, as old as that: attention of the autoencoder in its first names."""
    for half in (False, True):
        unet, vae = tiny.image_unet(), tiny.image_vae()
        variant = "fp16" if half else None
        for part, model in (("unet", unet), ("vae", vae)):
            for x in model.parameters():
                x.data = x.data.half() if half else x.data
            model.save_pretrained(folder / part, variant=variant)
    for file in (folder / "vae").glob("*.safetensors"):
        old = {
            key.replace(".to_q.", ".query.").replace(".to_k.", ".key.")
            .replace(".to_v.", ".value.").replace(".to_out.0.", ".proj_attn."): x
            for key, x in load_file(file).items()
        }  # fmt: skip
        assert any(".query." in key for key in old)
        save_file(old, file, {"format": "pt"})
    write_json(folder / "scheduler/scheduler_config.json", SCHEDULE)
    (folder / "README.md").write_text("A model card.")
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"an older form of the same")
    _write_prompts(folder)


def _write_prompts(folder: Path) -> None:
    """CLIP's tokenizer and text encoder, whose keys have a prefix that newer files lack."""
    names = ["!", "a", "a</w>", "<|startoftext|>", "<|endoftext|>"]
    write_json(folder / "tokenizer/vocab.json", {name: n for n, name in enumerate(names)})
    (folder / "tokenizer/merges.txt").write_text("#version: 0.2\n")
    special = {
        "bos_token": names[3], "eos_token": names[4], "unk_token": names[4], "pad_token": "!",
    }  # fmt: skip
    told = {"tokenizer_class": "CLIPTokenizer", "model_max_length": PROMPT_TOKENS, **special}
    write_json(folder / "tokenizer/tokenizer_config.json", told)
    write_json(folder / "tokenizer/special_tokens_map.json", special)
    text_encoder().save_pretrained(folder / "text_encoder")
    file = folder / "text_encoder" / "model.safetensors"
    plain = load_file(file)
    state = {f"text_model.{key.removeprefix('text_model.')}": x for key, x in plain.items()}
    state["text_model.embeddings.position_ids"] = torch.arange(PROMPT_TOKENS)[None]
    save_file(state, file, {"format": "pt"})


def text_encoder() -> CLIPTextModel:
    """A CLIP of one layer, whose norms do something."""
    torch.manual_seed(8)
    config = CLIPTextConfig(
        vocab_size=5, hidden_size=tiny.TEXT, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=3, max_position_embeddings=PROMPT_TOKENS, bos_token_id=3,
        eos_token_id=4, pad_token_id=0,
    )  # fmt: skip
    encoder = CLIPTextModel(config).eval()
    for x in encoder.parameters():
        torch.nn.init.normal_(x)
    return encoder


def music_unet() -> UNet2DConditionModel:
    torch.manual_seed(9)
    return UNet2DConditionModel(**{**tiny.SHAPE, "in_channels": 8, "out_channels": 8}).eval()


def write_music(folder: Path, text: bool = True) -> None:
    """TANGO, with its text encoder or without."""
    schedule = "stabilityai/stable-diffusion-2-1"
    write_json(folder / "main_config.json", {"scheduler_name": schedule, "snr_gamma": 5.0})
    write_json(folder / "vae_config.json", original.CONFIG)
    write_json(folder / "stft_config.json", STFT)
    shape = {"_class_name": "UNet2DConditionModel", **tiny.SHAPE, "in_channels": 8}
    write_json(folder / "configs/diffusion_model_config.json", {**shape, "out_channels": 8})
    state = {f"unet.{key}": x for key, x in music_unet().state_dict().items()}
    if text:
        encoder = tiny.text_encoder().state_dict()
        state |= {f"text_encoder.{key}": x for key, x in encoder.items()}
    torch.save(state, folder / "pytorch_model_main.bin")
    torch.manual_seed(10)
    torch.save(original.Sound().state_dict(), folder / "pytorch_model_vae.bin")
    torch.save({"mel_basis": torch.ones(3)}, folder / "pytorch_model_stft.bin")


def write_text(folder: Path) -> None:
    """FLAN-T5, with the decoder that nobody needs."""
    config = T5Config(**{**tiny.text_encoder().config.to_dict(), "is_encoder_decoder": True})
    torch.manual_seed(11)
    T5ForConditionalGeneration(config).save_pretrained(folder)
    tiny.tokenizer().save_pretrained(folder)
