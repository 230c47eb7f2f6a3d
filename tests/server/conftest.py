"""What the server's tests stand on: a real server with a fake worker, and a foreign OSC program."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest

from server import app, osc, protocol
from server.player.stream import Source

PATIENCE_S = 20.0


def children() -> list[psutil.Process]:
    """This process's own children that live, less what Python itself keeps until its end.

    multiprocessing starts a tracker of shared things at its first use, by whichever test.
    """
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE
        and not any("multiprocessing.resource_tracker" in word for word in child.cmdline())
    ]


class Peer:
    """A foreign program: raw datagrams over a socket of its own."""

    def __init__(self, server: tuple[str, int] = ("127.0.0.1", 9)) -> None:
        self.server = server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]

    def send(self, address: str, *arguments: Any) -> None:
        tags = {int: "i", float: "f", str: "s"}
        self.send_bytes(osc.encode(address, [(tags[type(value)], value) for value in arguments]))

    def send_bytes(self, datagram: bytes) -> None:
        self.socket.sendto(datagram, self.server)

    async def receive(self, patience_s: float = PATIENCE_S) -> protocol.Message:
        loop = asyncio.get_running_loop()
        datagram = await asyncio.wait_for(loop.sock_recv(self.socket, 65536), patience_s)
        (message,) = osc.decode(datagram)
        return protocol.read(message.address, message.arguments)

    async def until(
        self, kind: type[protocol.Message], patience_s: float = PATIENCE_S, **fields: Any
    ) -> Any:
        """The next message of that kind with those fields; others before it are passed over."""
        async with asyncio.timeout(patience_s):
            while True:
                message = await self.receive(patience_s)
                if isinstance(message, kind) and all(
                    getattr(message, name) == value for name, value in fields.items()
                ):
                    return message

    async def ask(self, address: str, *arguments: Any) -> Any:
        """Sends a request and gives its answer."""
        self.send(address, *arguments)
        return await self.until(protocol.Reply, id=arguments[0])

    async def hears_nothing(self, seconds: float = 0.2) -> bool:
        try:
            await self.receive(seconds)
        except TimeoutError:
            return True
        return False


@pytest.fixture
def peers() -> Iterator[Callable[..., Peer]]:
    """Makes foreign programs."""
    made: list[Peer] = []

    def make(server: tuple[str, int] = ("127.0.0.1", 9)) -> Peer:
        made.append(Peer(server))
        return made[-1]

    yield make
    for peer in made:
        peer.socket.close()


@pytest.fixture
def fake_worker() -> Callable[..., list[str]]:
    """Gives the command line of a fake worker with those options."""

    def command(**options: Any) -> list[str]:
        words = [f"--{name}={value}" for name, value in options.items()]
        return [sys.executable, str(Path(__file__).with_name("fake_worker.py")), *words]

    return command


Run = Callable[..., AbstractAsyncContextManager[tuple[str, int]]]


@pytest.fixture
def run_server(library: Path, fake_worker: Callable[..., list[str]]) -> Run:
    """Runs a server on the library: `async with run_server(seconds=1) as address`."""

    def run(
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = "",
        sources: Sequence[str] = (),
        devices: Source | None = None,
        **worker: Any,
    ) -> AbstractAsyncContextManager[tuple[str, int]]:
        return app.running(
            library, fake_worker(**worker), host, port, token, sources, devices=devices
        )

    return run


@pytest.fixture
async def server(run_server: Run) -> AsyncIterator[tuple[str, int]]:
    """The address of a server whose renders take a tenth of a second."""
    async with run_server() as address:
        yield address


@pytest.fixture
def peer(server: tuple[str, int], peers: Callable[..., Peer]) -> Peer:
    """A foreign program that talks to `server`."""
    return peers(server)
