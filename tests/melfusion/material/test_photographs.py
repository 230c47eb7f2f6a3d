"""Photographs come into the material's pictures once, with their labels and their split."""

import json
from pathlib import Path

import pytest
from PIL import Image

from melfusion.cli import main
from melfusion.material.photographs import LIST, add_photographs
from melfusion.material.pictures import PICTURES, read_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set with a drawing of a beach and one of a storm."""
    made = tmp_path / "data"
    (made / "pictures").mkdir(parents=True)
    lines = [
        {"id": f"{name}_00", "file": f"pictures/{name}_00.jpg", "concept": name, "split": "train"}
        for name in ("beach", "storm")
    ]
    (made / PICTURES).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three photographs, one of them of a concept that the data set has no pictures of."""
    made = tmp_path / "photographs"
    (made / "images").mkdir(parents=True)
    rows = []
    labels = (["storm", "rain on glass"], ["beach"], ["cathedral"])
    for number, concepts in enumerate(labels):
        file = f"images/p{number}.png"
        Image.new("RGBA", (40, 30), (10 * number, 90, 200, 128)).save(made / file)
        split = "held" if number else "train"
        row = {"file": file, "concepts": concepts, "licence": "CC0", "package": "x", "split": split}
        rows.append(json.dumps(row))
    (made / LIST).write_text("\n".join(rows) + "\n")
    return made


def test_photographs_stand_among_the_pictures_of_their_concept(folder: Path, source: Path) -> None:
    assert add_photographs(folder, source) == 4
    assert add_photographs(folder, source) == 4
    storm, beach = (read_pictures(folder)[name][-1] for name in ("storm", "beach"))
    assert (storm["kind"], storm["also"], storm["split"]) == (
        "photograph",
        "rain on glass",
        "train",
    )
    assert (beach["kind"], beach["also"], beach["split"]) == ("photograph", "", "held")
    for line in (storm, beach):
        with Image.open(folder / line["file"]) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (40, 30))
    assert "cathedral" not in read_pictures(folder)


def test_a_list_that_was_corrected_is_what_holds(folder: Path, source: Path) -> None:
    add_photographs(folder, source)
    kept = (folder / "pictures" / "p0.jpg").stat().st_mtime_ns
    rows = (source / LIST).read_text().replace('"storm", "rain on glass"', '"beach"')
    (source / LIST).write_text(rows.replace('"split": "train"', '"split": "held"'))
    assert add_photographs(folder, source) == 4
    (line,) = (one for one in read_pictures(folder)["beach"] if one["id"] == "p0")
    assert (line["also"], line["split"]) == ("", "held")
    assert len(read_pictures(folder)["storm"]) == 1
    assert (folder / "pictures" / "p0.jpg").stat().st_mtime_ns == kept


def test_a_list_that_is_none_is_named(folder: Path, source: Path) -> None:
    before = (folder / PICTURES).read_text()
    (source / LIST).write_text('{"file": "images/p0.png", "concepts": [], "split": "train"}\n')
    with pytest.raises(ValueError, match=r"line 1 of .*photographs.jsonl is no photograph"):
        add_photographs(folder, source)
    assert (folder / PICTURES).read_text() == before


def test_the_command_names_a_folder_without_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["data", "--out", str(tmp_path / "out"), "--scenes", "1", "--mma", "0"]
    assert main([*asked, "--photographs", str(tmp_path)]) == 2
    assert f"--photographs: {tmp_path} has no photographs.jsonl" in capsys.readouterr().err
