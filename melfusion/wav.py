"""The finished file: a WAV that knows its tempo, its key, its loop points and its recipe.

Nothing half-made is ever visible and nothing finished is ever overwritten: a file is written whole
under a hidden name, forced to the disk, and then linked to its own name.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import secrets
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import psutil
import soundfile

from . import loop
from .music import Key, Plan

SUBTYPES = {"pcm16": "PCM_16", "pcm24": "PCM_24", "float": "FLOAT"}
RECIPE_CHUNK = b"mflr"
RECIPE_LONGEST = 1 << 20
SLUG_LONGEST = 40
SOFTWARE = "MeLFusion Live"

_TEMPORARY = re.compile(r"\.melfusion-(\d+)-[0-9a-f]+\.part")
_CLOCK_SLACK_S = 2.0


def file_name(
    prompt: str, part: str, bpm: float, key: Key, identity: str, *, picture: str = ""
) -> str:
    """The name of a loop's file: `<prompt-slug>_<part>_<bpm>bpm_<key>_<id>.wav`.

    ASCII, no spaces, safe on every system.

    Args:
        prompt: the words of the request.
        part: the part of the arrangement.
        bpm: quarter notes a minute.
        key: the key.
        identity: the request's identity, hex digits.
        picture: the picture's path; its stem stands in when the words give no letters.
    """
    slug = _slug(prompt) or _slug(Path(picture).stem) or "loop"
    tempo = f"{bpm:.3f}".rstrip("0").rstrip(".")
    return f"{slug}_{part}_{tempo}bpm_{key.short}_{identity}.wav"


def write(
    folder: Path,
    name: str,
    samples: npt.NDArray[np.float32],
    rate: int,
    format: str,
    *,
    plan: Plan,
    pitched: bool,
    title: str,
    recipe: dict[str, Any],
) -> Path:
    """Writes a loop with its acid, smpl, INFO and recipe chunks, and puts it in place whole.

    The bytes depend on the arguments alone. A file that is there already is never touched: if it
    holds the same bytes it is the answer, and if not, -2, -3, ... is put before `.wav`.

    Args:
        folder: where it goes; it must exist.
        name: the file's name, as `file_name` gives it.
        samples: [channels, N], float32, within -1..1.
        rate: samples a second.
        format: a name in SUBTYPES.
        plan: the loop's tempo, metre and key.
        pitched: whether the key says anything about this part (it does not for drums).
        title: a short title for players.
        recipe: what is needed to render the loop again; JSON-able.

    Returns:
        The path of the file.

    Raises:
        OSError: the folder cannot be written to, or the disk is full. Nothing is left behind.
    """
    text = json.dumps(recipe, sort_keys=True, allow_nan=False, separators=(",", ":"))
    plain = io.BytesIO(_encode(samples, rate, format))
    chunks = {kind: plain.read(size) for kind, size in _chunks(plain)}
    # libsndfile stamps the time of day into PEAK; nothing needs it, and it would make every
    # rendering of the same request another file.
    chunks.pop(b"PEAK", None)
    chunks[b"acid"] = _acid(plan, pitched)
    chunks[b"smpl"] = _smpl(plan, pitched, samples.shape[1], rate)
    chunks[b"LIST"] = _info(title, f"{plan.bpm:g} BPM, {plan.metre}, {plan.key}")
    chunks[RECIPE_CHUNK] = text.encode()
    return put(folder, name, _riff(chunks))


def read_recipe(path: Path) -> dict[str, Any] | None:
    """The recipe in a WAV of ours; None for anything else, a damaged or a cut-off file included.

    Raises:
        OSError: the file cannot be opened or read.
    """
    with path.open("rb") as file:
        try:
            size = next(size for kind, size in _chunks(file) if kind == RECIPE_CHUNK)
            recipe = json.loads(file.read(min(size, RECIPE_LONGEST)))
        except (StopIteration, ValueError, RecursionError):
            return None
    return recipe if isinstance(recipe, dict) else None


def sweep(folder: Path) -> None:
    """Removes the temporaries that killed processes left in `folder`; living ones keep theirs."""
    for path in folder.glob(".melfusion-*.part"):
        match = _TEMPORARY.fullmatch(path.name)
        if match and not _still_written(path, int(match[1])):
            path.unlink(missing_ok=True)


def _still_written(path: Path, pid: int) -> bool:
    """Whether the process that began `path` lives; a later one may have been given its number."""
    try:
        started: float = psutil.Process(pid).create_time()
        return started < path.stat().st_mtime + _CLOCK_SLACK_S
    except (psutil.Error, OSError):
        return False


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LONGEST].rstrip("-")


def _encode(samples: npt.NDArray[np.float32], rate: int, format: str) -> bytes:
    """A plain WAV; 16 bit gets triangular dither of one step either way, the same for the same."""
    frames: npt.NDArray[Any] = samples.T
    if format == "pcm16":
        rng = np.random.default_rng(list(hashlib.sha256(samples.tobytes()).digest()))
        dither = rng.random(frames.shape) - rng.random(frames.shape)
        frames = np.clip(np.round(frames * 32767.0 + dither), -32768, 32767).astype(np.int16)
    buffer = io.BytesIO()
    soundfile.write(buffer, frames, rate, format="WAV", subtype=SUBTYPES[format])
    return buffer.getvalue()


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and size of each chunk of a RIFF WAVE file, with `file` at the chunk's content."""
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return
    while len(header := file.read(8)) == 8:
        kind, size = struct.unpack("<4sI", header)
        content_at = file.tell()
        yield kind, size
        file.seek(content_at + size + size % 2)


