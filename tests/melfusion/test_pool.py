import os
import time
from collections.abc import Iterator

import pytest

from melfusion import pool as pools
from melfusion.pool import ClusterError, Here, opened, spread


def doubled(number: int) -> int:
    time.sleep(0.05 if number % 3 == 0 else 0.0)
    return 2 * number


def failing(number: int) -> int:
    if number == 3:
        raise ValueError("three is not there")
    return number


def process(_: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_are_in_the_order_of_what_was_given(jobs: int) -> None:
    with opened(jobs) as pool:
        assert list(spread(pool, doubled, range(20))) == [2 * number for number in range(20)]


def test_processes_share_the_work_and_one_job_is_this_process() -> None:
    with opened(2) as pool:
        assert os.getpid() not in set(spread(pool, process, range(8)))
    with opened() as pool:
        assert set(spread(pool, process, range(3))) == {os.getpid()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_fails_is_told_in_its_turn(jobs: int) -> None:
    got = []
    with opened(jobs) as pool:
        results = spread(pool, failing, range(6))
        got.extend(next(results) for _ in range(3))
        with pytest.raises(ValueError, match="three is not there"):
            next(results)
    assert got == [0, 1, 2]


def test_items_are_taken_no_sooner_than_somebody_is_free_soon() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = spread(Here(), doubled, items())
    assert [next(results) for _ in range(3)] == [0, 2, 4]
    assert taken == [0, 1, 2]


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "find_spec", lambda _: None)
    with (
        pytest.raises(ClusterError, match=r"pip install 'melfusion-live\[cluster\]'"),
        opened(cluster="auto"),
    ):
        pass
