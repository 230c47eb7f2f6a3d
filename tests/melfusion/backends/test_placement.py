"""Where models are put, on many machines that are made up."""

import psutil
import pytest
import torch

from melfusion.backends import placement
from melfusion.backends.placement import Machine, Placement, PlacementError, TooLargeError, placed
from melfusion.catalogue import MODELS, find

GB = 10**9
FAST = {"bfloat16": True, "compiler": True}
STUDIO = Machine(60 * GB, (23 * GB,), **FAST)
TWO = Machine(60 * GB, (5 * GB, 23 * GB), **FAST)
DESKTOP = Machine(30 * GB, (11 * GB,), **FAST)
LAPTOP = Machine(14 * GB, (7 * GB,), **FAST)
OLD = Machine(14 * GB, (3 * GB,))
APPLE = Machine(20 * GB, mps=True)
PROCESSOR = Machine(13 * GB)
SMALL = Machine(3 * GB)

BF16, FP16, FP32 = torch.bfloat16, torch.float16, torch.float32
MINI, SMALLER, MEDIUM, ACE = "mini", "stable-audio-3-small", "stable-audio-3-medium", "ace-step-1.5"


@pytest.fixture(autouse=True)
def _weights(monkeypatch):
    """Folders that hold what the catalogue says, and nothing that names a device."""
    counts = {one.name: {"a": one.largest, "b": one.parameters - one.largest} for one in MODELS}
    counts["own"] = {"a": GB, "b": GB}
    monkeypatch.setattr(placement, "parameters", lambda folder: counts[folder.name])
    monkeypatch.delenv(placement.VARIABLE, raising=False)


def place(name, machine, tmp_path):
    return placed(find(name), tmp_path / name, machine)


@pytest.mark.parametrize(
    ("name", "machine", "device", "dtype", "how"),
    [
        (ACE, STUDIO, "cuda:0", BF16, "compile"),
        (ACE, TWO, "cuda:1", BF16, "compile"),
        (ACE, DESKTOP, "cuda:0", BF16, "offload"),
        (MEDIUM, LAPTOP, "cuda:0", BF16, "compile"),
        (MEDIUM, OLD, "cpu", FP32, ""),
        (SMALLER, OLD, "cuda:0", FP16, ""),
        (MEDIUM, APPLE, "mps", FP32, ""),
        (MEDIUM, PROCESSOR, "cpu", FP32, ""),
        (MINI, SMALL, "cpu", FP32, ""),
        ("own", LAPTOP, "cuda:0", BF16, "compile"),
        ("own", Machine(14 * GB, (5 * GB,), **FAST), "cuda:0", BF16, "offload"),
        ("own", PROCESSOR, "cpu", FP32, ""),
    ],
)
def test_a_model_is_put_where_it_is_fastest_and_fits(name, machine, device, dtype, how, tmp_path):
    assert place(name, machine, tmp_path) == Placement(
        torch.device(device), dtype, offload=how == "offload", compile=how == "compile"
    )


@pytest.mark.parametrize(
    ("name", "machine", "told"),
    [
        (
            ACE,
            LAPTOP,
            "ace-step-1.5 needs 13.5 GB on the GPU, or 10.3 GB there and 11.5 GB of memory with"
            " offload, or 26.4 GB of memory on the processor; 7.0 GB on the GPU and 14.0 GB of"
            " memory are free: close other programs, or use stable-audio-3-medium (6.4 GB) or"
            " stable-audio-3-small (2.6 GB)",
        ),
        (
            SMALLER,
            SMALL,
            "stable-audio-3-small needs 4.6 GB of memory on the processor; 3.0 GB of memory are"
            " free: close other programs, or use mini (971 MB)",
        ),
        (
            ACE,
            APPLE,
            "ace-step-1.5 needs 26.4 GB of memory; 20.0 GB of memory are free: close other"
            " programs, or use stable-audio-3-medium (12.1 GB) or stable-audio-3-small (4.6 GB)",
        ),
        (
            MINI,
            Machine(GB // 2),
            "mini needs 971 MB of memory on the processor; 500 MB of memory are free: close other"
            " programs",
        ),
    ],
)
def test_what_fits_nowhere_is_refused_with_what_would_do(name, machine, told, tmp_path):
    with pytest.raises(TooLargeError) as caught:
        place(name, machine, tmp_path)
    assert str(caught.value) == told


def test_offload_needs_the_processor_s_memory_for_what_waits(tmp_path):
    assert place(ACE, Machine(12 * GB, (11 * GB,), **FAST), tmp_path).offload
    with pytest.raises(TooLargeError, match=r"11\.5 GB of memory with offload"):
        place(ACE, Machine(11 * GB, (11 * GB,), **FAST), tmp_path)


@pytest.mark.parametrize(
    ("named", "machine", "device", "dtype"),
    [
        ("cpu", STUDIO, "cpu", FP32),
        ("CPU ", APPLE, "cpu", FP32),
        ("mps", APPLE, "mps", FP32),
        ("cuda", TWO, "cuda:1", BF16),
        ("cuda:0", TWO, "cuda:0", BF16),
        ("", PROCESSOR, "cpu", FP32),
    ],
)
def test_the_user_may_name_the_device(named, machine, device, dtype, tmp_path, monkeypatch):
    monkeypatch.setenv(placement.VARIABLE, named)
    found = place(SMALLER, machine, tmp_path)
    assert (found.device, found.dtype) == (torch.device(device), dtype)


def test_a_device_that_was_named_is_the_only_one_that_is_tried(tmp_path, monkeypatch):
    monkeypatch.setenv(placement.VARIABLE, "cuda:0")
    with pytest.raises(TooLargeError) as caught:
        place(ACE, TWO, tmp_path)
    assert "on the processor" not in str(caught.value)
    assert "5.0 GB on the GPU" in str(caught.value)
    assert "stable-audio-3-medium (4.1 GB)" in str(caught.value)


@pytest.mark.parametrize(
    ("named", "machine", "told"),
    [
        ("cuda", PROCESSOR, "'cuda', and PyTorch finds none here: set it to cpu"),
        ("cuda:2", TWO, "PyTorch finds none here: set it to cpu or cuda or cuda:0 or cuda:1"),
        ("mps", STUDIO, "PyTorch finds none here"),
        ("gpu", APPLE, "'gpu', and there is no such device: set it to cpu or mps"),
    ],
)
def test_a_device_that_is_not_there_is_told(named, machine, told, tmp_path, monkeypatch):
    monkeypatch.setenv(placement.VARIABLE, named)
    with pytest.raises(PlacementError, match=told) as caught:
        place(SMALLER, machine, tmp_path)
    assert str(caught.value).startswith("MELFUSION_DEVICE is ")


def test_this_machine_is_asked_for_what_it_has(tmp_path):
    machine = Machine.this()
    assert 0 < machine.memory <= psutil.virtual_memory().total
    assert len(machine.gpus) == torch.cuda.device_count()
    assert place(MINI, None, tmp_path).device.type in ("cpu", "cuda", "mps")
