"""The file of a Max for Live device, `.amxd`: a patcher and, frozen into it, the files it needs.

Cycling '74 documents no such format. This is how the devices are made that Live 10 to 12 write: an
outer layer of chunks whose lengths are little-endian, and in it, where a device is frozen, an inner
one whose lengths are big-endian. All that is written depends on what is given alone, so that the
same device always is the same bytes.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

AUDIO_EFFECT = b"aaaa"
"""What kind of device it is; a MIDI effect would be `mmmm`, an instrument `iiii`."""

FROZEN = 7
"""The meta chunk of a device that brings its dependencies along."""

BEGUN_1904 = 3590052493
"""When all files are said to be made, in seconds since 1904: always the same."""

IS_DEVICE = 17
"""The flag of the directory's entry for the device itself; its dependencies have 0."""

TYPES = {".json": b"JSON", ".js": b"TEXT", ".txt": b"TEXT", ".svg": b"svg ", ".png": b"PNG "}
"""What the directory calls files, by the end of their names."""

HEADER = struct.Struct(">4sIII")
"""Of the inner layer: its tag, its own size, 0, and where the directory lies."""


@dataclass(frozen=True)
class File:
    """A file that is frozen into a device.

    Attributes:
        name: as the patcher's objects name it.
        content: its bytes.
    """

    name: str
    content: bytes


def frozen(name: str, patcher: str, files: Sequence[File]) -> bytes:
    """A whole audio effect.

    Args:
        name: of the device's file, with `.amxd`.
        patcher: the patcher, as JSON.
        files: what its objects name.

    Returns:
        What its file contains.

    Raises:
        ValueError: a file is of a kind that has no place in a device.
    """
    contents = [File(name, patcher.encode() + b"\n\0"), *files]
    entries, at = [], HEADER.size
    for number, file in enumerate(contents):
        entries.append(_entry(file, at, is_device=number == 0))
        at += len(file.content)
    listed = b"".join(entries)
    inner = HEADER.pack(b"mx@c", HEADER.size, 0, at)
    inner += b"".join(file.content for file in contents)
    inner += struct.pack(">4sI", b"dlst", 8 + len(listed)) + listed
    return (
        _chunk(b"ampf", AUDIO_EFFECT) + _chunk(b"meta", struct.pack("<I", FROZEN))
        + _chunk(b"ptch", inner)
    )  # fmt: skip


def _chunk(tag: bytes, body: bytes) -> bytes:
    """Of the outer layer."""
    return tag + struct.pack("<I", len(body)) + body


def _entry(file: File, offset: int, *, is_device: bool) -> bytes:
    """What the directory says of a file."""
    end = "." + file.name.rpartition(".")[2]
    kind = b"JSON" if is_device else TYPES.get(end)
    if kind is None:
        kinds = ", ".join(sorted(TYPES))
        raise ValueError(f"{file.name}: only these can be frozen into a device: {kinds}")
    name = file.name.encode() + b"\0"
    name += b"\0" * (-len(name) % 4)
    fields = (
        _field(b"type", kind), _field(b"fnam", name), _number(b"sz32", len(file.content)),
        _number(b"of32", offset), _number(b"vers", 0),
        _number(b"flag", IS_DEVICE if is_device else 0), _number(b"mdat", BEGUN_1904),
    )  # fmt: skip
    return _field(b"dire", b"".join(fields))


def _field(tag: bytes, body: bytes) -> bytes:
    """Of the directory: its size counts tag and size as well."""
    return tag + struct.pack(">I", 8 + len(body)) + body


def _number(tag: bytes, value: int) -> bytes:
    return _field(tag, struct.pack(">I", value))
