"""The contact sheet: its list can be rendered, and a card has all that it should."""

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile
from PIL import Image

from melfusion import loop
from melfusion.material.concepts import CONCEPTS
from melfusion.music import Metre
from melfusion.request import PARTS, RenderRequest
from tests.melfusion import known

SCRIPT = Path(__file__).parents[1] / "scripts" / "contact_sheet.py"
ENTRIES = tomllib.loads(SCRIPT.with_suffix(".toml").read_text(encoding="utf-8"))["loops"]
BYTES_A_SECOND = 10_500
"""Of Vorbis as the script writes it, for drums, which take most."""


@pytest.fixture(scope="module")
def sheet() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contact_sheet", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_list_can_be_rendered_and_is_small_enough(sheet: ModuleType) -> None:
    assert len(ENTRIES) == 64
    assert {entry["part"] for entry in ENTRIES} == {*PARTS, "full"}
    seconds = 0.0
    for entry in ENTRIES:
        asked = RenderRequest.check({name: entry[name] for name in entry if name != "picture"})
        seconds += loop.seconds(asked.bars, asked.plan().metre, asked.bpm)
        assert entry["picture"] in CONCEPTS or (SCRIPT.parents[1] / entry["picture"]).is_file()
    assert seconds * BYTES_A_SECOND + 64 * sheet.LARGEST_PICTURE < sheet.LARGEST


def test_a_card_has_sound_pictures_and_table(sheet: ModuleType, tmp_path: Path) -> None:
    entry = ENTRIES[0] | {"prompt": "a <b> house", "bars": 1}
    card = sheet.made(entry, 3, tmp_path, known.KnownPipeline())
    sound, rate = soundfile.read(tmp_path / "03.ogg")
    assert soundfile.info(tmp_path / "03.ogg").subtype == "VORBIS"
    assert len(sound) == loop.samples(1, Metre.parse(entry["metre"]), entry["bpm"], rate)
    assert np.abs(sound).max() > 0.05
    assert (tmp_path / "03.webp").stat().st_size <= sheet.LARGEST_PICTURE
    with Image.open(tmp_path / "03_mel.webp") as spectrum:
        assert spectrum.size == sheet.SPECTRUM
        assert np.asarray(spectrum).std() > 10
    page = sheet.page([card], "known-1")
    assert "<b>" not in page
    assert '<audio controls loop preload="none" src="03.ogg">' in page
    assert "off the grid" in page


def test_a_picture_is_a_file_or_a_concept(sheet: ModuleType) -> None:
    drawn = sheet.picture_of({"picture": "beach"}, 0)
    assert np.asarray(drawn).std() > 5
    assert sheet.picture_of({"picture": "docs/examples/neon.jpg"}, 0).mode == "RGB"
    with pytest.raises(ValueError, match="neither"):
        sheet.picture_of({"picture": "nowhere.png"}, 0)
