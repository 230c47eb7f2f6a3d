"""Work that is spread over processes of this machine, or over a cluster of machines.

What comes back is in the order of what was given, whoever did it and whenever: the same work gives
the same files however many work at it.
"""

import argparse
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar

TOKEN = "MELFUSION_CLUSTER_TOKEN"
"""Environment variable with what every machine of a cluster must say. Not for a command line, where
everybody on the machine can read it."""

LOOPBACK = "127.0.0.1"

TRIES_ELSEWHERE = 3
"""How often work is given to other machines when those that do it are lost."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class ClusterError(Exception):
    """The cluster cannot be used; one sentence that says why."""


class Pool(Protocol):
    """Who works."""

    @property
    def size(self) -> int:
        """How many things are done at a time."""

    def submit(self, work: Callable[[Item], Result], item: Item) -> "Future[Result]":
        """Begins work on one thing."""


class Here:
    """This process: one thing after the other."""

    size = 1

    def submit(self, work: Callable[[Item], Result], item: Item) -> "Future[Result]":
        """Does the work at once."""
        future: Future[Result] = Future()
        future.set_result(work(item))
        return future


class Processes:
    """Processes of this machine.

    Args:
        executor: theirs.
        size: how many.
    """

    def __init__(self, executor: ProcessPoolExecutor, size: int) -> None:
        self.size = size
        self._executor = executor

    def submit(self, work: Callable[[Item], Result], item: Item) -> "Future[Result]":
        """Gives work to the next that is free."""
        return self._executor.submit(work, item)


class Cluster:
    """All machines of a Ray cluster.

    Args:
        ray: the library, connected.
        gpus: whether the work is for GPUs, if any machine has one.
    """

    def __init__(self, ray: Any, *, gpus: bool) -> None:
        self._ray = ray
        self._kind = "GPU" if gpus and "GPU" in ray.cluster_resources() else "CPU"

    @property
    def size(self) -> int:
        """As many as there are GPUs or processors now: machines come and go."""
        return max(1, int(self._ray.cluster_resources().get(self._kind, 1)))

    def submit(self, work: Callable[[Item], Result], item: Item) -> "Future[Result]":
        """Gives work to whichever machine is free; elsewhere when that one is lost."""
        needs = {"num_cpus": int(self._kind == "CPU"), "num_gpus": int(self._kind == "GPU")}
        # By a function, for Ray takes no partial.
        remote = self._ray.remote(_do).options(max_retries=TRIES_ELSEWHERE, **needs)
        future: Future[Result] = Future()
        remote.remote(work, item).future().add_done_callback(partial(_hand_on, future))
        return future


def _hand_on(future: "Future[Result]", done: "Future[Result]") -> None:
    """Gives on what Ray gives; of errors, those of the work itself, without Ray's around them."""
    if error := done.exception():
        future.set_exception(getattr(error, "cause", None) or error)
    else:
        future.set_result(done.result())


def _do(work: Callable[[Item], Result], item: Item) -> Result:
    return work(item)


def spread(pool: Pool, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Does work on each of `items`; gives the results in their order.

    Items are taken no sooner than somebody is free for them soon, so that they may stop at any
    time.

    Args:
        pool: who works.
        work: what is done: a function of a module, or a partial of one.
        items: what it is done on.
    """
    under_way: deque[Future[Result]] = deque()
    for item in items:
        under_way.append(pool.submit(work, item))
        while under_way and (under_way[0].done() or len(under_way) >= 2 * pool.size):
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Adds the option that has a cluster work in place of this machine's processes."""
    parser.add_argument(
        "--cluster",
        default="",
        metavar="HOST:PORT",
        help="have the machines of this cluster work at it, or of the one that this machine is in"
        " (auto); see docs/cluster.md",
    )


@contextmanager
def opened(jobs: int = 1, cluster: str = "", *, gpus: bool = False) -> Iterator[Pool]:
    """Who works, while the context lasts.

    Args:
        jobs: processes of this machine; 1 is this very process.
        cluster: address of a Ray cluster that this machine is a part of, or "auto" for the one;
            empty for none.
        gpus: whether the work is for GPUs, if any machine of the cluster has one.

    Raises:
        ClusterError: the cluster cannot be used.
    """
    if cluster:
        ray = connected(cluster)
        try:
            yield Cluster(ray, gpus=gpus)
        finally:
            ray.shutdown()
    elif jobs > 1:
        with ProcessPoolExecutor(jobs) as executor:
            yield Processes(executor, jobs)
    else:
        yield Here()


def environment(host: str) -> dict[str, str]:
    """What Ray is told wherever it is used: to tell its makers nothing, us little; whom to trust.

    GPUs are left as they are to those who ask for none.

    Args:
        host: where the cluster begins.
    """
    token = os.environ.get(TOKEN)
    return {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_BACKEND_LOG_LEVEL": "error",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        # Ray puts another address of the machine in place of loopback, but where it knows of no
        # other machines.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0" if host == LOOPBACK else "1",
        **({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token} if token else {}),
    }


def connected(address: str, own: str | None = None) -> Any:
    """Ray, connected to a cluster that this machine is a part of, and silent.

    Args:
        address: HOST:PORT, or "auto" for the one that this machine is in.
        own: this machine's address in the cluster, where it has several; None for what Ray finds.

    Raises:
        ClusterError: it cannot be used.
    """
    if find_spec("ray") is None:
        raise ClusterError("Ray is not installed: pip install 'melfusion-live[cluster]'")
    os.environ.update(environment(address.partition(":")[0]))
    # Here, and not above: it takes a second, and only those who use it need have it.
    import ray

    try:
        ray.init(
            address,
            _node_ip_address=own,
            log_to_driver=False,
            configure_logging=False,
            logging_level=logging.ERROR,
        )
    except Exception as error:  # whatever Ray makes of a network
        reason = " ".join(str(error).split())
        raise ClusterError(
            f"the cluster at {address} cannot be used from this machine: {reason}: has it joined it"
            f" (`melfusion-live worker --join ADDRESS`), with the same {TOKEN}?"
        ) from error
    return ray
