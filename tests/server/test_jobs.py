import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from melfusion.request import RenderRequest
from server import library as libraries
from server.jobs import DONE_ONCE, ENDED, Asker, Job, Jobs, State, cost

ASKER = Asker("127.0.0.1", 5000, 1)
REQUEST = RenderRequest("x", bpm=120.0, bars=4, part="bass", steps=8)


@pytest.fixture
def database(library: Path):
    with libraries.opened(library) as opened:
        yield opened.database


def test_a_job_goes_through_its_states(database: sqlite3.Connection) -> None:
    job = Jobs(database).add("j", REQUEST, ASKER)
    assert (job.state, job.ended, job.progress) == (State.QUEUED, False, 0.0)
    rendering = job.to(State.RENDERING)
    assert rendering.to(State.QUEUED).state is State.QUEUED
    done = rendering.to(State.DONE, clip="c")
    assert (done.ended, done.progress, done.clip) == (True, 1.0, "c")


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_stays_so(database: sqlite3.Connection, state: State) -> None:
    job = replace(Jobs(database).add("j", REQUEST, ASKER), state=state)
    assert job.ended
    # What has failed can be tried once more, and begins where all begin.
    again = {State.QUEUED} if state is not State.DONE else set()
    for after in set(State) - again:
        with pytest.raises(ValueError, match="cannot become"):
            job.to(after)


def test_a_queued_job_is_not_done_at_once(database: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="queued cannot become done"):
        Jobs(database).add("j", REQUEST, ASKER).to(State.DONE)


def test_jobs_outlive_the_process(database: sqlite3.Connection) -> None:
    jobs = Jobs(database)
    first, second, third = (jobs.add(name, REQUEST, ASKER) for name in "abc")
    jobs.save(first.to(State.RENDERING))
    jobs.note_progress("a", "denoising", 0.5)
    jobs.save(second.to(State.RENDERING).to(State.FAILED, reason="key: no"))
    jobs.save(replace(third, askers=(ASKER, Asker("127.0.0.1", 6000, 2))))

    again = Jobs(database)
    assert [job.id for job in again.waiting()] == ["a", "c"]
    a, b, c = (again.get(name) for name in "abc")
    assert a
    assert b
    assert c
    assert (a.state, a.progress, a.options["bars"]) == (State.QUEUED, 0.0, 4)
    assert (b.state, b.reason) == (State.FAILED, "key: no")
    assert c.askers == (ASKER, Asker("127.0.0.1", 6000, 2))


def test_progress_never_goes_back(database: sqlite3.Connection) -> None:
    jobs = Jobs(database)
    jobs.add("a", REQUEST, ASKER)
    jobs.note_progress("a", "denoising", 0.5)
    event = jobs.note_progress("a", "decoding", 0.4).event
    assert (event.stage, event.progress) == ("decoding", 0.5)


def test_recent_jobs_are_those_at_work_and_the_last_that_ended(
    database: sqlite3.Connection,
) -> None:
    jobs = Jobs(database)
    for number in range(5):
        job = jobs.add(f"{number}", REQUEST, ASKER)
        if number < 4:
            jobs.save(job.to(State.CANCELLED))
    assert [job.id for job in jobs.recent(ended=2)] == ["4", "2", "3"]


def test_of_those_that_have_ended_only_the_newest_are_kept(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_table() -> list[str]:
        return [row[0] for row in database.execute("SELECT id FROM jobs ORDER BY rowid")]

    jobs = Jobs(database)
    jobs.add("waits", REQUEST, ASKER)
    for number in range(6):
        jobs.save(jobs.add(f"{number}", REQUEST, ASKER).to(State.CANCELLED))
    assert len(in_table()) == 7

    monkeypatch.setattr("server.jobs.KEPT", 3)
    again = Jobs(database)  # a table that has grown before
    assert in_table() == ["waits", "3", "4", "5"]
    again.save(again.add("6", REQUEST, ASKER).to(State.RENDERING).to(State.DONE, clip="c"))
    assert in_table() == ["waits", "4", "5", "6"]
    assert [bool(again.get(name)) for name in ("waits", "3", "4", "6")] == [True, False, True, True]
    assert [job.id for job in again.waiting()] == ["waits"]


def test_cost_is_parts_times_steps_and_what_is_done_once_times_seconds() -> None:
    assert cost(REQUEST) == 1 * (8 + DONE_ONCE) * 8.0
    assert cost(replace(REQUEST, part="full", metre="7/8")) == 4 * (8 + DONE_ONCE) * 7.0
    assert cost(replace(REQUEST, steps=0), usual_steps=25) == (25 + DONE_ONCE) * 8.0


def rendered(jobs: Jobs, name: str, seconds: float | None, model: str = "m", bars: int = 4) -> Job:
    job = jobs.add(name, replace(REQUEST, bars=bars), ASKER).to(State.RENDERING)
    return jobs.save(job.to(State.DONE, seconds=seconds, model=model))


def test_time_is_predicted_from_similar_jobs_of_the_same_model(
    database: sqlite3.Connection,
) -> None:
    jobs = Jobs(database)
    price = cost(REQUEST)
    assert jobs.expected_s(price) == 0.0
    rendered(jobs, "slow model", 100.0, model="large")
    assert jobs.expected_s(price) == 100.0
    for number, seconds in enumerate((2.0, 2.2, 9.0)):
        rendered(jobs, f"{number}", seconds)
    rendered(jobs, "was there already", None)
    assert jobs.expected_s(price) == 2.2
    assert jobs.expected_s(2 * price) == 4.4
    for number in range(9):
        rendered(jobs, f"long {number}", 30.0, bars=64)
    assert jobs.expected_s(16 * price) == 30.0
    assert Jobs(database).add("next", REQUEST, ASKER).expected_s == pytest.approx(2.2, rel=0.2)


def test_time_is_predicted_from_jobs_that_asked_for_the_same_model(
    database: sqlite3.Connection,
) -> None:
    jobs = Jobs(database)
    large = replace(REQUEST, model="large")
    job = jobs.add("large", large, ASKER).to(State.RENDERING)
    jobs.save(job.to(State.DONE, seconds=60.0, model="large-1"))
    rendered(jobs, "own", 2.0)
    assert jobs.expected_s(cost(REQUEST)) == 2.0
    assert jobs.add("next", large, ASKER).expected_s == 60.0
    assert jobs.expected_s(cost(REQUEST), "another") == 0.0


@pytest.mark.expect_log("job a is not written down")
def test_a_full_disk_stops_no_job_that_runs(database: sqlite3.Connection) -> None:
    jobs = Jobs(database)
    job = jobs.add("a", REQUEST, ASKER)
    database.execute("PRAGMA query_only = ON")
    jobs.save(job.to(State.RENDERING))
    with pytest.raises(sqlite3.Error):
        jobs.add("b", REQUEST, ASKER)
    kept = jobs.get("a")
    assert kept
    assert kept.state is State.RENDERING
    assert jobs.get("b") is None


def test_the_database_is_in_wal_mode_and_says_its_version(library: Path) -> None:
    with libraries.opened(library):
        pass
    with closing(sqlite3.connect(library / "library.sqlite3")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA user_version").fetchone() == (libraries.SCHEMA_VERSION,)
