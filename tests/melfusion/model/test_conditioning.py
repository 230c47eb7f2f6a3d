"""What the denoiser is told of the plan."""

import numpy as np
import pytest

from melfusion.model.conditioning import (
    FRAME_FEATURES,
    KEYS,
    LOOP_FEATURES,
    arrangement_features,
    frame_features,
    loop_features,
    score_features,
)
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.score import LOWEST, VOICES, Note


def _plan(metre: str = "4/4", bars: int = 4) -> Plan:
    read = Metre.parse(metre)
    return Plan(120.0, read, Key.parse("Am"), parse_chords("Am F C/E G", bars, read.numerator))


def test_every_frame_has_its_chord_its_bass_and_the_scale() -> None:
    features = frame_features(_plan(), 160)
    assert features.shape == (160, FRAME_FEATURES)
    chroma, bass, scale = np.split(features[:, -36:], 3, axis=1)
    assert np.flatnonzero(chroma[0]).tolist() == [0, 4, 9]
    assert np.flatnonzero(chroma[40]).tolist() == [0, 5, 9]
    assert np.flatnonzero(bass[80]).tolist() == [4]
    assert np.flatnonzero(scale[7]).tolist() == [0, 2, 4, 5, 7, 9, 11]


def test_phases_are_those_of_quarter_and_bar() -> None:
    features = frame_features(_plan("3/4", bars=2), 60)
    quarter = np.arctan2(features[:, 0], features[:, 10]) / (2 * np.pi) % 1
    expected = np.arange(60) / 10 % 1
    assert np.allclose(np.exp(2j * np.pi * quarter), np.exp(2j * np.pi * expected), atol=1e-5)


@pytest.mark.parametrize("metre", ["4/4", "3/4", "7/8", "6/8"])
def test_the_last_frame_leads_into_the_first(metre: str) -> None:
    phases = frame_features(_plan(metre), 96)[:, :20]
    steps = np.abs(np.diff(np.concatenate([phases, phases[:1]]), axis=0)).max(1)
    assert steps[-1] <= steps.max() + 1e-6


def test_the_loop_is_told_its_part_and_tempo() -> None:
    drums = loop_features(120, Metre(), 4, "drums")
    bass = loop_features(120, Metre(), 4, "bass")
    assert drums.shape == (LOOP_FEATURES,)
    assert np.flatnonzero(drums != bass).tolist() == [8, 9]
    assert (loop_features(60, Metre(), 4, "drums") != drums).any()


def test_a_score_is_told_finer_than_frames_and_round_the_circle() -> None:
    plan = Plan(120.0, Metre(), Key.parse("Am"), parse_chords("Am", 1, 4))
    notes = [Note(0.5, 1.0, 60, 0.8), Note(3.95, 0.5, 64, 0.5), Note(1.05, 0.1, "snare", 1.0)]
    table = score_features(notes, plan, frames=40)  # ten frames in a quarter note
    struck, held = table[:, KEYS : 2 * KEYS], table[:, :KEYS]
    assert struck[:, 60 - LOWEST].nonzero()[0].tolist() == [5]
    assert struck[5, 60 - LOWEST] == pytest.approx(0.8)
    assert held[:, 60 - LOWEST].nonzero()[0].tolist() == list(range(5, 15))
    late = struck[:, 64 - LOWEST]
    assert late[[39, 0]].tolist() == pytest.approx([0.25, 0.25])
    assert set(held[:, 64 - LOWEST].nonzero()[0]) >= {0, 1, 2, 3}
    drums = table[:, 2 * KEYS : -1]
    assert drums[[10, 11], VOICES.index("snare")].tolist() == pytest.approx([0.5, 0.5])
    assert drums.sum() == pytest.approx(1)
    assert (table[:, -1] == 1).all()


def test_keys_beyond_the_piano_are_its_outermost() -> None:
    plan = Plan(120.0, Metre(), Key.parse("Am"), parse_chords("Am", 1, 4))
    table = score_features([Note(0, 1, 3, 1.0), Note(0, 1, 120, 1.0)], plan, frames=8)
    assert table[0, KEYS] == table[0, 2 * KEYS - 1] == 1


def test_an_arrangement_is_told_by_names_mood_and_touches() -> None:
    told = arrangement_features(
        ("dub", "piano"), (0.1, 0.2, 0.3), (-1, 2), ("piano", "dub", "house")
    )
    assert told.tolist() == pytest.approx([1, 1, 0, 0.1, 0.2, 0.3, 1, -1, 2])
