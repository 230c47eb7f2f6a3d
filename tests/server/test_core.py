import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from melfusion.request import RenderRequest
from server import core, osc, protocol
from server import library as libraries
from server.clips import Clips
from server.core import Core
from server.handlers import HANDLERS
from server.jobs import Jobs
from server.player.output import Output
from server.protocol import Condition, Done, Fail, JobEvent, Listed, Subscribed, Welcome
from server.worker_host import WorkerHost

from .fake_devices import Machine
from .fake_worker import write

HERE = ("127.0.0.1", 5000)
THERE = ("10.0.0.7", 6000)


@dataclass
class Bench:
    """A core without sockets, processes or a clock: what it sends is kept in a list."""

    database: sqlite3.Connection
    folder: Path
    token: str = ""
    now_s: float = 100.0
    sent: list[tuple[protocol.Message, tuple[str, int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.core = Core(
            Jobs(self.database),
            Clips(self.folder, self.database),
            WorkerHost(["no worker"]),
            Output(Machine([]), ""),
            HANDLERS,
            lambda message, address: self.sent.append((message, address)),
            self.token,
            clock=lambda: self.now_s,
        )

    def say(self, address: str, *arguments: Any, sender: tuple[str, int] = HERE) -> list[Any]:
        """Submits a message; gives what was sent to its sender."""
        before = len(self.sent)
        self.core.submit(osc.Message(address, arguments), sender)
        return [message for message, address in self.sent[before:] if address == sender]


@pytest.fixture
def database(library: Path) -> Iterator[sqlite3.Connection]:
    with libraries.opened(library) as opened:
        yield opened.database


@pytest.fixture
def bench(database: sqlite3.Connection, library: Path) -> Bench:
    return Bench(database, library)


def test_hello_says_who_it_is(bench: Bench) -> None:
    (welcome,) = bench.say("/melfusion/hello", 1)
    assert isinstance(welcome, Welcome)
    assert (welcome.id, welcome.protocol) == (1, protocol.PROTOCOL_VERSION)
    assert "/melfusion/render" in welcome.capabilities.split()


def test_every_request_has_a_handler() -> None:
    assert set(HANDLERS) == set(protocol.REQUESTS)


@pytest.mark.parametrize(
    ("address", "arguments", "expected_id", "words"),
    [
        ("/melfusion/frobnicate", (7,), 7, "address: "),
        ("/foo", ("x",), -1, "address: "),
        ("/melfusion/notify", (7, "x"), 7, "on: "),
        ("/melfusion/notify", (), -1, "id: "),
        ("/melfusion/render", (7, "prompt", "x", "bpm", -5), 7, "bpm: "),
        ("/melfusion/cancel", (7, "nowhere"), 7, "job: nowhere is unknown"),
        ("/melfusion/hello", (7, "y" * 9999, 1), 7, "is unknown"),
    ],
)
def test_what_cannot_be_done_fails_once_with_the_reason(
    bench: Bench, address: str, arguments: Any, expected_id: int, words: str
) -> None:
    (fail,) = bench.say(address, *arguments)
    assert isinstance(fail, Fail)
    assert (fail.id, fail.request) == (expected_id, address)
    assert words in fail.reason or len(fail.reason) == protocol.REASON_LONGEST
    assert len(fail.reason) <= protocol.REASON_LONGEST


@pytest.mark.parametrize("address", ["/melfusion/done", "/melfusion/fail", "/melfusion/job"])
def test_a_servers_own_words_are_never_answered(bench: Bench, address: str) -> None:
    assert bench.say(address, 1, "/a", "b") == []
    (condition,) = bench.say("/melfusion/status", 2)
    assert condition.garbage == 1


def test_an_answer_goes_to_the_port_that_is_named(bench: Bench) -> None:
    assert bench.say("/melfusion/status", 1, "reply_port", 9000) == []
    bench.say("/melfusion/frobnicate", 2, "reply_port", 9000)
    assert [(type(message), to) for message, to in bench.sent] == [
        (Condition, ("127.0.0.1", 9000)),
        (Fail, ("127.0.0.1", 9000)),
    ]


def test_status_counts(bench: Bench) -> None:
    bench.say("/melfusion/render", 1, "prompt", "x")
    bench.core.garbage(THERE)
    bench.now_s += 2.5
    (condition,) = bench.say("/melfusion/status", 2)
    assert (condition.queued, condition.garbage, condition.uptime_s) == (1, 1, 2.5)
    assert (condition.worker, condition.clips, condition.subscribers) == ("starting", 0, 0)


def test_a_render_is_acknowledged_at_once_and_kept(
    bench: Bench, database: sqlite3.Connection
) -> None:
    (event,) = bench.say("/melfusion/render", 1, "prompt", "x", "job", "j")
    assert isinstance(event, JobEvent)
    assert (event.job, event.state) == ("j", "queued")
    assert [job.id for job in Jobs(database).waiting()] == ["j"]


def test_the_same_job_is_joined_and_never_doubled(bench: Bench) -> None:
    bench.say("/melfusion/render", 1, "prompt", "x", "job", "j")
    bench.core.subscribers[THERE] = bench.now_s
    bench.sent.clear()
    (event,) = bench.say("/melfusion/render", 1, "prompt", "x", "job", "j")
    assert (event.job, event.state) == ("j", "queued")
    assert len(bench.sent) == 1  # nothing has changed: subscribers are left in peace
    bench.say("/melfusion/render", 8, "prompt", "x", "job", "j", sender=THERE)
    (fail,) = bench.say("/melfusion/render", 2, "prompt", "y", "job", "j")
    assert "another request" in fail.reason
    assert len(bench.core.jobs.waiting()) == 1

    bench.sent.clear()
    bench.say("/melfusion/cancel", 3, "j")
    answers = [(message.id, to) for message, to in bench.sent if isinstance(message, Fail | Done)]
    assert answers == [(1, HERE), (8, THERE), (3, HERE)]


def test_a_cancelled_job_stays_cancelled(bench: Bench) -> None:
    bench.say("/melfusion/render", 1, "prompt", "x", "job", "j")
    fail, done = bench.say("/melfusion/cancel", 2, "j")
    assert (fail.id, fail.reason) == (1, "job: it was cancelled")
    assert done == Done(2, "/melfusion/cancel")
    assert bench.say("/melfusion/cancel", 3, "j") == [Done(3, "/melfusion/cancel")]
    event, fail = bench.say("/melfusion/render", 4, "prompt", "x", "job", "j")
    assert (event.state, fail.id, fail.reason) == ("cancelled", 4, "job: it was cancelled")


def test_the_queue_has_an_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.renders.MOST_WAITING", 2)
    for number in range(2):
        (event,) = bench.say("/melfusion/render", number, "prompt", "x")
        assert event.state == "queued"
    (fail,) = bench.say("/melfusion/render", 9, "prompt", "x")
    assert "2 jobs wait already" in fail.reason


def test_a_full_disk_is_a_fail_for_the_request(bench: Bench, database: sqlite3.Connection) -> None:
    database.execute("PRAGMA query_only = ON")
    (fail,) = bench.say("/melfusion/render", 1, "prompt", "x")
    assert fail.reason.startswith("library: cannot be written")


@pytest.mark.expect_log("/melfusion/status failed")
def test_a_fault_of_the_server_is_a_fail_and_not_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(bench.core, "garbage_count")
    (fail,) = bench.say("/melfusion/status", 1)
    assert "fault of its own" in fail.reason
    (welcome,) = bench.say("/melfusion/hello", 2)
    assert welcome.id == 2


async def test_notify_sends_the_whole_state_and_then_what_happens(
    bench: Bench, library: Path
) -> None:
    recipes = [write(RenderRequest("x", bars=1, seed=seed), library) for seed in range(3)]
    bench.core.clips.reconcile()
    bench.say("/melfusion/render", 1, "prompt", "x", "job", "j", sender=THERE)
    (subscribed,) = bench.say("/melfusion/notify", 2, 1)
    assert subscribed == Subscribed(2, "/melfusion/notify", jobs=1, clips=3)

    bench.sent.clear()
    await asyncio.sleep(0)
    events = [message for message, to in bench.sent if to == HERE]
    player, others = events[:8], events[8:]
    assert [event.address for event in others] == ["/melfusion/job"] + ["/melfusion/clip"] * 3
    assert [event.address for event in player] == [
        "/melfusion/device/state", *["/melfusion/mix/state"] * 6, "/melfusion/evolve/state",
    ]  # fmt: skip
    assert {event.clip for event in others[1:]} == {recipe["id"] for recipe in recipes}

    bench.sent.clear()
    bench.say("/melfusion/render", 3, "prompt", "y", sender=THERE)
    assert sorted(to for _, to in bench.sent) == [THERE, HERE]
    bench.say("/melfusion/notify", 4, 0)
    assert bench.core.subscribers == {}


async def test_a_state_on_its_way_is_never_older_than_an_event(bench: Bench) -> None:
    bench.say("/melfusion/render", 1, "prompt", "x", "job", "j")
    bench.say("/melfusion/notify", 2, 1)
    bench.say("/melfusion/cancel", 3, "j")
    bench.sent.clear()
    await asyncio.sleep(0)
    assert [message.state for message, _ in bench.sent if isinstance(message, JobEvent)] == [
        "cancelled"
    ]


async def test_the_clips_are_listed_before_the_answer(
    bench: Bench, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "BURST", 2)
    request = RenderRequest("x", bars=1)
    for seed in range(5):
        write(replace(request, seed=seed), library)
    bench.core.clips.reconcile()
    newest_first = [clip.id for clip in bench.core.clips.all()][::-1]
    assert bench.say("/melfusion/clips/list", 1) == []
    await asyncio.sleep(0.2)
    *events, done = [message for message, _ in bench.sent]
    assert len(events) == 5
    assert [event.clip for event in events] == newest_first
    assert done == Listed(1, "/melfusion/clips/list", clips=5, all=5)
    assert all(event.recipe for event in events)

    bench.sent.clear()
    bench.say("/melfusion/clips/list", 3, "skip", 1, "most", 2, "recipes", 0)
    await asyncio.sleep(0.2)
    *events, done = [message for message, _ in bench.sent]
    assert [event.clip for event in events] == newest_first[1:3]
    assert not any(event.recipe for event in events)
    assert (done.clips, done.all) == (2, 5)

    bench.sent.clear()
    bench.say("/melfusion/clips/list", 2, "clip", newest_first[3])
    await asyncio.sleep(0.2)
    event, done = [message for message, _ in bench.sent]
    assert (event.clip, done.clips) == (newest_first[3], 1)

    bench.sent.clear()
    for _ in range(3):  # sent again, since no answer came
        bench.say("/melfusion/clips/list", 4, "clip", "none")
    await asyncio.sleep(0.05)
    ((fail, _),) = bench.sent
    assert (fail.id, fail.reason) == (4, "clip: none is not in the library")


async def test_what_is_written_on_a_clip_is_told_to_all(bench: Bench, library: Path) -> None:
    recipe = write(RenderRequest("x", bars=1), library)
    bench.core.clips.reconcile()
    bench.say("/melfusion/notify", 1, 1, "clips", 0, sender=THERE)
    await asyncio.sleep(0.05)
    bench.sent.clear()
    words = ("title", "  The   drop ", "favourite", 1, "tags", "dark, peak dark")
    bench.say("/melfusion/clips/mark", 2, recipe["id"], *words)
    told = [message for message, to in bench.sent if to == THERE]
    assert [(event.title, event.favourite, event.tags) for event in told] == [
        ("The drop", 1, "dark peak")
    ]
    event, done = bench.say("/melfusion/clips/mark", 3, recipe["id"], "favourite", 0)
    assert (event.title, event.favourite, event.tags) == ("The drop", 0, "dark peak")
    assert done == Done(3, "/melfusion/clips/mark")
    (fail,) = bench.say("/melfusion/clips/mark", 4, "none", "favourite", 1)
    assert fail.reason == "clip: none is not in the library"


async def test_a_new_subscriber_may_do_without_the_clips(bench: Bench, library: Path) -> None:
    write(RenderRequest("x", bars=1), library)
    bench.core.clips.reconcile()
    (subscribed,) = bench.say("/melfusion/notify", 1, 1, "clips", 0)
    assert subscribed == Subscribed(1, "/melfusion/notify", jobs=0, clips=0)
    await asyncio.sleep(0.05)
    assert not [message for message, _ in bench.sent if isinstance(message, protocol.ClipEvent)]


def test_what_failed_is_rendered_after_all_under_its_id(bench: Bench) -> None:
    bench.say("/melfusion/render", 1, "prompt", "x", "job", "j")
    bench.say("/melfusion/cancel", 2, "j")
    (event,) = bench.say("/melfusion/retry", 3, "j", sender=THERE)
    assert (event.job, event.state, event.reason) == ("j", "queued", "")
    assert (event.part, event.prompt) == ("full", "x")
    (event,) = bench.say("/melfusion/retry", 3, "j", sender=THERE)
    assert event.state == "queued"
    fail, _ = bench.say("/melfusion/cancel", 4, "j", sender=THERE)
    assert (fail.id, fail.reason) == (3, "job: it was cancelled")
    (fail,) = bench.say("/melfusion/retry", 5, "none")
    assert fail.reason == "job: none is unknown"


async def test_silent_subscribers_are_dropped(bench: Bench) -> None:
    bench.say("/melfusion/notify", 1, 1)
    bench.say("/melfusion/notify", 1, 1, sender=THERE)
    bench.now_s += core.SILENCE_S - 1
    bench.say("/melfusion/status", 2)
    bench.now_s += 2
    bench.core.drop_silent()
    assert list(bench.core.subscribers) == [HERE]


async def test_there_is_an_end_of_subscribers(bench: Bench) -> None:
    for port in range(core.MOST_SUBSCRIBERS):
        bench.say("/melfusion/notify", 1, 1, sender=("127.0.0.1", 6000 + port))
    (fail,) = bench.say("/melfusion/notify", 1, 1)
    assert "subscribed already" in fail.reason
    (subscribed,) = bench.say("/melfusion/notify", 1, 1, sender=("127.0.0.1", 6000))
    assert isinstance(subscribed, Subscribed)


def test_with_a_token_nothing_is_told_before_it_is_said(
    database: sqlite3.Connection, library: Path
) -> None:
    bench = Bench(database, library, token="sesame")
    for address, *arguments in (
        ("/melfusion/status", 1),
        ("/melfusion/render", 1, "prompt", "x"),
        ("/melfusion/render", 1, "prompt", "x", "bpm", "fast"),
        ("/melfusion/frobnicate", 1),
        ("/melfusion/hello", 1),
        ("/melfusion/hello", 1, "token", "open"),
        ("/melfusion/hello", 1, "token", ""),
    ):
        (fail,) = bench.say(address, *arguments, sender=THERE)
        assert fail == Fail(
            1, address, "token: say /melfusion/hello with this server's token first"
        )
    assert bench.core.jobs.waiting() == []

    (welcome,) = bench.say("/melfusion/hello", 2, "token", "sesame", sender=THERE)
    assert isinstance(welcome, Welcome)
    (condition,) = bench.say("/melfusion/status", 3, sender=("10.0.0.7", 6001))
    assert isinstance(condition, Condition)
    (fail,) = bench.say("/melfusion/status", 3, sender=HERE)
    assert fail.reason.startswith("token: ")
