import pytest

from melfusion.material.captions import MOODS, PART_WORDS, captions, instrument_words, mix_captions
from melfusion.material.scene import draw_scene
from melfusion.request import PARTS


@pytest.mark.parametrize("part", PARTS)
def test_captions_name_the_part_or_its_instrument(part: str) -> None:
    for number in range(40):
        scene = draw_scene(0, number)
        own = (*PART_WORDS[part], *instrument_words(scene, part))
        for caption in captions(scene, part)[::2]:
            assert any(word in caption for word in own), caption


def test_captions_differ_in_words_and_length() -> None:
    told = [c for number in range(20) for c in captions(draw_scene(0, number), "bass")]
    assert len(told) == 120
    assert len(set(told)) > 110
    lengths = [len(caption.split()) for caption in told]
    assert min(lengths) <= 2
    assert max(lengths) >= 10


def test_most_captions_say_what_is_in_the_picture_or_the_style() -> None:
    telling = []
    for number in range(60):
        scene = draw_scene(0, number)
        known = (scene.concept.name, *scene.concept.phrases, scene.style.name, *scene.style.names)
        telling += [any(word in c for word in known) for c in captions(scene, "lead")]
    assert sum(telling) >= 0.65 * len(telling)


def test_some_captions_name_one_thing_alone() -> None:
    alone = dict.fromkeys(("scene", "mood", "instrument", "style"), 0)
    for number in range(300):
        scene = draw_scene(0, number)
        moods = {mood for moods in MOODS.values() for mood in moods}
        for caption in captions(scene, "chords"):
            alone["scene"] += caption in (scene.concept.name, *scene.concept.phrases)
            alone["mood"] += caption in moods
            alone["instrument"] += caption in instrument_words(scene, "chords")
            alone["style"] += caption in (scene.style.name, *scene.style.names)
    assert min(alone.values()) >= 10, alone


def test_tempo_and_key_are_left_to_the_plan() -> None:
    told = [c for number in range(100) for c in captions(draw_scene(0, number), "lead")]
    assert sum("major" in c or "minor" in c for c in told) < 0.1 * len(told)
    assert not any("bpm" in caption.lower() for caption in told)


def test_a_full_mix_is_told_in_many_ways_and_most_name_every_instrument() -> None:
    told = []
    for number in range(40):
        scene = draw_scene(0, number)
        six = mix_captions(scene)
        assert six == mix_captions(scene)
        naming = [
            all(any(word in caption for word in instrument_words(scene, part)) for part in PARTS)
            for caption in six
        ]
        assert sum(naming) >= 5
        told += six
    assert len(set(told)) > 230
    assert not any("{" in caption or "  " in caption for caption in told)


def test_an_instrument_of_two_parts_is_named_once() -> None:
    scenes = (draw_scene(0, number) for number in range(100))
    scene = next(s for s in scenes if s.instruments["chords"] == s.instruments["lead"])
    for caption in mix_captions(scene):
        assert sum(caption.count(word) for word in instrument_words(scene, "lead")[:1]) <= 1


def test_no_blank_is_left_open() -> None:
    for part in PARTS:
        for number in range(30):
            assert not any("{" in c or "  " in c for c in captions(draw_scene(1, number), part))