def _riff(chunks: dict[bytes, bytes]) -> bytes:
    """A RIFF WAVE file; every chunk begins at an even place, as the specification asks."""
    body = b"".join(
        struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)
        for kind, content in chunks.items()
    )
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WAVE") + body


def _root_note(plan: Plan, pitched: bool) -> int:
    return 60 + (plan.key.tonic if pitched else 0)


def _acid(plan: Plan, pitched: bool) -> bytes:
    """The acid chunk: stretch with the host, and the root note of a pitched part.

    Beats are quarter notes, as the tempo is; where bars do not hold whole quarters (7/8) the count
    is the nearest, and the tempo beside it is exact.
    """
    stretch, root_valid = 0x04, 0x02
    return struct.pack(
        "<IHHfIHHf",
        stretch | (root_valid if pitched else 0),
        _root_note(plan, pitched),
        0x8000,
        0.0,
        max(1, round(loop.quarters(plan.bars, plan.metre))),
        plan.metre.denominator,
        plan.metre.numerator,
        plan.bpm,
    )


def _smpl(plan: Plan, pitched: bool, length: int, rate: int) -> bytes:
    """The smpl chunk: one forward loop, for ever, from the first sample to the last."""
    period_ns = round(1e9 / rate)
    sampler = struct.pack("<9I", 0, 0, period_ns, _root_note(plan, pitched), 0, 0, 0, 1, 0)
    return sampler + struct.pack("<6I", 0, 0, 0, length - 1, 0, 0)


def _info(title: str, comment: str) -> bytes:
    texts = {b"INAM": title, b"ISFT": SOFTWARE, b"ICMT": comment}
    body = b"INFO"
    for kind, text in texts.items():
        content = text.encode() + b"\0"
        body += struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)
    return body


def put(folder: Path, name: str, content: bytes) -> Path:
    """Puts a file into a folder whole or not at all, and never over another one.

    Args:
        folder: where.
        name: what it shall be called; -2, -3, ... is appended where another file has that name.
        content: all of it.

    Returns:
        Its path; that of a file with the same content and name, if there was one already.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    temporary = folder / f".melfusion-{os.getpid()}-{secrets.token_hex(8)}.part"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        target = _name_whole(temporary, folder / name, content)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    _sync_folder(folder)
    return target


def _name_whole(temporary: Path, wanted: Path, content: bytes) -> Path:
    """Gives the finished temporary its name, or the next free one beside another file."""
    target, count = wanted, 1
    while True:
        try:
            _link(temporary, target)
            return target
        except FileExistsError:
            if target.is_file() and target.read_bytes() == content:
                return target
            count += 1
            target = wanted.with_name(f"{wanted.stem}-{count}{wanted.suffix}")


def _link(temporary: Path, target: Path) -> None:
    """Names `temporary` `target` in one step; FileExistsError if the name is taken."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # FAT and some network shares know no hard links. Windows' rename refuses a taken name;
        # elsewhere one that is taken between these two lines would be lost, and names carry ids.
        if target.exists():
            raise FileExistsError(str(target)) from None
        temporary.rename(target)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    # Some shares cannot do it; the file is whole and has its name all the same.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
