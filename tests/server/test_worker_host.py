import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from melfusion.request import RenderRequest, RequestError
from server import worker_host
from server.worker_host import (
    RenderCancelledError,
    WorkerHost,
    WorkerLostError,
    WorkerState,
)

from .conftest import children

Command = Callable[..., list[str]]


@asynccontextmanager
async def hosted(command: list[str]) -> AsyncIterator[WorkerHost]:
    host = WorkerHost(command)
    task = asyncio.create_task(host.run())
    try:
        yield host
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def render(host: WorkerHost, folder: Path, prompt: str = "x", **more: Any) -> dict[str, Any]:
    options = asdict(RenderRequest(prompt, **more))
    return await host.render("j", options, folder, lambda *_: None)


async def begun(host: WorkerHost, folder: Path, prompt: str) -> "asyncio.Future[dict[str, Any]]":
    """A render that has told its first progress."""
    first = asyncio.Event()
    options = asdict(RenderRequest(prompt))
    rendering = host.render("j", options, folder, lambda *_: first.set())
    async with asyncio.timeout(10):
        await first.wait()
    return rendering


async def test_a_render_tells_its_progress_and_gives_the_clip(
    library: Path, fake_worker: Command
) -> None:
    told: list[tuple[str, float]] = []
    async with hosted(fake_worker()) as host:
        assert host.state is WorkerState.STARTING
        await host.settled()
        assert (host.state, host.model, host.device) == (WorkerState.READY, "fake-1", "cpu")
        options = asdict(RenderRequest("x", bars=2))
        clip = await host.render("j", options, library, lambda *step: told.append(step))
        assert host.state is WorkerState.READY
    assert Path(clip["path"]).parent == library
    assert clip["samples"] == 4 * 44100
    assert [fraction for _, fraction in told] == sorted(fraction for _, fraction in told)
    assert {stage for stage, _ in told} <= {"text", "picture", "denoising", "decoding",
                                            "verification", "writing"}  # fmt: skip
    assert not children()


async def test_a_fail_names_the_argument(library: Path, fake_worker: Command) -> None:
    async with hosted(fake_worker()) as host:
        await host.settled()
        with pytest.raises(RequestError, match="key: cannot be rendered"):
            await render(host, library, "fail")
        assert await render(host, library)


async def test_a_cancel_stops_it(library: Path, fake_worker: Command) -> None:
    async with hosted(fake_worker(seconds=30)) as host:
        await host.settled()
        rendering = await begun(host, library, "x")
        assert host.state is WorkerState.RENDERING
        started = time.monotonic()
        host.cancel("another")
        host.cancel("j")
        host.cancel("j")
        with pytest.raises(RenderCancelledError):
            await rendering
        assert time.monotonic() - started < 5
        assert host.state is WorkerState.READY
    assert list(library.iterdir()) == []


async def test_a_worker_with_two_places_renders_two_at_a_time(
    library: Path, fake_worker: Command
) -> None:
    async with hosted(fake_worker(seconds=0.5, places=2)) as host:
        await host.settled()
        assert host.places == 2
        first, second = asyncio.Event(), asyncio.Event()
        options = asdict(RenderRequest("x"))
        one = host.render("one", options, library, lambda *_: first.set())
        assert host.has_room
        other = host.render("other", options | {"prompt": "lose"}, library, lambda *_: second.set())
        assert not host.has_room
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(host.settled(), 0.05)
        async with asyncio.timeout(10):
            await first.wait()
            await second.wait()
            with pytest.raises(WorkerLostError, match="studio-2 is gone"):
                await other
            await host.settled()
            assert host.state is WorkerState.RENDERING
            assert (await one)["samples"]
        assert host.state is WorkerState.READY


@pytest.mark.expect_log("does not obey a cancel and is killed")
@pytest.mark.expect_log("the worker is lost")
async def test_a_worker_that_does_not_obey_is_killed(
    library: Path, fake_worker: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_host, "CANCEL_PATIENCE_S", 0.3)
    async with hosted(fake_worker(seconds=30)) as host:
        await host.settled()
        rendering = await begun(host, library, "deaf")
        host.cancel("j")
        with pytest.raises(RenderCancelledError):
            await rendering
        await host.settled()
        assert host.state is WorkerState.READY


@pytest.mark.expect_log("the worker is lost: it ended with status 9")
async def test_one_that_dies_is_started_again(library: Path, fake_worker: Command) -> None:
    async with hosted(fake_worker()) as host:
        await host.settled()
        with pytest.raises(WorkerLostError, match="status 9"):
            await render(host, library, "die")
        await host.settled()
        assert await render(host, library)


@pytest.mark.expect_log("the worker is lost: it said what is no message")
async def test_one_that_says_what_is_no_message_is_started_again(
    library: Path, fake_worker: Command
) -> None:
    async with hosted(fake_worker()) as host:
        await host.settled()
        with pytest.raises(WorkerLostError, match="no message"):
            await render(host, library, "noise")
        await host.settled()
        assert await render(host, library)
    assert not children()


@pytest.mark.expect_log("the worker is lost: it ended with status -9")
async def test_one_that_is_killed_while_idle_is_started_again(
    library: Path, fake_worker: Command
) -> None:
    async with hosted(fake_worker()) as host:
        await host.settled()
        (child,) = children()
        child.kill()
        async with asyncio.timeout(10):
            while host.state is WorkerState.READY:
                await asyncio.sleep(0.01)
        await host.settled()
        assert await render(host, library)


@pytest.mark.expect_log("the worker cannot start: there are no weights")
async def test_one_that_cannot_start_is_tried_again(fake_worker: Command) -> None:
    async with hosted(fake_worker(broken="there are no weights")) as host:
        await host.settled()
        assert (host.state, host.trouble) == (WorkerState.DOWN, "there are no weights")
        async with asyncio.timeout(10):
            while host.state is WorkerState.DOWN:
                await asyncio.sleep(0.01)
        assert host.state is WorkerState.STARTING


@pytest.mark.expect_log("the worker cannot start: there are no weights")
async def test_a_start_that_breaks_is_told_once(
    fake_worker: Command, caplog: pytest.LogCaptureFixture
) -> None:
    async with hosted(fake_worker(broken="there are no weights")) as host:
        for number in (1, 2):
            await host.settled()
            assert host.state is WorkerState.DOWN
            assert caplog.text.count("the worker cannot start") >= number


@pytest.mark.expect_log("the worker cannot start: .*nowhere.* cannot be run")
async def test_a_command_that_is_not_there_is_said(tmp_path: Path) -> None:
    async with hosted([str(tmp_path / "nowhere")]) as host:
        await host.settled()
        assert host.state is WorkerState.DOWN


async def test_what_it_writes_to_stderr_is_logged(
    fake_worker: Command, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "server.worker")
    async with hosted(fake_worker()) as host:
        await host.settled()
        async with asyncio.timeout(10):
            while ("server.worker", 10, "warm") not in caplog.record_tuples:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(("given", "told"), [(None, "10000"), ("50", "50")])
def test_threads_of_the_worker_wait_asleep_unless_told_otherwise(
    given: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    if given:
        monkeypatch.setenv("GOMP_SPINCOUNT", given)
    assert worker_host.environment()["GOMP_SPINCOUNT"] == told
