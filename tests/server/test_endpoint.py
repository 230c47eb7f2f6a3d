import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from melfusion.request import RequestError
from server import endpoint as endpoints
from server import osc, protocol
from server.endpoint import Endpoint, EndpointError

from .conftest import Peer


class Listener:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.messages: list[tuple[float, osc.Message]] = []
        self.refused: list[str] = []
        self.garbage_count = 0
        self.gone: list[tuple[str, int]] = []

    def submit(self, message: osc.Message, sender: Any) -> None:  # noqa: ARG002
        self.messages.append((time.time(), message))

    def refuse(self, message: osc.Message, sender: Any, error: RequestError) -> None:  # noqa: ARG002
        self.refused.append(str(error))

    def garbage(self, sender: Any) -> None:  # noqa: ARG002
        self.garbage_count += 1

    def vanished(self, receiver: Any) -> None:
        self.gone.append(receiver)

    async def until(self, condition: Callable[["Listener"], Any]) -> None:
        async with asyncio.timeout(10):
            while not condition(self):
                await asyncio.sleep(0.005)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def opened(listener: Listener) -> AsyncIterator[tuple[Endpoint, tuple[str, int]]]:
    endpoint = Endpoint()
    address = await endpoint.open("127.0.0.1", 0, listener)
    yield endpoint, address
    await endpoint.close()


@pytest.fixture
def peer(opened: tuple[Endpoint, tuple[str, int]], peers: Callable[..., Peer]) -> Peer:
    return peers(opened[1])


def bundle(due_s: float, *addresses: str) -> bytes:
    builder = OscBundleBuilder(due_s)
    for address in addresses:
        builder.add_content(OscMessageBuilder(address).build())
    return builder.build().dgram


async def test_messages_come_in_order(peer: Peer, listener: Listener) -> None:
    for number in range(200):
        peer.send("/n", number)
    await listener.until(lambda it: len(it.messages) == 200)
    assert [message.arguments for _, message in listener.messages] == [(n,) for n in range(200)]


async def test_the_longest_datagram_comes_through(peer: Peer, listener: Listener) -> None:
    peer.send("/long", "x" * 65000)
    await listener.until(lambda it: it.messages)
    assert len(listener.messages[0][1].arguments[0]) == 65000


async def test_garbage_is_counted_and_stops_nothing(peer: Peer, listener: Listener) -> None:
    for datagram in (b"", b"hello", b"#bundle\0" + b"\xff" * 24, b"/a\0\0,s\0\0\xff\0\0\0"):
        peer.send_bytes(datagram)
    peer.send("/after")
    await listener.until(lambda it: it.messages)
    assert listener.garbage_count == 4


async def test_a_bundle_waits_for_its_time_and_holds_nobody_up(
    peer: Peer, listener: Listener
) -> None:
    due_s = time.time() + 1.0
    peer.send_bytes(bundle(due_s, "/late"))
    peer.send_bytes(bundle(due_s - 0.5, "/earlier"))
    peer.send_bytes(bundle(time.time() - 5, "/past"))
    peer.send("/now")
    await listener.until(lambda it: len(it.messages) == 4)
    arrived = {message.address: at_s for at_s, message in listener.messages}
    assert list(arrived) == ["/past", "/now", "/earlier", "/late"]
    assert arrived["/now"] < due_s - 0.5
    assert 0 <= arrived["/late"] - due_s < 0.5
    assert 0 <= arrived["/earlier"] - due_s + 0.5 < 0.5


async def test_a_time_too_far_ahead_is_refused(
    peer: Peer, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.send_bytes(bundle(time.time() + 86400, "/tomorrow"))
    await listener.until(lambda it: it.refused)
    assert "timetag: lies 86400 s ahead; at most 60 s" in listener.refused[0]
    monkeypatch.setattr(endpoints, "MOST_WAITING", 3)
    peer.send_bytes(bundle(time.time() + 0.1, *["/soon"] * 5))
    await listener.until(lambda it: len(it.refused) == 1 + 5)
    peer.send_bytes(bundle(time.time() + 0.05, "/again"))
    await listener.until(lambda it: len(it.messages) == 1)


async def test_messages_of_one_time_keep_their_order(peer: Peer, listener: Listener) -> None:
    addresses = [f"/{number}" for number in range(20)]
    peer.send_bytes(bundle(time.time() + 0.1, *addresses))
    await listener.until(lambda it: len(it.messages) == 20)
    assert [message.address for _, message in listener.messages] == addresses


async def test_what_cannot_be_encoded_is_logged_and_dropped(
    opened: tuple[Endpoint, tuple[str, int]], caplog: pytest.LogCaptureFixture, peer: Peer
) -> None:
    with caplog.at_level("CRITICAL", "server.endpoint"):
        opened[0].send(protocol.Fail(1, "/a", "x" * 70000), ("127.0.0.1", peer.port))
    opened[0].send(protocol.Fail(2, "/a", "short"), ("127.0.0.1", peer.port))
    assert await peer.receive() == protocol.Fail(2, "/a", "short")


async def test_a_port_that_is_taken_is_said(free_port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", free_port))
        words = rf"port: {free_port} is in use by .*\(process {os.getpid()}\); try --port \d+"
        with pytest.raises(EndpointError, match=words):
            await Endpoint().open("127.0.0.1", free_port, Listener())


@pytest.mark.parametrize("host", ["203.0.113.5", "no.such.host.invalid"])
async def test_a_host_that_is_not_here_is_said(host: str) -> None:
    with pytest.raises(EndpointError, match=f"host: {host}"):
        await Endpoint().open(host, 0, Listener())


async def test_a_receiver_that_vanished_is_noticed_and_holds_nobody_up(
    opened: tuple[Endpoint, tuple[str, int]], peers: Callable[..., Peer], listener: Listener
) -> None:
    peer, staying = peers(opened[1]), peers(opened[1])
    gone = ("127.0.0.1", peer.port)
    peer.socket.close()
    for number in range(3):
        opened[0].send(protocol.Fail(number, "/a", "b"), gone)
        opened[0].send(protocol.Fail(number, "/a", "b"), ("127.0.0.1", staying.port))
    assert [(await staying.receive()).id for _ in range(3)] == [0, 1, 2]
    staying.send("/alive")
    await listener.until(lambda it: it.messages)
    # Linux alone tells who it was; elsewhere silence drops a subscriber.
    assert set(listener.gone) == ({gone} if sys.platform == "linux" else set())
