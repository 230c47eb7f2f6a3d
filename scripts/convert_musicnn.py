"""Turns the TensorFlow checkpoints of PyPI's musicnn into safetensors for melfusion.embedders.

    pip download --no-deps musicnn==0.1.0 && unzip musicnn-0.1.0-*.whl -d musicnn-0.1.0
    python scripts/convert_musicnn.py musicnn-0.1.0/musicnn

The checkpoints are read without TensorFlow. Of a checkpoint's two files, `.index` is a sorted
string table (as in LevelDB: blocks of entries whose keys share prefixes) that maps the name of each
tensor to a protocol buffer with its type, shape and place in `.data-00000-of-00001`. What only the
optimiser needed is left out. Kernels are kept in half precision, everything else in single: running
variances need the range.
"""

import argparse
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from melfusion.embedders.musicnn import WEIGHTS

MAGIC = 0xDB4775248B80FB57
FLOAT = 1
"""TensorFlow's number for float32."""

CONVOLUTIONS = (
    *("timbral_low", "timbral_high", "temporal_128", "temporal_64", "temporal_32"),
    *("midend_1", "midend_2", "midend_3"),
)
"""In the order in which the graph of the original was built: conv2d, conv2d_1, ..."""
NORMS = {
    "beta": "bias",
    "gamma": "weight",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
Array = npt.NDArray[np.float32]
Fields = dict[int, list[int | bytes]]


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number of variable length at `at`, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(message: bytes) -> Fields:
    """Fields of a protocol buffer by number: numbers as int, the rest as bytes."""
    found: Fields = {}
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        value: int | bytes
        if kind == 0:
            value, at = varint(message, at)
        elif kind == 2:
            size, at = varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = int.from_bytes(message[at : at + size], "little"), at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def entries(data: bytes, handle: tuple[int, int]) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of one block of the table.

    Raises:
        ValueError: the block is compressed.
    """
    start, size = handle
    if data[start + size]:
        raise ValueError("compressed blocks are not read")
    (restarts,) = struct.unpack_from("<I", data, start + size - 4)
    at, end = start, start + size - 4 * (restarts + 1)
    key = b""
    while at < end:
        shared, at = varint(data, at)
        fresh, at = varint(data, at)
        length, at = varint(data, at)
        key = key[:shared] + data[at : at + fresh]
        yield key, data[at + fresh : at + fresh + length]
        at += fresh + length


def handle_at(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    """A block's place, (start, size), and where that ends."""
    start, at = varint(data, at)
    size, at = varint(data, at)
    return (start, size), at


def read_checkpoint(prefix: str) -> dict[str, Array]:
    """All float32 tensors of a checkpoint by name.

    Args:
        prefix: path of its files up to `.index`.

    Raises:
        ValueError: `.index` is not a table of the kind that is read here.
    """
    index = Path(prefix + ".index").read_bytes()
    values = Path(prefix + ".data-00000-of-00001").read_bytes()
    if int.from_bytes(index[-8:], "little") != MAGIC:
        raise ValueError(f"{prefix}.index is no TensorFlow checkpoint")
    _, after = handle_at(index, len(index) - 48)
    root, _ = handle_at(index, after)
    tensors = {}
    for _, place in entries(index, root):
        for key, message in entries(index, handle_at(place, 0)[0]):
            entry = fields(message)
            if key and entry[1] == [FLOAT]:
                tensors[key.decode()] = tensor(entry, values)
    return tensors


def tensor(entry: Fields, values: bytes) -> Array:
    """The tensor that an entry of the table (TensorFlow's BundleEntryProto) points to."""
    shape = []
    for message in entry.get(2, []):
        assert isinstance(message, bytes)
        for dimension in fields(message).get(2, []):
            assert isinstance(dimension, bytes)
            shape.append(fields(dimension).get(1, [0])[0])
    start, size = entry.get(4, [0])[0], entry[5][0]
    assert isinstance(start, int)
    assert isinstance(size, int)
    array = np.frombuffer(values[start : start + size], "<f4")
    return array.reshape([int(length) for length in shape])


def renamed(tensors: dict[str, Array]) -> dict[str, npt.NDArray[np.floating]]:
    """The state of `melfusion.embedders.musicnn.Musicnn`: its names and its order of axes."""
    state: dict[str, npt.NDArray[np.floating]] = {}

    def put_layer(layer: str, name: str, axes: tuple[int, ...]) -> None:
        kernel = np.ascontiguousarray(tensors[f"{layer}/kernel"].transpose(axes))
        state[f"{name}.weight"] = kernel.astype(np.float16)
        state[f"{name}.bias"] = tensors[f"{layer}/bias"]

    def put_norm(number: int, name: str) -> None:
        layer = "batch_normalization" + (f"_{number}" if number else "")
        for theirs, ours in NORMS.items():
            state[f"{name}.{ours}"] = tensors[f"{layer}/{theirs}"]

    put_norm(0, "input_norm")
    for number, name in enumerate(CONVOLUTIONS):
        # Time and frequency, in, out -> out, in, time and frequency.
        put_layer(f"conv2d_{number}" if number else "conv2d", f"{name}.convolution", (3, 2, 0, 1))
        put_norm(number + 1, f"{name}.norm")
    put_norm(9, "pooled_norm")
    put_layer("dense", "dense", (1, 0))
    put_norm(10, "dense_norm")
    put_layer("dense_1", "tags", (1, 0))
    return state


def main() -> None:
    """Converts both taggers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("package", type=Path, help="the folder musicnn/ of the unpacked package")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder to write to")
    arguments = parser.parse_args()
    for name in ("msd", "mtt"):
        tensors = read_checkpoint(f"{arguments.package / f'{name.upper()}_musicnn'}/")
        state = renamed(tensors)
        save_file(state, arguments.out / f"{name}.safetensors", {"format": "pt"})
        count = sum(array.size for array in state.values())
        print(f"{name}: {len(state)} tensors, {count} numbers")


if __name__ == "__main__":
    main()
