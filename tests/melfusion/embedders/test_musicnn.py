"""musicnn: the same tags and embeddings as the original, on the spectrogram that it was given."""

import json
from pathlib import Path

import librosa
import numpy as np
import pytest
import torch

from melfusion.embedders.musicnn import FRAMES, TAGS, Dataset, MusicnnEmbedder, log_mel
from tests.melfusion.embedders import signals

REFERENCE = json.loads((Path(__file__).parent / "musicnn_reference.json").read_text("utf-8"))
"""By tagger and sound, what the original graph gave in TensorFlow: all tags, 20 of 200 numbers."""


def test_the_spectrogram_is_librosas() -> None:
    sound = signals.chord()
    mel = librosa.feature.melspectrogram(
        y=sound, sr=16000, n_fft=512, hop_length=256, n_mels=96, pad_mode="reflect"
    )
    ours = log_mel(torch.from_numpy(sound)).numpy()
    assert ours.shape == (251, 96)
    assert np.abs(ours - np.log10(10000 * mel.T + 1)).max() < 1e-4


@pytest.mark.parametrize("sound", ["chord", "beat"])
@pytest.mark.parametrize("dataset", ["msd", "mtt"])
def test_tags_and_embedding_are_the_originals(dataset: Dataset, sound: str) -> None:
    heard = MusicnnEmbedder(dataset).hear(getattr(signals, sound)())
    original = REFERENCE[f"{dataset} {sound}"]
    assert heard.embeddings.shape == (1, 200)
    assert np.abs(heard.probabilities - original["tags"]).max() < 1e-3
    assert np.abs(heard.embedding[:20] - original["embedding"]).max() < 0.01


def test_it_hears_a_beat_in_a_beat() -> None:
    tagger = MusicnnEmbedder("mtt")
    likely = np.argsort(-tagger.hear(signals.beat()).probabilities)[:5]
    assert {tagger.tags[index] for index in likely} & {"beat", "drums", "techno"}


def test_there_is_a_row_for_every_full_window() -> None:
    tagger = MusicnnEmbedder()
    samples = signals.chord(seconds=7)
    assert (1 + len(samples) // 256) // FRAMES == 2
    assert tagger.hear(samples).embeddings.shape == (2, 200)


def test_a_short_loop_is_heard_round_and_round() -> None:
    tagger = MusicnnEmbedder()
    short, long = signals.beat(seconds=1), signals.beat(seconds=4)
    assert np.allclose(tagger.hear(short).logits, tagger.hear(long).logits, atol=0.05)


def test_there_are_50_different_tags_each() -> None:
    assert [len(set(tags)) for tags in TAGS.values()] == [50, 50]
