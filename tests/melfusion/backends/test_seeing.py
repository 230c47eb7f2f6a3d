"""Pictures in words: by the table's concepts, and by a captioner that was downloaded."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from transformers import (
    BertTokenizerFast,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipImageProcessor,
    BlipProcessor,
)

from melfusion import picture
from melfusion.backends.seeing import CAPTIONER, Seer
from melfusion.home import VARIABLE
from melfusion.material.styles import STYLES

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[ENC]", "[DEC]", "a", "red", "boat"]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of downloaded models, empty."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def seer() -> Seer:
    return Seer(captions=False)


def shown(name: str) -> Image.Image:
    return picture.load(EXAMPLES / name).image


def tiny_captioner(folder: Path) -> None:
    """A captioner of the real class, of hardly any size, whose words are drawn at random."""
    small = {
        "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }  # fmt: skip
    told = {"vocab_size": len(WORDS), "encoder_hidden_size": 16, "max_position_embeddings": 64}
    told |= {"bos_token_id": 6, "pad_token_id": 0, "eos_token_id": 3, "sep_token_id": 3}
    looks = {"image_size": 32, "patch_size": 16}
    torch.manual_seed(0)
    model = BlipForConditionalGeneration(
        BlipConfig(text_config=small | told, vision_config=small | looks, projection_dim=16)
    )
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))
    processor = BlipProcessor(BlipImageProcessor(size={"height": 32, "width": 32}), tokenizer)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def test_a_picture_is_told_by_what_it_shows_its_mood_and_its_music(seer: Seer) -> None:
    seen = seer.see(shown("sunset.jpg"))
    told = seen.words.split(", ")
    assert told[0] == "sunset"
    assert any(word in STYLES for word in told)
    assert 0 <= seen.valence <= 1
    assert seer.see(shown("sunset.jpg")) == seen
    assert seer.see(shown("neon.jpg")).words != seen.words


def test_the_mood_is_that_of_words_and_picture(seer: Seer) -> None:
    picture = shown("sunset.jpg")
    happy, sad = (seer.valence(words, None, 1.0) for words in ("happy disco", "sad slow piano"))
    assert happy > sad
    assert seer.valence("sad slow piano", picture, 1.0) != sad
    assert seer.valence("sad slow piano", picture, 0.0) == sad


def test_a_captioner_that_was_downloaded_says_what_is_seen(models: Path, seer: Seer) -> None:
    tiny_captioner(models / CAPTIONER)
    plain, captioned = seer.see(shown("sunset.jpg")), Seer().see(shown("sunset.jpg"))
    caption, _, music = captioned.words.partition(", ")
    assert caption
    assert set(caption.split()) <= set(WORDS)
    assert music
    assert plain.words.endswith(music)
    assert captioned.valence == plain.valence
