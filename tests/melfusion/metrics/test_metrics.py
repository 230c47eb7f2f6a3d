"""The metrics against what their equations give in closed form."""

import math

import numpy as np
import pytest

from melfusion.metrics.divergence import Divergence, TagDivergence
from melfusion.metrics.frechet import FrechetDistance, frechet
from melfusion.metrics.imsm import ImageMusicSimilarity, similarity
from melfusion.metrics.kernel import KernelDistance
from melfusion.metrics.score import bootstrapped

RNG = np.random.default_rng


def _frechet(reference: np.ndarray, rendered: np.ndarray) -> FrechetDistance:
    metric = FrechetDistance()
    metric.update(reference=reference)
    for batch in np.array_split(rendered, 3):
        metric.update(rendered=batch)
    return metric


def test_the_distance_of_two_gaussians_is_the_formula() -> None:
    # Diagonal covariances commute: the distance is that of the standard deviations.
    one, two = np.array([1.0, 4.0, 9.0]), np.array([4.0, 1.0, 0.0])
    got = frechet((np.zeros(3), np.diag(one)), (np.array([3.0, 0.0, 4.0]), np.diag(two)))
    assert got == pytest.approx(25 + ((np.sqrt(one) - np.sqrt(two)) ** 2).sum())


def test_a_turned_pair_of_gaussians_is_as_far_apart() -> None:
    turn, _ = np.linalg.qr(RNG(0).normal(size=(3, 3)))
    one, two = np.diag([1.0, 4.0, 9.0]), np.diag([4.0, 1.0, 2.0])
    straight = frechet((np.zeros(3), one), (np.ones(3), two))
    turned = frechet((np.zeros(3), turn @ one @ turn.T), (turn @ np.ones(3), turn @ two @ turn.T))
    assert turned == pytest.approx(straight)


def test_a_set_is_no_distance_from_itself_and_a_shift_is_its_square() -> None:
    rows = RNG(1).normal(size=(50, 8))
    assert _frechet(rows, rows).compute().value == pytest.approx(0, abs=1e-9)
    assert _frechet(rows, rows + 0.5).compute().value == pytest.approx(8 * 0.25)


def test_infinity_takes_the_bias_of_few_samples_away() -> None:
    reference = RNG(2).normal(size=(20000, 16))
    plain, infinite = [], []
    for seed in range(5):
        metric = _frechet(reference, RNG(10 + seed).normal(size=(200, 16)))
        plain.append(metric.compute().value)
        infinite.append(metric.compute_infinity().value)
    assert np.mean(plain) > 0.3
    assert abs(np.mean(infinite)) < 0.2 * np.mean(plain)


def _kernel(reference: np.ndarray, rendered: np.ndarray) -> KernelDistance:
    metric = KernelDistance()
    metric.update(reference=reference, rendered=rendered)
    return metric


def test_the_kernel_distance_of_two_pairs_by_hand() -> None:
    # All within the reference are 2 apart, so the width is 2 and k(d) = exp(-d^2 / 8).
    got = _kernel(np.array([[0.0], [2.0]]), np.array([[0.0], [4.0]])).compute().value
    k = [math.exp(-d * d / 8) for d in range(5)]
    assert got == pytest.approx(100 * (k[2] + k[4] - 2 * (k[0] + k[4] + k[2] + k[2]) / 4))


def test_the_kernel_distance_is_unbiased_and_tells_apart() -> None:
    draws = [
        _kernel(RNG(s).normal(size=(40, 8)), RNG(99 + s).normal(size=(40, 8))).compute().value
        for s in range(60)
    ]
    assert abs(np.mean(draws)) < 3 * np.std(draws) / math.sqrt(len(draws))
    assert min(draws) < 0 < max(draws)
    far = _kernel(RNG(0).normal(size=(40, 8)), RNG(1).normal(size=(40, 8)) + 1).compute(100)
    assert far.value > 10 * np.std(draws)
    assert far.low < far.value < far.high
    assert far.low > np.std(draws)


def test_the_divergence_of_pairs_is_the_formula() -> None:
    metric = Divergence()
    metric.update(reference=np.log([0.5, 0.5]), rendered=np.log([0.9, 0.1]))
    metric.update(reference=np.log([0.2, 0.8]) + 7, rendered=np.log([0.2, 0.8]) - 3)
    expected = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)
    assert metric.compute().value == pytest.approx(expected / 2)
    assert metric.compute().count == 2


