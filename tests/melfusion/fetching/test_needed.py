import pytest

from melfusion.fetching.needed import LackingError, of_index, plain

INDEX = {
    "_class_name": "AnyPipeline",
    "_diffusers_version": "0.42.1",
    "text_encoder": ["transformers", "AnyModel"],
    "tokenizer": ["transformers", "AnyTokenizerFast"],
    "scheduler": ["diffusers", "AnyScheduler"],
    "safety_checker": [None, None],
    "unconditional": False,
}
SETTINGS = {
    "model_index.json", "text_encoder/config.json", "tokenizer/tokenizer.json",
    "tokenizer/merges.txt", "tokenizer/chat_template.jinja", "tokenizer/spiece.model",
    "scheduler/scheduler_config.json",
}  # fmt: skip
OTHERS = {
    "text_encoder/pytorch_model.bin", "text_encoder/flax_model.msgpack", "text_encoder/code.py",
    "text_encoder/deeper/model.safetensors", "unused/model.safetensors", "unused/config.json",
    "model.safetensors", "example.wav", "readme_images/a.json",
}  # fmt: skip
WHOLE = {"text_encoder/model.safetensors"}
FP16 = {"text_encoder/model.fp16.safetensors"}
BF16 = {
    "text_encoder/model.bf16-00001-of-00002.safetensors",
    "text_encoder/model.bf16-00002-of-00002.safetensors",
    "text_encoder/model.safetensors.index.bf16.json",
}
PIECES = {
    "text_encoder/model-00001-of-00002.safetensors",
    "text_encoder/model-00002-of-00002.safetensors",
    "text_encoder/model.safetensors.index.json",
}
TOLD = {"README.md", "LICENSE", "license.txt", "NOTICE"}


@pytest.mark.parametrize(
    ("weights", "chosen"),
    [
        (WHOLE, WHOLE),
        (PIECES, PIECES),
        (WHOLE | FP16, FP16),
        (PIECES | FP16 | BF16, BF16),
        (WHOLE | {"text_encoder/model.int8.safetensors"}, WHOLE),
    ],
)
def test_of_weights_those_in_half_precision_are_taken(weights, chosen):
    there = SETTINGS | OTHERS | TOLD | weights
    found = of_index("model_index.json", INDEX, sorted(there))
    assert set(found) == SETTINGS | TOLD | chosen
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (SETTINGS | OTHERS, "has no safetensors in text_encoder/"),
        (SETTINGS | {"text_encoder/model.safetensors.index.json"},
         "has no safetensors in text_encoder/"),
        (SETTINGS - {"scheduler/scheduler_config.json"} | WHOLE, "has no settings in scheduler/"),
    ],
)  # fmt: skip
def test_what_is_lacking_is_told(there, told):
    with pytest.raises(LackingError, match=told):
        of_index("model_index.json", INDEX, sorted(there))


@pytest.mark.parametrize(
    ("name", "plainly"),
    [
        ("vae/diffusion_pytorch_model.fp16.safetensors", "vae/diffusion_pytorch_model.safetensors"),
        ("vae/model.bf16-00001-of-00002.safetensors", "vae/model-00001-of-00002.safetensors"),
        ("vae/model.safetensors.index.fp16.json", "vae/model.safetensors.index.json"),
        ("vae/model.safetensors", "vae/model.safetensors"),
        ("model.fp16.safetensors", "model.safetensors"),
        ("tokenizer/tokenizer.json", "tokenizer/tokenizer.json"),
        ("README.fp16.md", "README.fp16.md"),
    ],
)
def test_names_are_taken_without_their_precision(name, plainly):
    assert plain(name) == plainly
