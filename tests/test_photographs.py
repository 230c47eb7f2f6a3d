"""The photographs: their list is sound, and they are gathered out of packages as it says."""

import dataclasses
import importlib.util
import json
import sys
from io import BytesIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from melfusion.material.concepts import CONCEPTS

SCRIPT = Path(__file__).parents[1] / "scripts" / "gather_photographs.py"
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 40), (40, 50, 190), (255, 255, 255)
OFFSET = 1234


@pytest.fixture(scope="module")
def gatherer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gather_photographs", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Packages:
    """Stands in for the function that fetches a package: knows one, and counts how often."""

    def __init__(self, gatherer: ModuleType) -> None:
        self.gatherer = gatherer
        self.asked: list[str] = []

    def fetch(self, photograph, folder: Path) -> Path:
        self.asked.append(photograph.package)
        if photograph.package != "debian nature-data":
            raise self.gatherer.UnavailableError("npm is not there")
        root = folder / "unpacked"
        root.mkdir()
        layer = Image.new("RGBA", (40, 30), (*RED, 0))
        layer.paste((*RED, 255), (20, 0, 40, 30))
        layer.save(root / "fruit.png")
        rotated = Image.Exif()
        rotated[0x0112] = 6  # a quarter turn
        Image.new("RGB", (1024, 256), GREEN).save(root / "field.jpg", exif=rotated)
        webp = BytesIO()
        Image.new("RGB", (64, 48), BLUE).save(webp, "WEBP")
        (root / "sea.rcc").write_bytes(b"qres".ljust(OFFSET) + webp.getvalue() + b"RIFF" * 99)
        return root


@pytest.fixture
def packages(gatherer: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Packages:
    packages = Packages(gatherer)
    monkeypatch.setattr(gatherer, "fetch", packages.fetch)
    return packages


def listed(gatherer: ModuleType) -> list:
    """Three pictures that can be had, and one of a package that cannot."""
    common = {"version": "1", "concepts": ["fruit"], "licence": "CC0-1.0", "kind": "photograph"}
    nature = {**common, "package": "debian nature-data", "split": "train"}
    return [
        gatherer.Photograph(name="a", path="fruit.png", **nature),
        gatherer.Photograph(name="b", path="field.jpg", **nature),
        gatherer.Photograph(
            name="c", path="none.jpg", **common, package="npm @theme/gone", split="held"
        ),
        gatherer.Photograph(name="d", path=f"sea.rcc#webp@{OFFSET}", **nature),
    ]


def colours(path: Path) -> tuple[tuple[int, int], list[tuple[int, ...]]]:
    """Of a picture its size, and the colours of its left and right end."""
    with Image.open(path) as image:
        assert image.format == "JPEG"
        assert image.mode == "RGB"
        middle = image.height // 2
        ends = [image.getpixel((x, middle)) for x in (1, image.width - 2)]
        return image.size, ends


def test_the_list_is_sound(gatherer: ModuleType) -> None:
    photographs = gatherer.read_list(SCRIPT.with_name("photographs.jsonl"))
    assert len(photographs) > 700
    assert len({photograph.name for photograph in photographs}) == len(photographs)
    splits: dict[str, set[tuple[str, str]]] = {}
    for photograph in photographs:
        assert photograph.concepts
        assert set(photograph.concepts) <= set(CONCEPTS), photograph.name
        assert photograph.kind in {"photograph", "painting"}
        source, name = photograph.package.split(" ")
        assert source in {"debian", "npm", "pypi"}
        assert all((name, photograph.version, photograph.path, photograph.licence))
        splits.setdefault(photograph.package, set()).add((photograph.version, photograph.split))
        if source == "pypi" or "photographer not named" in photograph.licence:
            assert photograph.split == "held"
    assert all(len(found) == 1 for found in splits.values())
    assert {split for found in splits.values() for _, split in found} == {"train", "held"}


@pytest.mark.usefixtures("packages")
def test_pictures_are_gathered(
    gatherer: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, work = tmp_path / "out", tmp_path / "made" / "here"
    there = gatherer.gather(listed(gatherer), out, work)
    assert [photograph.name for photograph in there] == ["a", "b", "d"]
    assert not list(work.iterdir())
    for name, size, wanted in (
        ("a", (40, 30), (WHITE, RED)),
        ("b", (128, 512), (GREEN, GREEN)),
        ("d", (64, 48), (BLUE, BLUE)),
    ):
        had, ends = colours(out / f"{name}.jpg")
        assert had == size
        assert np.abs(np.array(ends) - wanted).max() < 8
    lines = [json.loads(line) for line in (out / "photographs.jsonl").read_text().splitlines()]
    assert [line["file"] for line in lines] == ["a.jpg", "b.jpg", "d.jpg"]
    assert lines[0] == {
        "file": "a.jpg", "concepts": ["fruit"], "licence": "CC0-1.0",
        "package": "debian nature-data", "kind": "photograph", "split": "train",
    }  # fmt: skip
    assert capsys.readouterr().err == "passed over npm @theme/gone 1: npm is not there\n"
    assert gatherer.report(listed(gatherer), there) == (
        "train: 3 of 3 pictures, out of 1 packages\nheld: 0 of 1 pictures, out of 0 packages"
    )


def test_it_goes_on_where_it_stopped(
    gatherer: ModuleType, packages: Packages, tmp_path: Path
) -> None:
    wanted = [photograph for photograph in listed(gatherer) if photograph.split == "train"]
    gatherer.gather(wanted, tmp_path)
    (tmp_path / "d.jpg").unlink()
    (tmp_path / "a.jpg").write_bytes(b"kept")
    gatherer.gather(wanted, tmp_path)
    assert (tmp_path / "a.jpg").read_bytes() == b"kept"
    assert (tmp_path / "d.jpg").exists()
    assert gatherer.gather(wanted, tmp_path) == wanted
    assert packages.asked == ["debian nature-data"] * 2


@pytest.mark.parametrize("path", ["nowhere.jpg", "sea.rcc#webp@7", "sea.rcc"])
def test_a_picture_that_is_not_there_is_told(
    gatherer: ModuleType,
    packages: Packages,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
) -> None:
    first, second, *_ = listed(gatherer)
    assert gatherer.gather([dataclasses.replace(first, path=path), second], tmp_path) == [second]
    assert capsys.readouterr().err == (
        f"passed over debian nature-data 1: {path} is not there or no picture; 1 of 2 pictures so\n"
    )
    assert packages.asked == ["debian nature-data"]


def test_a_program_that_is_not_there_or_fails_is_told(gatherer: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(gatherer.UnavailableError, match="no-such-program is not there"):
        gatherer.run(tmp_path, "no-such-program")
    with pytest.raises(gatherer.UnavailableError, match=r"^Error: so$"):
        gatherer.run(tmp_path, sys.executable, "-c", "import sys; sys.exit('first\\nError: so\\n')")
