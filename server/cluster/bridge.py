"""The cluster's stand-in: `python -m server.cluster.bridge MODEL WHERE [PLACES]`.

To the server this process is a render process with as many places as all machines have together;
its stdin and stdout are as in worker_host. It begins or joins the cluster, has a Seat wherever
there is room, and puts what comes back into the library's folder. When it ends, so do its seats.

Threading: everything runs on one asyncio loop, but for reading stdin, whose end ends the process at
once, for reading and writing files, and for Ray's own threads.
"""

import asyncio
import json
import logging
import os
import queue
import secrets
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from melfusion import __version__
from melfusion.pool import LOOPBACK, TOKEN, ClusterError, connected
from melfusion.request import RequestError

from ..worker import Speak, own_stdout
from . import nodes
from .crew import NOBODY, Crew, LostError
from .parcel import Loop, Message, Parcel, kept, packed
from .seat import Seat

LOOK_S = 1.0
"""How often machines are looked after."""

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Between one try to open a seat and the next."""

CALLS = 4
"""Of a seat at a time: to stay, to render, to end the last render, to cancel."""

logger = logging.getLogger(__name__)


class RemotePlace:
    """A Seat on a machine of the cluster, as the crew knows it.

    Args:
        ray: the library, connected.
        actor: the seat.
        ready: what it said when its model was loaded.
    """

    def __init__(self, ray: Any, actor: Any, ready: Message) -> None:
        self.ready = ready
        self._ray, self._actor = ray, actor

    async def render(self, parcel: Parcel) -> AsyncIterator[Message]:
        """See crew.Place."""
        render = self._actor.render.options(num_returns="streaming")
        try:
            async for said in render.remote(parcel):
                message = await said
                if loop := message.pop("loop", None):
                    message = await asyncio.to_thread(_put, loop, parcel)
                yield message
        except self._ray.exceptions.RayError as error:
            raise LostError(f"{self.ready['host']}: {_one_line(error)}") from error

    def cancel(self, job: str) -> None:
        """See crew.Place."""
        self._actor.cancel.remote(job)

    def end(self) -> None:
        """See crew.Place."""
        self._ray.kill(self._actor)


def _put(loop: Loop, parcel: Parcel) -> Message:
    try:
        return {"type": "finished", "job": parcel.job, "clip": kept(loop, parcel)}
    except OSError as error:
        reason = f"the loop could not be written to {parcel.folder}: {error.strerror}"
        return {"type": "failed", "job": parcel.job, "argument": "render", "reason": reason}


class Machines:
    """The seats on all machines: opened where there is room, anew when they die.

    Args:
        ray: the library, connected.
        model: of every seat.
        crew: who gives them jobs.
    """

    def __init__(self, ray: Any, model: str, crew: Crew) -> None:
        self._ray, self._model, self._crew = ray, model, crew
        self._kept: dict[str, list[asyncio.Task[None]]] = {}

    async def watch(self) -> None:
        """Looks after machines that come and go, for ever."""
        while True:
            there = {one["NodeID"]: one for one in await asyncio.to_thread(self._ray.nodes)}
            alive = {name: one for name, one in there.items() if one["Alive"]}
            for name in self._kept.keys() - alive.keys():
                logger.info("%s is gone", there[name]["NodeManagerHostname"])
                for task in self._kept.pop(name):
                    task.cancel()
            for name in alive.keys() - self._kept.keys():
                self._kept[name] = self._keep_all(alive[name])
            if not any(self._kept.values()):
                self._crew.lack(NOBODY)
            await asyncio.sleep(LOOK_S)

    def _keep_all(self, node: dict[str, Any]) -> "list[asyncio.Task[None]]":
        given = node["Resources"]
        gpus = given.get("GPU", 0)
        count = int(given.get(nodes.PLACES, 0) or gpus or "CPU" in given)
        gpu = min(1.0, gpus / max(1, count))
        logger.info("%s has %d places", node["NodeManagerHostname"], count)
        return [asyncio.create_task(self._keep(node, gpu)) for _ in range(count)]

    async def _keep(self, node: dict[str, Any], gpu: float) -> None:
        """Keeps one place of a machine open."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        host, pause_s = node["NodeManagerHostname"], SHORTEST_PAUSE_S
        while True:
            actor = self._ray.remote(Seat).options(
                max_concurrency=CALLS, num_cpus=0, num_gpus=gpu,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False),
            ).remote(self._model)  # fmt: skip
            place, why = None, f"{host} is gone"
            try:
                ready = await actor.opened.remote()
                if reason := _unfit(ready):
                    self._crew.lack(f"{host} cannot render: {reason}")
                else:
                    pause_s = SHORTEST_PAUSE_S
                    place = RemotePlace(self._ray, actor, ready)
                    self._crew.add(place)
                    await actor.stay.remote()
            except self._ray.exceptions.RayError as error:
                why = f"{host}: {_one_line(error)}"
                logger.warning("a place is lost: %s", why)
            finally:
                if place:
                    self._crew.remove(place, why)
                self._ray.kill(actor)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _unfit(ready: Message) -> str:
    """Why a seat cannot be used; empty when it can."""
    if ready["type"] != "ready":
        return str(ready.get("reason"))
    if ready["version"] != __version__:
        return f"it has MeLFusion Live {ready['version']}, and here is {__version__}"
    return ""