def test_imsm_is_the_mean_diagonal_and_the_released_form_has_its_ceiling() -> None:
    certain = 1e3 * np.eye(4)
    assert similarity(certain, certain) == pytest.approx(1)
    assert similarity(certain, certain, "released") == pytest.approx(math.e / (math.e + 3))
    nothing = np.zeros((4, 4))
    assert similarity(nothing, certain) == pytest.approx(0.25)
    picture, music = RNG(0).normal(size=(2, 3, 3))
    p_i = np.exp(picture) / np.exp(picture).sum(1, keepdims=True)
    p_a = np.exp(music) / np.exp(music).sum(1, keepdims=True)
    assert similarity(picture, music) == pytest.approx(np.trace(p_i @ p_a.T) / 3)


def test_imsm_tells_matching_pictures_from_shuffled_ones() -> None:
    meaning = RNG(3).normal(size=(64, 32))

    def imsm(pictures: np.ndarray) -> float:
        metric = ImageMusicSimilarity(group=8)
        metric.update(picture=pictures, picture_text=meaning, music=meaning, music_text=meaning)
        return metric.compute().value

    assert imsm(meaning) > 0.9
    assert imsm(np.roll(meaning, 1, 0)) < 0.2


def test_the_bootstrap_interval_of_a_mean_is_that_of_theory() -> None:
    rows = RNG(5).normal(3, 2, size=400)
    score = bootstrapped(lambda chosen: rows[chosen].mean(), len(rows), rounds=2000)
    assert score.value == pytest.approx(rows.mean())
    assert (score.high - score.low) / 2 == pytest.approx(1.96 * rows.std() / 20, rel=0.08)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"rendered": [[math.nan]]}, "must be finite"),
        ({"reference": [[1.0, 2.0]], "rendered": [[1.0]]}, "1 wide, the others 2"),
        ({"rendered": [[[1.0]]]}, r"\[n, d\]"),
    ],
)
def test_what_cannot_be_measured_is_said(given: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        FrechetDistance().update(**given)


def test_too_few_samples_are_said() -> None:
    metric = FrechetDistance()
    metric.update(reference=np.eye(2), rendered=[1.0, 2.0])
    with pytest.raises(ValueError, match="rendered: needs at least 2 samples, has 1"):
        metric.compute()


def test_a_reference_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match="the same"):
        _kernel(np.zeros((5, 2)), np.ones((3, 2))).compute()


def test_few_wide_rows_are_as_far_apart_as_their_gaussians() -> None:
    reference, rendered = RNG(6).normal(size=(9, 20)), RNG(7).normal(1, 2, size=(7, 20))
    moments = [(rows.mean(0), np.cov(rows, rowvar=False)) for rows in (reference, rendered)]
    got = _frechet(reference, rendered).compute().value
    assert got == pytest.approx(frechet(*moments), rel=1e-6)


def test_windows_of_a_recording_are_drawn_together() -> None:
    # Twenty recordings of five equal windows each: no more is known than of one window each.
    reference, rendered = RNG(8).normal(size=(200, 4)), RNG(9).normal(size=(20, 4))

    def interval(by_recording: bool) -> tuple[int, float]:
        metric = FrechetDistance(by_recording)
        metric.update(reference=reference)
        for row in rendered:
            metric.update(rendered=np.tile(row, (5, 1)))
        score = metric.compute(200)
        assert score.low < score.value < score.high
        return score.count, score.high - score.low

    (recordings, wide), (windows, narrow) = interval(True), interval(False)
    assert (recordings, windows) == (20, 100)
    assert wide > 1.5 * narrow


def test_a_difference_is_surer_than_what_it_is_taken_of() -> None:
    rows = RNG(5).normal(3, 2, size=100)
    scores = [
        bootstrapped(lambda chosen, more=more: (rows[chosen] + more).mean(), 100, 100)
        for more in (0.1, 0.0)
    ]
    both = scores[0].minus(scores[1])
    assert (both.value, both.low, both.high) == pytest.approx((0.1, 0.1, 0.1))
    with pytest.raises(ValueError, match="cannot be paired"):
        both.minus(bootstrapped(lambda _chosen: 0.0, 99, 100))


def test_tags_diverge_each_by_itself() -> None:
    metric = TagDivergence()
    metric.update(reference=[0.0, 2.0], rendered=[math.log(3), 2.0])
    expected = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    assert metric.compute().value == pytest.approx(expected)


def test_imsm_of_one_group_alone_still_has_an_interval() -> None:
    metric = ImageMusicSimilarity(group=16)
    rows = RNG(4).normal(size=(2, 16, 8))
    metric.update(picture=rows[0], picture_text=rows[1], music=rows[0], music_text=rows[1])
    over_groups, over_samples = metric.compute(), metric.compute(rounds=200)
    assert over_groups.high - over_groups.low < 1e-9
    assert over_samples.value == pytest.approx(over_groups.value)
    assert over_samples.low < over_samples.value < over_samples.high
