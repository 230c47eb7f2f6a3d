"""Two scales against their equation, and no run of the model that is not needed."""

import itertools

import pytest
import torch

from melfusion.model.guidance import guided

PREDICTIONS = {
    (False, False): torch.tensor(2.0),
    (True, False): torch.tensor(3.0),
    (False, True): torch.tensor(7.0),
    (True, True): torch.tensor(13.0),
}


def _guided(*given: float | bool) -> tuple[float, int]:
    asked = []
    got = guided(lambda *known: asked.append(known) or PREDICTIONS[known], *given)
    assert len(set(asked)) == len(asked)
    return got.item(), len(asked)


@pytest.mark.parametrize(("text", "picture"), [*itertools.product([0.0, 1.0, 2.0, 4.5], repeat=2)])
def test_it_is_the_equation(text: float, picture: float) -> None:
    got, _ = _guided(text, picture, True, True)
    assert got == pytest.approx(2 + text * (3 - 2) + picture * (13 - 3))


@pytest.mark.parametrize(
    ("given", "expected", "runs"),
    [
        ((3.0, 3.0, True, True), 2 + 3 * 11, 2),
        ((1.0, 1.0, True, True), 13, 1),
        ((1.0, 2.0, True, True), 3 + 2 * 10, 2),
        ((3.0, 2.0, True, True), 2 + 3 * 1 + 2 * 10, 3),
        ((3.0, 0.0, True, True), 2 + 3 * 1, 2),
        ((3.0, 9.0, True, False), 2 + 3 * 1, 2),
        ((1.0, 9.0, True, False), 3, 1),
        ((9.0, 3.0, False, True), 2 + 3 * 5, 2),
        ((9.0, 1.0, False, True), 7, 1),
        ((9.0, 9.0, False, False), 2, 1),
    ],
)
def test_the_model_is_run_no_more_often_than_needed(
    given: tuple[float, float, bool, bool], expected: float, runs: int
) -> None:
    assert _guided(*given) == (pytest.approx(expected), runs)
