import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melfusion.material.concepts import CONCEPTS
from melfusion.material.drawing import VIEWS, draw
from melfusion.material.pictures import is_held, write_pictures

SOME = tuple(CONCEPTS[name] for name in ("cat", "beach", "night city", "volcano"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn pictures, and two clip arts: a red disc said to be a cat, and a copy of it."""
    folder, art = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("art")
    clip = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    clip.paste((220, 20, 20, 255), (8, 8, 56, 56))
    for name in ("sleeping_cat_01", "hotel_icon_cat", "broken_cat"):
        clip.save(art / f"{name}.png")
    (art / "broken_cat.png").write_bytes(b"\x89PNG\r\n")
    write_pictures(folder, 3, (art, art / "nowhere"), SOME)
    return folder


def lines(folder: Path) -> list[dict[str, str]]:
    text = (folder / "pictures.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_concept_has_pictures_to_learn_from_and_some_held_out(written: Path) -> None:
    splits = defaultdict(list)
    for line in lines(written):
        splits[line["concept"]].append(line["split"])
    assert set(splits) == {concept.name for concept in SOME}
    for found in splits.values():
        assert 30 <= len(found) <= 60
        assert 0.05 <= found.count("held") / len(found) <= 0.3


def test_no_held_picture_is_a_training_picture(written: Path) -> None:
    content = defaultdict(set)
    for line in lines(written):
        content[line["split"]].add((written / line["file"]).read_bytes())
    assert len(content["train"]) > 60
    assert not content["train"] & content["held"]


def test_pictures_are_small_and_square(written: Path) -> None:
    for line in lines(written):
        path = written / line["file"]
        assert path.stat().st_size < 40_000
        with Image.open(path) as image:
            assert image.size == (288, 288)
            assert image.mode == "RGB"
    assert len({line["id"] for line in lines(written)}) == len(lines(written))


def test_labelled_art_finds_its_concept_and_what_is_broken_is_left_out(written: Path) -> None:
    found = [line for line in lines(written) if line["source"] != "drawn"]
    assert "cat" in {line["concept"] for line in found}
    assert {line["source"] for line in found} == {"sleeping_cat_01.png"}


def test_a_found_picture_comes_in_several_dresses_of_one_split(written: Path) -> None:
    dresses = [line for line in lines(written) if line["source"] == "sleeping_cat_01.png"]
    assert len(dresses) == 3
    assert len({line["split"] for line in dresses}) == 1
    images = [np.asarray(Image.open(written / line["file"])).astype(int) for line in dresses]
    assert all(np.abs(images[0] - other).mean() > 4 for other in images[1:])


def test_a_barred_word_makes_a_label_unfit(tmp_path: Path) -> None:
    clip = Image.new("RGBA", (32, 32), (20, 120, 40, 255))
    for name in ("cat", "cat_bowl"):
        clip.save(tmp_path / f"{name}.png")
    cat = replace(CONCEPTS["cat"], barred=("bowl",))
    write_pictures(tmp_path / "data", 3, (tmp_path,), (cat,))
    found = {line["source"] for line in lines(tmp_path / "data")} - {"drawn"}
    assert found == {"cat.png"}


def test_a_picture_shows_one_concept_whatever_else_is_asked_for(tmp_path: Path) -> None:
    """A whale suits three of them."""
    Image.new("RGBA", (32, 32), (20, 40, 120, 255)).save(tmp_path / "blue_whale.png")
    names = ("ocean", "shark", "whale")
    for asked in (names, names[:2]):
        folder = tmp_path / str(len(asked))
        write_pictures(folder, 3, (tmp_path,), tuple(CONCEPTS[name] for name in asked))
        found = {line["concept"] for line in lines(folder) if line["source"] != "drawn"}
        assert found == set(asked) & {"whale"}


def test_what_is_there_is_kept(written: Path) -> None:
    before = (written / "pictures.jsonl").read_bytes()
    assert write_pictures(written, 99, (), SOME) == len(lines(written))
    assert (written / "pictures.jsonl").read_bytes() == before


def test_pictures_of_further_concepts_join_those_there(tmp_path: Path) -> None:
    once, grown = tmp_path / "once", tmp_path / "grown"
    assert write_pictures(once, 3, (), SOME[:2]) == 72
    assert write_pictures(grown, 3, (), SOME[1:2]) == 36
    kept = grown / lines(grown)[0]["file"]
    before = kept.stat().st_mtime_ns
    assert write_pictures(grown, 3, (), SOME[:2]) == 72
    assert kept.stat().st_mtime_ns == before
    assert lines(grown) == lines(once)
    for line in lines(once):
        assert (grown / line["file"]).read_bytes() == (once / line["file"]).read_bytes()
    assert not list(grown.rglob("*.part"))


def test_the_split_is_by_content_and_takes_about_fifteen_in_a_hundred() -> None:
    held = sum(is_held(str(number).encode()) for number in range(2000))
    assert 240 <= held <= 360
    assert is_held(b"same") == is_held(b"same")


def test_every_concept_has_a_view() -> None:
    assert {view for concept in CONCEPTS.values() for view in concept.views} == set(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_a_picture_in_its_palette(view: str) -> None:
    colours = ("204060", "80a0c0", "ffe080")
    one, same, other = (np.asarray(draw(view, colours, random.Random(s))) for s in (1, 1, 2))
    assert one.shape == (288, 288, 3)
    assert one.std() > 5
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    night = np.asarray(draw(view, ("000000", "101018", "202030"), random.Random(1)))
    day = np.asarray(draw(view, ("ffffff", "f0f0e8", "e0e0d0"), random.Random(1)))
    assert day.mean() > night.mean() + 30
