"""The measures, probes and rows of `melfusion evaluate mini`, on sounds of which all is known."""

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from melfusion import loop, rhythm
from melfusion.evaluation.loops import lengths, measuring, signals
from melfusion.evaluation.loops.heard import SIGNALS, Heard, hear
from melfusion.evaluation.loops.hearing import Listener
from melfusion.evaluation.loops.measuring import (
    GREY,
    PICTURE,
    RENDERED,
    SHUFFLED,
    WORDS,
    Evidence,
)
from melfusion.evaluation.loops.probes import Classifier, LinearMap, found_first
from melfusion.evaluation.loops.rendering import CONDITIONS, DECODED, REAL, rendered
from melfusion.evaluation.loops.rows import MET, MISSED, TOLD, UNKNOWN, Row, certain, table, unknown
from melfusion.evaluation.loops.scenes import Asked, Scene, read_scenes
from melfusion.material.dataset import STEMS
from melfusion.material.order import Order, write_scenes
from melfusion.request import PARTS
from tests.melfusion import known

RATE = 44100


def noise(plan: Any, seed: int = 0) -> np.ndarray:
    length = loop.samples(plan.bars, plan.metre, plan.bpm, RATE)
    return (0.1 * np.random.default_rng(seed).standard_normal(length)).astype(np.float32)


def held_tone(seconds: float = 4.0, hertz: float = 220.0, blur: float = 0.0) -> np.ndarray:
    """A tone with harmonics that go round, and as much noise as is asked."""
    time = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 9))
    rough = np.random.default_rng(0).standard_normal(len(time))
    return np.asarray(0.1 * tone + blur * rough, np.float32)


def test_drums_on_the_grid_are_and_late_ones_are_not() -> None:
    plan = known.plan()
    good, late = known.drums(plan)[0], known.drums(plan, late_s=0.03)[0]
    assert np.median(signals.off_grid_ms(good, plan)) < 5
    assert np.median(signals.off_grid_ms(late, plan)) > 20


@pytest.mark.parametrize(("speed", "kept"), [(1.0, 1.0), (2.0, 1.0), (1.1, 0.0)])
def test_the_tempo_is_kept_or_not(speed: float, kept: float) -> None:
    plan = known.plan()
    heard = rhythm.onsets(known.drums(plan, speed=speed)[0], RATE)
    assert signals.tempo_kept(heard, plan) == kept


def test_noise_makes_a_tone_less_sharp_by_as_much() -> None:
    none = rhythm.Onsets(np.zeros(8, np.float32), 4.0, np.zeros(0), np.zeros(0, np.float32))
    clean, rough, rougher = (
        signals.sharpness_db(held_tone(blur=blur), none) for blur in (0, 0.01, 0.1)
    )
    assert clean == signals.CLEAN_DB
    assert rough - rougher == pytest.approx(20, abs=2)


def test_other_notes_of_a_chord_are_no_noise() -> None:
    none = rhythm.Onsets(np.zeros(8, np.float32), 4.0, np.zeros(0), np.zeros(0, np.float32))
    chord = sum(held_tone(hertz=hertz) for hertz in (220.0, 277.5, 330.0))
    assert signals.sharpness_db(np.asarray(chord, np.float32), none) > 15
    assert signals.sharpness_db(noise(known.plan()), none) < 0


def test_a_cut_is_found_at_the_joint() -> None:
    plan = known.plan(bpm=120.0)
    whole = held_tone(8.0)
    heard = rhythm.onsets(whole, RATE)
    cut = whole[: len(whole) - 50] + np.linspace(0, 0.3, len(whole) - 50, dtype=np.float32)
    assert signals.seam(whole, heard, plan)[0] < 1 < signals.seam(cut, heard, plan)[0]


@pytest.mark.parametrize(("transposed", "right"), [(0, True), (1, False)])
def test_right_and_wrong_keys_and_chords(transposed: int, right: bool) -> None:
    plan = known.plan()
    sound = known.tones(plan, transposed=transposed)[0]
    assert (signals.key_kept(sound, plan) == 1) is right
    assert (signals.chord_likeness(sound, plan) > 0.6) is right


def test_coming_first_is_what_all_draws_say() -> None:
    others = np.array([0.1, 0.9, 0.4, 0.8, 0.2, 0.3])
    draws = list(itertools.combinations(others, 3))
    exact = np.mean([max(drawn) < 0.5 for drawn in draws])
    assert found_first(0.5, others, among=4) == pytest.approx(exact)
    assert found_first(1.0, others, among=4) == 1
    assert found_first(0.5, others, among=32) == 0


