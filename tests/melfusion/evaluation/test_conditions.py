"""Whose picture each sample gets when pictures are shuffled, and what the neutral one is."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melfusion.evaluation.conditions import CONDITIONS, derangement, null_picture


@given(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=30), st.integers(0, 99))
def test_nobody_gets_a_picture_like_its_own(pictures: list[str], seed: int) -> None:
    if 2 * max(Counter(pictures).values()) > len(pictures):
        with pytest.raises(ValueError, match="have the same picture"):
            derangement(pictures, seed)
        return
    others = derangement(pictures, seed)
    assert sorted(others) == list(range(len(pictures)))
    assert all(pictures[own] != pictures[other] for own, other in enumerate(others))
    assert derangement(pictures, seed) == others


def test_the_seed_decides_who_gets_whose() -> None:
    pictures = [str(number) for number in range(20)]
    assert len({tuple(derangement(pictures, seed)) for seed in range(5)}) == 5


def test_one_sample_cannot_be_shuffled() -> None:
    with pytest.raises(ValueError, match="1 of 1 samples"):
        derangement(["a"], 0)


def test_there_are_five_conditions_and_grey_says_nothing() -> None:
    assert [condition.name for condition in CONDITIONS] == [
        "full", "text-only", "picture-only", "shuffled-picture", "null-picture",
    ]  # fmt: skip
    assert null_picture().getcolors() == [(512 * 512, (128, 128, 128))]