def _one_line(error: Exception) -> str:
    """What Ray says first: it goes on for long."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


async def serve(ray: Any, model: str, orders: "queue.SimpleQueue[Message]", speak: Speak) -> None:
    """Takes the server's messages, for ever.

    Args:
        ray: the library, connected.
        model: that renders where a request names none.
        orders: what the server asks for.
        speak: sends one message to the server.
    """
    crew = Crew(speak)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Machines(ray, model, crew).watch())
        while True:
            order = await asyncio.to_thread(orders.get)
            job = order["job"]
            if order["type"] == "cancel":
                crew.cancel(job)
                continue
            folder = Path(order["folder"])
            try:
                crew.render(await asyncio.to_thread(packed, job, order["options"], folder))
            except RequestError as error:
                told = {"argument": error.argument, "reason": error.reason}
                speak({"type": "failed", "job": job, **told})


def main() -> None:
    """Runs until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    speak = own_stdout()
    logging.basicConfig(format="%(message)s")
    logging.getLogger("server").setLevel(logging.DEBUG)
    orders: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def read_then_end() -> None:
        for line in sys.stdin:
            orders.put(json.loads(line))
        # At once: nobody is left to render for. What was begun ends with our end of its stdin.
        os._exit(0)

    threading.Thread(target=read_then_end, daemon=True).start()
    model, where, *places = sys.argv[1:]
    with ExitStack() as cluster:
        try:
            ray = _connected(cluster, where, *map(int, places))
            asyncio.run(serve(ray, model, orders, speak))
        except ClusterError as error:
            speak({"type": "broken", "reason": str(error)})
        except BaseException:
            logger.exception("the bridge has met a fault")
    # Not a return: the interpreter could not end in order while the reader waits for stdin.
    os._exit(1)


def _connected(cluster: ExitStack, where: str, places: int | None = None) -> Any:
    """Ray, connected to a cluster that is begun or joined where there is need.

    Args:
        cluster: keeps what was begun.
        where: "start" for one of this machine alone; "auto" for one that it is in; or an address:
            this machine's own is where a cluster begins, another's where it is joined.
        places: how many renders at a time this machine takes; None for one a GPU, or one.

    Raises:
        ClusterError: it cannot be used.
    """
    nodes.require_ray()
    if where == "auto":
        return connected("auto")
    at = nodes.Where(LOOPBACK) if where == "start" else nodes.Where.parse(where)
    if not at.is_here:
        cluster.enter_context(nodes.joined(at, places))
        return connected(str(at))
    if not at.answers:
        if at.is_loopback:
            os.environ.setdefault(TOKEN, secrets.token_hex(16))  # this machine has other users
        cluster.enter_context(nodes.begun(at, places))
    return connected(str(at), at.host)


if __name__ == "__main__":
    main()