def test_guessing_comes_first_as_often_as_chance() -> None:
    rng = np.random.default_rng(0)
    rows = rng.random((4000, 100))
    assert np.mean([found_first(row[0], row[1:]) for row in rows]) == pytest.approx(
        1 / 32, abs=0.01
    )


def blobs(rng: np.random.Generator, labels: Sequence[str], spread: float) -> np.ndarray:
    """Rows around a place that each label has."""
    places = {label: np.random.default_rng(ord(label[0])).standard_normal(20) for label in "abcd"}
    return np.array([places[label] + spread * rng.standard_normal(20) for label in labels])


def test_a_classifier_reads_what_is_there_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    labels = list("abcd") * 25
    probe = Classifier.fit(blobs(rng, labels, 0.5), labels)
    told = probe.tells(blobs(rng, labels, 0.5))
    assert np.mean([one == other for one, other in zip(told, labels, strict=True)]) > 0.95
    shuffled = list(rng.permutation(labels))
    assert np.mean([one == other for one, other in zip(told, shuffled, strict=True)]) < 0.45
    assert np.exp(probe.scores(blobs(rng, labels, 0.5))).sum(1) == pytest.approx(1)


def test_a_linear_map_is_found() -> None:
    rng = np.random.default_rng(0)
    rows, mix = rng.standard_normal((400, 10)), rng.standard_normal((10, 3))
    fitted = LinearMap.fit(rows, rows @ mix + 2)
    fresh = rng.standard_normal((50, 10))
    assert np.corrcoef(fitted(fresh).ravel(), (fresh @ mix + 2).ravel())[0, 1] > 0.99


def test_rows_are_met_missed_and_unknown() -> None:
    met = Row("a", "at least", 0.5, certain(0.6, 3))
    missed = Row("b", "at most", 0.5, certain(0.6, 3), {"real": certain(0.4, 3)}, "%", lower=True)
    assert [met.verdict, missed.verdict] == [MET, MISSED]
    assert missed.missed_by == pytest.approx(0.1)
    wide = replace(certain(0.4, 3), low=0.3, high=0.55)
    assert Row("c", "at most", 0.5, wide, lower=True).verdict == MET
    surely = Row("c", "at most", 0.5, wide, lower=True, surely=True)
    assert (surely.verdict, surely.missed_by) == (MISSED, pytest.approx(0.05))
    assert replace(met, target=None).verdict == TOLD
    assert replace(met, target=math.nan).verdict == UNKNOWN
    assert replace(met, got=unknown()).verdict == MISSED
    lines = table([met, missed]).splitlines()
    assert lines[3] == "| b | at most (50.0 %) | real 40.0 % | 60.0 % | 3 | missed by 10.0 % |"


def test_requests_are_all_over_the_range_and_short() -> None:
    asked = list(lengths.requests(300, seed=1))
    assert {one.rate for one in asked} == set(lengths.RATES)
    assert min(one.bpm for one in asked) < 60
    assert max(one.bpm for one in asked) > 280
    assert len({one.metre for one in asked}) > 60
    for one in asked:
        plan = one.plan()
        assert lengths.wanted(one) == loop.samples(one.bars, plan.metre, one.bpm, one.rate)
        assert loop.seconds(one.bars, plan.metre, one.bpm) <= lengths.LONG_S


def test_length_is_counted_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = known.KnownPipeline()
    assert lengths.exact(pipeline, 2, 0, lambda *_: None) == ["", ""]
    monkeypatch.setattr(lengths, "wanted", lambda _request: 1)
    wrong = lengths.exact(pipeline, 2, 0, lambda *_: None)
    assert all("samples, not 1" in line for line in wrong)


def test_a_loop_that_cannot_be_had_is_told() -> None:
    short = known.KnownPipeline(spoil=lambda stem, _seed: stem[:, :-1])
    (line,) = lengths.exact(short, 1, 0, lambda *_: None)
    assert "samples of" in line


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Scene], list[Scene]]:
    """Scenes to train on, and four held out."""
    folder = tmp_path_factory.mktemp("data")
    write_scenes(Order(folder, seed=0), STEMS, scenes=40)
    return read_scenes(folder, "train")[:24], read_scenes(folder, "held")


