"""The server's parts put together: real datagrams, a real worker process, real files."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from server import app
from server.clips import Clips
from server.endpoint import EndpointError
from server.library import LibraryError
from server.protocol import ClipEvent, Done, Fail, JobEvent, Rendered, Reply

from .conftest import Peer, Run, children


async def test_a_render_is_acknowledged_rendered_and_answered(peer: Peer, library: Path) -> None:
    peer.send("/melfusion/render", 7, "prompt", "warm house", "bpm", 123.4, "bars", 2.0)
    queued = await peer.until(JobEvent)
    assert (queued.state, queued.expected_s) == ("queued", 0.0)
    rendered = await peer.until(Rendered)
    assert (rendered.id, rendered.request) == (7, "/melfusion/render")
    path = Path(rendered.path)
    assert path.parent == library
    assert path.name.startswith("warm-house_full_123.4bpm_")
    assert rendered.clip in path.name
    assert await peer.hears_nothing()


async def test_the_same_request_gives_the_same_file_and_a_prediction(
    peer: Peer, library: Path
) -> None:
    first = await peer.ask("/melfusion/render", 1, "prompt", "x", "seed", 5)
    before = Path(first.path).read_bytes()
    peer.send("/melfusion/render", 2, "prompt", "x", "seed", 5)
    assert (await peer.until(JobEvent)).expected_s > 0
    second = await peer.until(Rendered, id=2)
    assert (second.clip, second.path) == (first.clip, first.path)
    assert Path(second.path).read_bytes() == before
    assert len(list(library.glob("*.wav"))) == 1
    assert (await peer.ask("/melfusion/render", 3, "prompt", "x", "seed", 6)).clip != first.clip


async def test_subscribers_hear_of_others_renders(
    server: tuple[str, int], peers: Callable[..., Peer]
) -> None:
    listener, asker = peers(server), peers(server)
    assert (await listener.ask("/melfusion/notify", 1, 1)).jobs == 0
    rendered = await asker.ask("/melfusion/render", 1, "prompt", "x", "job", "j")
    clip = await listener.until(ClipEvent)
    assert (clip.clip, clip.path) == (rendered.clip, rendered.path)
    done = await listener.until(JobEvent, state="done")
    assert (done.job, done.progress, done.clip) == ("j", 1.0, rendered.clip)

    late = peers(server)
    assert (await late.ask("/melfusion/notify", 1, 1)).clips == 1
    assert (await late.until(JobEvent)).state == "done"
    assert (await late.until(ClipEvent)).clip == rendered.clip


async def test_a_fail_of_the_render_names_the_argument(peer: Peer) -> None:
    fail = await peer.ask("/melfusion/render", 1, "prompt", "fail")
    assert fail == Fail(1, "/melfusion/render", "key: cannot be rendered")


async def test_a_running_job_is_cancelled_at_once(
    run_server: Run, peers: Callable[..., Peer], library: Path
) -> None:
    async with run_server(seconds=30) as address:
        peer = peers(address)
        await peer.ask("/melfusion/notify", 1, 1)
        peer.send("/melfusion/render", 2, "prompt", "x", "job", "j")
        peer.send("/melfusion/render", 3, "prompt", "x", "job", "waits")
        await peer.until(JobEvent, stage="text")
        started = time.monotonic()
        peer.send("/melfusion/cancel", 4, "j")
        assert (await peer.until(Done, id=4)) == Done(4, "/melfusion/cancel")
        assert (await peer.until(Fail, id=2)).reason == "job: it was cancelled"
        assert time.monotonic() - started < 5
        assert (await peer.until(JobEvent, job="waits", state="rendering")).progress == 0
    assert list(library.glob("*.wav")) == []


@pytest.mark.expect_log("the worker is lost")
async def test_a_worker_killed_in_the_middle_costs_only_time(
    run_server: Run, peers: Callable[..., Peer], tmp_path: Path
) -> None:
    async with run_server(fault=tmp_path / "died") as address:
        peer = peers(address)
        peer.send("/melfusion/render", 1, "prompt", "x")
        assert (await peer.until(Rendered)).id == 1
        assert (tmp_path / "died").exists()
        assert await peer.hears_nothing()


@pytest.mark.expect_log("the worker is lost")
async def test_a_job_that_kills_the_worker_twice_fails_and_others_go_on(peer: Peer) -> None:
    peer.send("/melfusion/render", 1, "prompt", "die")
    peer.send("/melfusion/render", 2, "prompt", "x")
    fail = await peer.until(Fail)
    assert (fail.id, fail.reason) == (1, "worker: it died of this job: it ended with status 9")
    assert (await peer.until(Rendered)).id == 2


@pytest.mark.expect_log("the worker cannot start")
async def test_a_worker_that_cannot_start_fails_the_jobs_with_the_reason(
    run_server: Run, peers: Callable[..., Peer]
) -> None:
    async with run_server(broken="the weights of mini are missing") as address:
        peer = peers(address)
        fail = await peer.ask("/melfusion/render", 1, "prompt", "x")
        assert fail.reason == "worker: it cannot start: the weights of mini are missing"
        condition = await peer.ask("/melfusion/status", 2)
        assert condition.worker in ("down", "starting")


@pytest.mark.expect_log("the worker cannot start")
async def test_a_start_that_breaks_costs_one_job(
    run_server: Run, peers: Callable[..., Peer], tmp_path: Path
) -> None:
    async with run_server(broken="out of memory", fault=tmp_path / "broke") as address:
        peer = peers(address)
        for number in (1, 2, 3):
            peer.send("/melfusion/render", number, "prompt", "x", "seed", number)
        fail = await peer.until(Reply)
        assert fail == Fail(1, "/melfusion/render", "worker: it cannot start: out of memory")
        assert [(await peer.until(Rendered)).id for _ in range(2)] == [2, 3]


@pytest.mark.expect_log("the worker cannot start")
async def test_every_job_has_a_start_tried_for_it(
    run_server: Run, peers: Callable[..., Peer], caplog: pytest.LogCaptureFixture
) -> None:
    def starts() -> int:
        return caplog.text.count("the worker cannot start")

    async with run_server(broken="there are no weights") as address:
        peer = peers(address)
        for number in (1, 2):
            peer.send("/melfusion/render", number, "prompt", "x")
        for number in (1, 2):
            assert (await peer.until(Reply)).id == number
            assert starts() >= number


@pytest.mark.expect_log("job .* met a fault")
async def test_a_fault_of_the_server_costs_one_job(
    peer: Peer, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.delattr(Clips, "get")
        fail = await peer.ask("/melfusion/render", 1, "prompt", "x")
    assert fail == Fail(
        1, "/melfusion/render", "server: it met a fault of its own; its log says more"
    )
    (path,) = library.glob("x_*.wav")
    assert (await peer.ask("/melfusion/render", 2, "prompt", "x")).path == str(path)


async def test_garbage_is_counted_and_stops_nothing(peer: Peer) -> None:
    for datagram in (b"\0", b"#bundle\0\0\0\0\0\0\0\0\1\xff\xff\xff\xfc/a\0\0", b"/\xc3\x28\0"):
        peer.send_bytes(datagram)
    peer.send("/melfusion/done", 1, "/melfusion/render")
    assert (await peer.ask("/melfusion/status", 5)).garbage == 4
    assert await peer.hears_nothing()


async def test_a_bundle_is_acted_on_when_it_is_due(peer: Peer) -> None:
    def bundle(due_s: float, number: int) -> bytes:
        message = OscMessageBuilder("/melfusion/status")
        message.add_arg(number)
        builder = OscBundleBuilder(due_s)
        builder.add_content(message.build())
        return builder.build().dgram

    started = time.time()
    peer.send_bytes(bundle(started + 1.0, 1))
    peer.send("/melfusion/status", 2)
    peer.send_bytes(bundle(started + 86400, 3))
    answers = [await peer.receive() for _ in range(3)]
    assert [answer.id for answer in answers] == [2, 3, 1]
    assert answers[1].reason.startswith("timetag: ")
    assert 1.0 <= time.time() - started < 3.0


async def test_the_reply_port_gets_it_all(
    server: tuple[str, int], peers: Callable[..., Peer]
) -> None:
    sender, receiver = peers(server), peers(server)
    sender.send("/melfusion/render", 1, "prompt", "x", "reply_port", receiver.port)
    assert (await receiver.until(JobEvent)).state == "queued"
    assert (await receiver.until(Rendered)).id == 1
    sender.send("/melfusion/notify", 2, "on", "reply_port", receiver.port)
    assert (await receiver.until(Fail)).reason == "on: must be a number, not 'on'"
    assert await sender.hears_nothing()


async def test_a_subscriber_that_vanished_costs_the_others_nothing(
    server: tuple[str, int], peers: Callable[..., Peer]
) -> None:
    gone, staying = peers(server), peers(server)
    for peer in (gone, staying):
        await peer.ask("/melfusion/notify", 1, 1)
    gone.socket.close()
    staying.send("/melfusion/render", 2, "prompt", "x")
    done = await staying.until(JobEvent, state="done")
    assert done.progress == 1
    assert (await staying.ask("/melfusion/status", 3)).clips == 1


async def test_jobs_and_clips_outlive_the_server(
    run_server: Run, peers: Callable[..., Peer], library: Path
) -> None:
    async with run_server(seconds=30) as address:
        peer = peers(address)
        peer.send("/melfusion/render", 1, "prompt", "x", "job", "j")
        peer.send("/melfusion/render", 2, "prompt", "y", "job", "k")
        await peer.until(JobEvent, job="k")
    async with run_server() as address:
        assert [(await peer.until(Rendered)).id for _ in range(2)] == [1, 2]
    async with run_server() as address:
        peer.server = address
        listed = await peer.ask("/melfusion/clips/list", 3)
        assert listed.clips == 2
        again = await peer.ask("/melfusion/render", 4, "prompt", "x", "job", "j")
        assert Path(again.path).parent == library


async def test_a_job_that_is_forgotten_leaves_its_clip(
    run_server: Run,
    peers: Callable[..., Peer],
    library: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.jobs.KEPT", 1)
    async with run_server() as address:
        peer = peers(address)
        first, second = [
            await peer.ask("/melfusion/render", seed, "prompt", "x", "seed", seed, "job", f"{seed}")
            for seed in (1, 2)
        ]
    async with run_server() as address:
        peer.server = address
        assert (await peer.ask("/melfusion/notify", 3, 1)).jobs == 1
        assert (await peer.ask("/melfusion/clips/list", 4)).clips == 2
        known = await peer.ask("/melfusion/render", 5, "prompt", "x", "seed", 2, "job", "2")
        assert known.path == second.path
        again = await peer.ask("/melfusion/render", 6, "prompt", "x", "seed", 1, "job", "1")
        assert again.path == first.path
    assert len(list(library.glob("*.wav"))) == 2


async def test_one_library_has_one_server(run_server: Run, library: Path) -> None:
    async with run_server() as address:
        with pytest.raises(LibraryError, match=f"listens on port {address[1]}"):
            await run_server().__aenter__()
        assert library.is_dir()


async def test_listening_to_others_takes_a_token(run_server: Run) -> None:
    with pytest.raises(EndpointError, match="--token"):
        await run_server(host="0.0.0.0").__aenter__()
    async with run_server(host="0.0.0.0", token="sesame") as address:
        assert address[0] == "0.0.0.0"


async def test_nothing_is_left_running(run_server: Run, library: Path) -> None:
    async with run_server():
        await asyncio.sleep(0.3)
        assert children()
    assert not children()
    assert not (library / "library.holder.json").exists()


@pytest.mark.expect_log("a part of the server has failed")
async def test_a_fault_in_a_part_ends_the_server(
    run_server: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fault(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app.Core, "run", fault)

    async def serve() -> None:
        async with run_server():
            await asyncio.sleep(30)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(serve())
