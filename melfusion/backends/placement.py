"""On which device a model computes, how precisely, and whether all of it is there at once.

A model is put where it is fastest, as long as the memory that is free there will hold it: whole on
a GPU, or on one with only the network that computes (the others wait in the processor's memory),
or on the processor. Where nothing will do, that is said with what would.
"""

import importlib.util
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from ..catalogue import HALF, MODELS, ROOM, SINGLE, Model, amount, needed
from ..home import parameters

VARIABLE = "MELFUSION_DEVICE"
"""Environment variable that names the device: cpu, mps, cuda, cuda:1."""

ALTERNATIVES = 2
"""Models that are named where one is refused."""


class PlacementError(Exception):
    """Why a model has no place on this machine; one sentence, with what would help."""


class TooLargeError(PlacementError):
    """No memory here will hold the model."""


@dataclass(frozen=True)
class Placement:
    """Where a model computes, and how.

    Attributes:
        device: where.
        dtype: precision of its weights and of what it computes.
        offload: whether its networks wait in the processor's memory, and go to the device one at a
            time.
        compile: whether what repeats in its largest network is worth compiling.
    """

    device: torch.device
    dtype: torch.dtype
    offload: bool
    compile: bool


@dataclass(frozen=True)
class Machine:
    """What a machine has to compute with.

    Attributes:
        memory: bytes of the processor's memory that are free.
        gpus: bytes that are free on each CUDA device.
        mps: whether there is Apple's GPU, which shares the processor's memory.
        bfloat16: whether the CUDA devices multiply in bfloat16, and do not imitate it.
        compiler: whether there is what torch.compile needs for CUDA.
    """

    memory: int
    gpus: tuple[int, ...] = ()
    mps: bool = False
    bfloat16: bool = False
    compiler: bool = False

    @classmethod
    def this(cls) -> "Machine":
        """The one that this runs on, as it is now."""
        cuda = torch.cuda.is_available()
        count = torch.cuda.device_count() if cuda else 0
        return cls(
            memory=psutil.virtual_memory().available,
            gpus=tuple(torch.cuda.mem_get_info(number)[0] for number in range(count)),
            mps=torch.backends.mps.is_available(),
            bfloat16=cuda and torch.cuda.is_bf16_supported(including_emulation=False),
            compiler=cuda and importlib.util.find_spec("triton") is not None,
        )


@dataclass(frozen=True)
class _Way:
    """A placement that can be tried.

    Attributes:
        placement: the placement.
        needs: bytes that it takes where it computes.
        told: all that it takes, in words.
        will_do: whether as much is free.
    """

    placement: Placement
    needs: int
    told: str
    will_do: bool


def placed(model: Model | None, folder: Path, machine: Machine | None = None) -> Placement:
    """Finds a place for a model.

    Args:
        model: of the catalogue; None of one that it does not know.
        folder: of the model; its weights are what is reckoned with.
        machine: what there is; None for this one, as it is now.

    Raises:
        TooLargeError: no memory will hold it.
        PlacementError: the device that MELFUSION_DEVICE names is not there.
    """
    machine = machine or Machine.this()
    counts = parameters(folder).values()
    total, largest = sum(counts), max(counts, default=0)
    ways = list(_ways(machine, total, largest, model.room if model else ROOM))
    for way in ways:
        if way.will_do:
            return way.placement
    raise TooLargeError(_refusal(model.name if model else folder.name, ways, machine))


def _ways(machine: Machine, total: int, largest: int, room: int) -> Iterator[_Way]:
    """All ways of computing that there are, or those on the device that was named; best first."""
    wanted = _wanted(machine)
    kind = wanted.type if wanted else ""
    if machine.gpus and kind in ("", "cuda"):
        yield from _on_gpu(machine, wanted, total, largest, room)
    if kind != "cuda":
        # Apple's GPU shares the processor's memory, and makes noise of some of these models in half
        # precision.
        apple = machine.mps and kind != "cpu"
        device, needs = torch.device("mps" if apple else "cpu"), needed(total, SINGLE, room)
        place = Placement(device, torch.float32, offload=False, compile=False)
        told = f"{amount(needs)} of memory" + ("" if apple else " on the processor")
        yield _Way(place, needs, told, needs <= machine.memory)


def _on_gpu(
    machine: Machine, wanted: torch.device | None, total: int, largest: int, room: int
) -> Iterator[_Way]:
    """Whole, then with offload, on the device that was named or the one with most memory free."""
    number = wanted.index if wanted else None
    if number is None:
        number = machine.gpus.index(max(machine.gpus))
    device, free = torch.device("cuda", number), machine.gpus[number]
    half = torch.bfloat16 if machine.bfloat16 else torch.float16
    whole = Placement(device, half, offload=False, compile=machine.compiler)
    needs = needed(total, HALF, room)
    yield _Way(whole, needs, f"{amount(needs)} on the GPU", needs <= free)
    moved = Placement(device, half, offload=True, compile=False)
    needs, waits = needed(largest, HALF, room), total * HALF
    told = f"{amount(needs)} there and {amount(waits)} of memory with offload"
    yield _Way(moved, needs, told, needs <= free and waits <= machine.memory)


def _wanted(machine: Machine) -> torch.device | None:
    """The device that the user has named; None where that is left open."""
    name = os.environ.get(VARIABLE, "").strip().lower()
    if not name:
        return None
    there = ["cpu", *(["mps"] if machine.mps else [])]
    if machine.gpus:
        there += ["cuda", *(f"cuda:{number}" for number in range(len(machine.gpus)))]
    if name not in there:
        known = re.fullmatch(r"cpu|mps|cuda(:\d+)?", name)
        why = "PyTorch finds none here" if known else "there is no such device"
        raise PlacementError(f"{VARIABLE} is {name!r}, and {why}: set it to {' or '.join(there)}")
    return torch.device(name)


def _refusal(name: str, ways: list[_Way], machine: Machine) -> str:
    """Why nothing will do, and what would."""
    gpus = {way.placement.device.index for way in ways} - {None}
    free = [f"{amount(machine.gpus[number])} on the GPU" for number in gpus]
    smaller = [
        f"{model.name} ({amount(needs)})"
        for model in reversed(MODELS)
        if model.renders and model.name != name and (needs := _takes(model, machine))
    ]
    instead = f", or use {' or '.join(smaller[:ALTERNATIVES])}" if smaller else ""
    return (
        f"{name} needs {', or '.join(way.told for way in ways)};"
        f" {' and '.join([*free, f'{amount(machine.memory)} of memory'])} are free: close other"
        f" programs{instead}"
    )


def _takes(model: Model, machine: Machine) -> int:
    """Bytes that a model of the catalogue would take here; 0 where it would not do."""
    if not model.composes:
        needs = model.memory(SINGLE)
        return needs if needs <= machine.memory else 0
    ways = _ways(machine, model.parameters, model.largest, model.room)
    return next((way.needs for way in ways if way.will_do), 0)