@pytest.fixture(scope="module")
def evidence(scenes: tuple[list[Scene], list[Scene]]) -> Evidence:
    """Real stems in all columns but `rendered`, where there is noise in their place."""
    train, held = scenes
    none = Path()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    listener = Listener()
    real = hear(held[:2], Scene.audio, listener, lambda *_: None)
    rest = hear(held[2:], Scene.audio, listener, lambda *_: None, signals=False)
    noisy = hear(
        held[:2],
        lambda scene: {part: noise(scene.plan, n) for n, part in enumerate(PARTS)},
        listener,
        lambda *_: None,
    )
    shown = hear(train, Scene.audio, listener, lambda *_: None, musicnn=False, signals=False)
    torch.set_num_threads(threads)
    captions = [{part: stem.captions[0] for part, stem in s.stems.items()} for s in held[:2]]
    asked = [Asked(s, told, none, none, 0) for s, told in zip(held[:2], captions, strict=True)]
    kinds = (REAL, DECODED, WORDS, PICTURE, SHUFFLED, GREY)
    heard = dict.fromkeys(kinds, real) | {RENDERED: noisy}
    return Evidence(asked, heard, shown, train, rest, held[2:], ["", "1 of 2"], [(0.0, 0.0)])


def by_name(evidence: Evidence) -> dict[str, Row]:
    return {row.name: row for row in measuring.every_row(evidence)}


def test_noise_misses_what_real_stems_meet(evidence: Evidence) -> None:
    noisy = by_name(evidence)
    heard = evidence.heard | {RENDERED: evidence.heard[REAL]}
    good = by_name(replace(evidence, heard=heard))
    aimed = ("key, pitched parts", "chords, chords", "off the grid, drums", "FAD, rendered")
    for name in (*aimed, "the part is told"):
        assert noisy[name].verdict == MISSED, name
    for name in aimed:
        assert good[name].verdict == MET, name
    assert good["the part is told"].got.value >= 0.6  # chance is 0.25
    assert noisy["exact length"].got.value == 0.5
    assert noisy["exact length"].about == "1 of 2"
    assert noisy["two seeds are two loops"].verdict == MISSED
    assert json.dumps([row.as_dict() for row in noisy.values()], allow_nan=False)


def test_what_a_picture_does_not_decide_is_not_read(evidence: Evidence) -> None:
    """Pictures that are followed are found; those of something else leave it at chance."""
    names = [f"concept {n}" for n in range(40)]
    rng = np.random.default_rng(0)
    places = 3 * rng.standard_normal((40, 5, 30))

    def scene(name: str) -> Scene:
        stems = {part: replace(stem, concept=name) for part, stem in template.stems.items()}
        return replace(template, stems=stems)

    def heard(order: np.ndarray) -> Heard:
        rows = places[order] + rng.standard_normal((len(order), 5, 30))
        nothing = {name: np.full((len(order), 4), np.nan) for name in SIGNALS}
        return Heard(rows, np.zeros((len(order), 4, 200)), nothing, {})

    template = evidence.scenes[0]
    order, strange = np.arange(40), np.roll(np.arange(40), 7)
    right = heard(order)
    kinds = {REAL: right, DECODED: right, PICTURE: heard(order), GREY: heard(strange)}
    built = replace(
        evidence,
        asked=[replace(evidence.asked[0], scene=scene(name)) for name in names],
        heard=kinds | {SHUFFLED: heard(strange)},
        train=heard(np.tile(order, 4)),
        train_scenes=[scene(name) for name in names * 4],
    )
    found, stranger, *_ = measuring.picture_rows(built)
    assert found.verdict == MET
    assert found.got.value > 0.9
    assert stranger.verdict == MET
    assert found.others[SHUFFLED].value < 0.15
    followed = replace(built, heard=built.heard | {SHUFFLED: heard(order)})
    assert list(measuring.picture_rows(followed))[1].verdict == MISSED


def test_each_part_is_told_its_own_caption(evidence: Evidence, tmp_path: Path) -> None:
    pipeline = known.KnownPipeline()
    for name in ("own", "other"):
        Image.new("RGB", (8, 8), "red" if name == "own" else "blue").save(tmp_path / f"{name}.png")
    asked = replace(
        evidence.asked[0], picture=tmp_path / "own.png", stranger=tmp_path / "other.png"
    )
    stems = {}
    for name, condition in CONDITIONS.items():
        stems[name] = rendered(pipeline, asked, condition, steps=1)  # type: ignore[arg-type]
        assert set(stems[name]) == set(PARTS)
    told = [(call["parts"], call["prompt"], call["image"]) for call in pipeline.calls]
    assert [prompt for _, prompt, _ in told[:8]] == 2 * [asked.captions[part] for part in PARTS]
    assert [prompt for _, prompt, _ in told[8:]] == ["", "", ""]
    shown = [image and image.getpixel((0, 0)) for _, _, image in told[7:]]
    assert shown == [None, (255, 0, 0), (0, 0, 255), (128, 128, 128)]
