"""The file of the device, read by a parser that was written from the format and not the writer."""

import struct
from dataclasses import dataclass
from pathlib import Path

import pytest

from max_for_live.amxd import File, frozen

FOLDER = Path(__file__).parents[2] / "max_for_live"
BEGIN = 32
"""Where the inner layer begins, which all offsets in it are counted from."""

DEVICE = 17
"""The flag of the patcher's entry in the directory."""


@dataclass(frozen=True)
class Entry:
    """What the directory says of a file, and what lies where it says."""

    kind: bytes
    name: str
    content: bytes
    flag: int
    made: int


class Refused(Exception):  # noqa: N818
    """The bytes are no frozen audio effect."""


class Reader:
    """Reads numbers and tags off bytes, and refuses what is not as it must be."""

    def __init__(self, content: bytes, at: int = 0) -> None:
        self.content = content
        self.at = at

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.content):
            raise Refused(f"at {self.at}: {size} bytes are not there")
        self.at += size
        return self.content[self.at - size : self.at]

    def number(self, order: str) -> int:
        return int(struct.unpack(f"{order}I", self.take(4))[0])

    def expect(self, *wanted: bytes | int, order: str = ">") -> None:
        for each in wanted:
            found = self.take(4) if isinstance(each, bytes) else self.number(order)
            if found != each:
                raise Refused(f"before {self.at}: {found!r} where {each!r} must be")


def parse(device: bytes) -> list[Entry]:
    """The files in a device, in the directory's order; Refused where something is not right."""
    outer = Reader(device)
    outer.expect(b"ampf", 4, b"aaaa", b"meta", 4, 7, b"ptch", len(device) - BEGIN, order="<")
    assert outer.at == BEGIN
    inner = Reader(device[BEGIN:])
    inner.expect(b"mx@c", 16, 0)
    directory = inner.number(">")
    listing = Reader(inner.content, directory)
    listing.expect(b"dlst", len(inner.content) - directory)
    entries: list[Entry] = []
    end = 16
    while listing.at < len(listing.content):
        entry, offset = read_entry(listing, inner.content)
        if offset != end:
            raise Refused(f"{entry.name} begins at {offset}, not at {end}")
        if entry.flag != (0 if entries else DEVICE):
            raise Refused(f"{entry.name} has flag {entry.flag}")
        end += len(entry.content)
        entries.append(entry)
    if end != directory:
        raise Refused(f"the files end at {end}, the directory begins at {directory}")
    return entries


def read_entry(listing: Reader, files: bytes) -> tuple[Entry, int]:
    """The next entry of the directory, and the offset of its file."""
    begin = listing.at
    listing.expect(b"dire")
    end = begin + listing.number(">")
    listing.expect(b"type", 12)
    kind = listing.take(4)
    listing.expect(b"fnam")
    padded = listing.take(listing.number(">") - 8)
    name = padded.rstrip(b"\0")
    if len(padded) != 4 * (len(name) // 4 + 1) or b"\0" in name:
        raise Refused(f"{padded!r} is no name that ends with 1 to 4 zeros")
    listing.expect(b"sz32", 12)
    size = listing.number(">")
    listing.expect(b"of32", 12)
    offset = listing.number(">")
    listing.expect(b"vers", 12, 0, b"flag", 12)
    flag = listing.number(">")
    listing.expect(b"mdat", 12)
    made = listing.number(">")
    if listing.at != end:
        raise Refused(f"the entry ends at {listing.at}, not at {end}")
    content = Reader(files, offset).take(size)
    return Entry(kind, name.decode("utf-8", "replace"), content, flag, made), offset


FILES = [File("a.js", b"var a;\n"), File("ab.txt", b""), File("abc.png", bytes(range(256)))]
PATCHER = '{"patcher": {"words": "größer"}}'


def test_what_is_frozen_is_found_again() -> None:
    made = 3590052493
    assert parse(frozen("A device.amxd", PATCHER, FILES)) == [
        Entry(b"JSON", "A device.amxd", PATCHER.encode() + b"\n\0", DEVICE, made),
        Entry(b"TEXT", "a.js", b"var a;\n", 0, made),
        Entry(b"TEXT", "ab.txt", b"", 0, made),
        Entry(b"PNG ", "abc.png", bytes(range(256)), 0, made),
    ]


@pytest.mark.parametrize("length", range(1, 10))
def test_names_are_padded_whatever_their_length(length: int) -> None:
    name = "n" * length + ".js"
    device = frozen("d.amxd", "{}", [File(name, b"1"), File("b.js", b"2")])
    assert [entry.name for entry in parse(device)] == ["d.amxd", name, "b.js"]


def test_a_device_may_need_no_file() -> None:
    (entry,) = parse(frozen("d.amxd", "{}", []))
    assert entry.content == b"{}\n\0"


def test_no_byte_can_change_unseen() -> None:
    """Headers and directory must be as they are; what they tell of is given back as it is."""
    device = frozen("d.amxd", "{}", [File("a.js", b"var a;")])
    whole = parse(device)
    for at in range(len(device)):
        changed = bytearray(device)
        changed[at] ^= 0x41
        if at < BEGIN + 16:
            with pytest.raises(Refused):
                parse(bytes(changed))
            continue
        try:
            found = parse(bytes(changed))
        except Refused:
            continue
        assert found != whole, f"byte {at}"


@pytest.mark.parametrize(
    "change",
    [
        lambda device: device[:-1],
        lambda device: device + b"\0",
        lambda device: device[:20] + b"\x01\0\0\0" + device[24:],
        lambda device: device[:BEGIN] + device[BEGIN + 16 :],
        lambda device: device.replace(b"of32", b"sz32"),
        lambda device: device.replace(b"a.js\0\0\0\0", b"a.js"),
        lambda device: device[:0],
    ],
    ids=["cut", "longer", "unfrozen", "no inner header", "fields", "no padding", "empty"],
)
def test_what_is_no_device_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    device = frozen("d.amxd", "{}", FILES)
    parse(device)
    with pytest.raises(Refused):
        parse(change(device))


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"song\.wav: only these .*: \.js, \.json, \.png, "):
        frozen("d.amxd", "{}", [File("song.wav", b"")])


def test_the_device_brings_its_script_along() -> None:
    patcher, script = parse((FOLDER / "MeLFusion Live.amxd").read_bytes())
    assert patcher.name == "MeLFusion Live.amxd"
    text = (FOLDER / "MeLFusion Live.maxpat").read_bytes()
    assert patcher.content == text + b"\0"
    assert (script.kind, script.name) == (b"TEXT", "melfusion_live.js")
    assert script.content == (FOLDER / "melfusion_live.js").read_bytes()
