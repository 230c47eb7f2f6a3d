import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from melfusion.request import RenderRequest
from server import client as clients
from server import osc, protocol
from server.client import FailError, ServerGoneError, connect
from server.handlers import HANDLERS
from server.protocol import ClipEvent, JobEvent

from .conftest import Run

REQUEST = RenderRequest("warm", bars=1, seed=3)


class LossyWire(asyncio.DatagramProtocol):
    """A relay that loses, in both directions, what `loses` says of its count and address."""

    def __init__(self, server: tuple[str, int], loses: Callable[[int, str], bool]) -> None:
        self.server = server
        self.loses = loses
        self.count: dict[str, int] = {}
        self.asker: Any = None
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        address = osc.decode(data)[0].address
        self.count[address] = self.count.get(address, 0) + 1
        to_server = addr[:2] != self.server
        if to_server:
            self.asker = addr
        if not self.loses(self.count[address], address):
            self.transport.sendto(data, self.server if to_server else self.asker)


@contextlib.asynccontextmanager
async def lossy(
    server: tuple[str, int], loses: Callable[[int, str], bool]
) -> AsyncIterator[tuple[str, int]]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: LossyWire(server, loses), local_addr=("127.0.0.1", 0)
    )
    yield transport.get_extra_info("sockname")
    transport.close()


async def test_a_render_comes_back_with_its_clip(server: tuple[str, int], library: Path) -> None:
    async with connect(*server) as client:
        assert client.welcome
        assert client.welcome.protocol == protocol.PROTOCOL_VERSION
        rendered = await client.render(REQUEST)
        clip = await client.clip(rendered.clip)
    assert Path(rendered.path).parent == library
    assert clip.path == rendered.path
    assert (clip.bars, clip.bpm, clip.passed) == (1, 120.0, 1)


async def test_events_tell_how_far_it_is(server: tuple[str, int]) -> None:
    told: list[JobEvent | ClipEvent] = []
    async with connect(*server) as client:
        await client.request(protocol.Notify, 1)
        with client.events() as events:
            rendering = asyncio.create_task(client.render(REQUEST, job="j"))
            async for event in events:
                told.append(event)
                if isinstance(event, JobEvent) and event.state == "done":
                    break
            rendered = await rendering
    jobs = [event for event in told if isinstance(event, JobEvent)]
    assert [jobs[0].state, jobs[-1].state] == ["queued", "done"]
    assert jobs[-1].clip == rendered.clip
    progress = [event.progress for event in jobs]
    assert progress == sorted(progress)
    assert [event.clip for event in told if isinstance(event, ClipEvent)] == [rendered.clip]


async def test_lost_datagrams_lose_nothing_and_double_nothing(
    server: tuple[str, int], library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "RESEND_S", 0.05)
    monkeypatch.setattr(clients, "ASK_AGAIN_S", 0.1)
    async with (
        lossy(server, lambda count, _: count <= 2) as wire,
        connect(*wire) as client,
    ):
        rendered = await client.render(REQUEST, job="j")
        assert (await client.clip(rendered.clip)).path == rendered.path
        condition = await client.request(protocol.Status)
    assert condition.clips == 1
    assert len(list(library.glob("*.wav"))) == 1


async def test_a_fail_is_raised(server: tuple[str, int]) -> None:
    async with connect(*server) as client:
        with pytest.raises(FailError, match="key: cannot be rendered"):
            await client.render(RenderRequest("fail"))
        with pytest.raises(FailError, match="job: nothing is unknown") as caught:
            await client.request(protocol.Cancel, "nothing")
        assert caught.value.fail.request == "/melfusion/cancel"


async def test_a_cancelled_render_is_a_fail(run_server: Run) -> None:
    async with run_server(seconds=30) as address, connect(*address) as client:
        rendering = asyncio.create_task(client.render(REQUEST, job="j"))
        with client.events() as events:
            await client.request(protocol.Notify, 1)
            await anext(e async for e in events if isinstance(e, JobEvent) and e.progress > 0)
        await client.request(protocol.Cancel, "j")
        with pytest.raises(FailError, match="it was cancelled"):
            await rendering


async def test_a_server_that_is_restarted_goes_on_with_the_job(
    run_server: Run, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ASK_AGAIN_S", 0.2)
    async with contextlib.AsyncExitStack() as stack:
        async with run_server(port=free_port, seconds=30) as address:
            client = await stack.enter_async_context(connect(*address))
            rendering = asyncio.create_task(client.render(REQUEST, job="j"))
            with client.events() as events:
                await client.request(protocol.Notify, 1)
                await anext(e async for e in events if isinstance(e, JobEvent) and e.progress > 0)
        async with run_server(port=free_port):
            rendered = await asyncio.wait_for(rendering, 20)
            assert Path(rendered.path).is_file()


async def test_nobody_there_is_said_at_once(free_port: int) -> None:
    started = asyncio.get_running_loop().time()
    with pytest.raises(ServerGoneError, match=rf"127.0.0.1:{free_port}"):
        async with connect("127.0.0.1", free_port):
            pass
    assert asyncio.get_running_loop().time() - started < clients.ANSWER_S + 1


async def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "ANSWER_S", 0.2)
    monkeypatch.setattr(clients, "RESEND_S", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        with pytest.raises(ServerGoneError, match="does not answer"):
            async with connect(*deaf.getsockname()):
                pass


async def test_a_server_that_falls_silent_is_given_up(
    server: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "RESEND_S", 0.1)
    async with (
        lossy(server, lambda _, address: address == "/melfusion/render") as wire,
        connect(*wire) as client,
    ):
        with pytest.raises(ServerGoneError, match="has gone silent; it may still do job j"):
            await client.render(REQUEST, job="j", silence_s=0.3)


async def test_a_server_of_another_protocol_is_refused(
    server: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = protocol.Welcome(1, "/melfusion/hello", 0, "0.0.1", "", "")
    monkeypatch.setitem(HANDLERS, protocol.Hello, lambda *_: old)
    with pytest.raises(ServerGoneError, match="another protocol"):
        async with connect(*server):
            pass


async def test_a_token_opens_the_door(run_server: Run) -> None:
    async with run_server(token="sesame") as address:
        with pytest.raises(FailError, match="token: "):
            async with connect(*address):
                pass
        async with connect(*address, token="sesame") as client:
            assert (await client.request(protocol.Status)).clips == 0
