"""The patcher in the committed files: what Max would not understand, and where messages go."""

import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from max_for_live import objects, patcher
from max_for_live.controls import (
    FILLED,
    HEIGHT,
    PRESSED,
    READ,
    SAYS_WORDS,
    SET,
    SHOWN_TOO,
    WIDTH,
    WRITTEN,
)

from .test_container import parse

FOLDER = Path(__file__).parents[2] / "max_for_live"
AUTOMATED, STORED, HIDDEN = 0, 1, 2
FLOAT, INT, ENUM = 0, 1, 2

Box = dict[str, Any]
Message = list[Any]
"""A selector, or none for a number, and what follows it."""


class Patch:
    """A patcher, and what its simple objects do with messages.

    A message goes along the lines through route, prepend, t and message boxes; where it comes to
    something else, it stays.
    """

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root["patcher"]
        self.boxes: dict[str, Box] = {b["box"]["id"]: b["box"] for b in self.root["boxes"]}
        self.lines = [line["patchline"] for line in self.root["lines"]]

    def control(self, name: str) -> Box:
        (box,) = (b for b in self.boxes.values() if b.get("varname") == name)
        return box

    def typed(self, first: str) -> Box:
        (box,) = (b for b in self.boxes.values() if b.get("text", "").split()[:1] == [first])
        return box

    def sent(self, box: Box, outlet: int, message: Message) -> Iterator[tuple[str, Message]]:
        """Where a message ends that leaves an outlet: id and message, in the order of arrival."""
        for line in self.lines:
            if line["source"] == [box["id"], outlet]:
                yield from self.arrived(self.boxes[line["destination"][0]], message)

    def arrived(self, box: Box, message: Message) -> Iterator[tuple[str, Message]]:
        name, *words = box.get("text", "").split() or [""]
        if box["maxclass"] == "message":
            yield from self.sent(box, 0, [name, *map(number, words)])
        elif box["maxclass"] != "newobj" or name not in ("route", "prepend", "t"):
            yield box["id"], message
        elif name == "prepend":
            yield from self.sent(box, 0, [words[0], *message])
        elif name == "t":
            for outlet in reversed(range(len(words))):
                yield from self.sent(box, outlet, ["bang"])
        elif message and str(message[0]) in words:
            yield from self.sent(box, words.index(str(message[0])), message[1:] or ["bang"])
        else:
            yield from self.sent(box, len(words), message)

    def heard(self, box: Box, message: Message) -> list[Message]:
        """What the script hears when a control says something."""
        script = self.typed("js")["id"]
        return [said for where, said in self.sent(box, 0, message) if where == script]

    def parameters(self) -> dict[str, dict[str, Any]]:
        """What is said of each parameter, by the name of its control."""
        return {
            box["varname"]: box["saved_attribute_attributes"]["valueof"]
            for box in self.boxes.values()
            if (box | box.get("saved_object_attributes", {})).get("parameter_enable")
        }


def number(word: str) -> int | str:
    return int(word) if word.isdigit() else word


def device_json() -> dict[str, Any]:
    device, _ = parse((FOLDER / "MeLFusion Live.amxd").read_bytes())
    return dict(json.loads(device.content.removesuffix(b"\0")))


@pytest.fixture(params=["amxd", "maxpat"])
def patch(request: pytest.FixtureRequest) -> Patch:
    if request.param == "amxd":
        return Patch(device_json())
    text = (FOLDER / "MeLFusion Live.maxpat").read_text(encoding="utf-8")
    return Patch(json.loads(text))


def test_it_is_an_audio_effect_of_lives_height(patch: Patch) -> None:
    root = patch.root
    assert root["openrect"] == [0, 0, root["devicewidth"], 169]
    assert root["openinpresentation"] == 1
    assert root["project"]["amxdtype"] == 0x61616161
    assert root["project"]["version"] == 1


def test_max_knows_every_object_and_attribute(patch: Patch) -> None:
    assert not [problem for box in patch.boxes.values() for problem in objects.problems(box)]


@pytest.mark.parametrize(
    "change",
    [
        {"maxclass": "live.menus"},
        {"colour": [0, 0, 0, 1]},
        {"numoutlets": 2},
        {"outlettype": ["", ""]},
        {"text": "not for a menu"},
        {"saved_attribute_attributes": {"valueof": {"parameter_long_name": "Part"}}},
        {"saved_attribute_attributes": {"bgcolor": {"expression": "themecolor.purple"}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_max_does_not_know_is_found(patch: Patch, change: Box) -> None:
    assert objects.problems(patch.control("part") | change)


@pytest.mark.parametrize("text", ["jsx melfusion_live.js", "t b x", "sprintf", "pattrs model"])
def test_an_unknown_name_is_found(patch: Patch, text: str) -> None:
    assert objects.problems(patch.typed("js") | {"text": text})


def test_the_builder_refuses_what_max_does_not_know() -> None:
    with pytest.raises(ValueError, match=r"live.menu obj-1: colour is no attribute of it"):
        patcher.Patch().add("live.menu", 0, colour=1)


def test_names_are_there_once(patch: Patch) -> None:
    assert len(patch.boxes) == len(patch.root["boxes"])
    names = [box["varname"] for box in patch.boxes.values() if "varname" in box]
    long_names = [said["parameter_longname"] for said in patch.parameters().values()]
    for several in (names, long_names):
        assert len(several) > 10
        assert sorted(several) == sorted(set(several))


def test_lines_are_between_outlets_and_inlets_that_are_there(patch: Patch) -> None:
    assert len(patch.lines) > len(SET) + len(PRESSED) + len(READ)
    for line in patch.lines:
        (source, outlet), (destination, inlet) = line["source"], line["destination"]
        assert 0 <= outlet < patch.boxes[source]["numoutlets"]
        assert 0 <= inlet < patch.boxes[destination]["numinlets"]
    ends = [(*line["source"], *line["destination"]) for line in patch.lines]
    assert sorted(ends) == sorted(set(ends))


def test_nothing_lies_over_another_or_outside(patch: Patch) -> None:
    shown = {
        box["varname"]: box["presentation_rect"]
        for box in patch.boxes.values()
        if box.get("presentation")
    }
    seen = [control for control in SET if control.place]
    assert len(shown) == len(seen) + len(FILLED) + len(PRESSED) + len(READ) + len(WRITTEN)
    for name, (left, top, width, height) in shown.items():
        assert min(left, top) >= 0, name
        assert min(width, height) > 0, name
        assert left + width <= WIDTH, name
        assert top + height <= HEIGHT, name
    for (one, a), (other, b) in itertools.combinations(shown.items(), 2):
        apart_across = a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0]
        apart_down = a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]
        assert apart_across or apart_down, f"{one} lies over {other}"


@pytest.mark.parametrize("control", SET, ids=lambda control: control.name)
def test_the_script_hears_what_is_set(patch: Patch, control: Any) -> None:
    said = ["text", "warm dub"] if control.kind in ("textedit", "pattr") else [3]
    assert patch.heard(patch.control(control.name), said) == [[control.name, said[-1]]]


@pytest.mark.parametrize("name", ["words", "model"])
@pytest.mark.parametrize(
    ("said", "heard"), [(["text"], []), (["text", ""], [""]), (["text", "text"], ["text"])]
)
def test_the_script_hears_that_no_text_is_left(
    patch: Patch, name: str, said: Message, heard: Message
) -> None:
    assert patch.heard(patch.control(name), said) == [[name, *heard]]


@pytest.mark.parametrize("control", FILLED, ids=lambda control: control.name)
def test_a_menu_that_the_script_fills_tells_what_is_chosen_and_is_no_parameter(
    patch: Patch, control: Any
) -> None:
    menu = patch.control(control.name)
    assert patch.heard(menu, [2]) == [[control.name, 2]]
    assert menu["parameter_enable"] == 0
    assert menu["allowdrag"] == 0  # a folder that is dropped on it would be its items
    filled = list(patch.sent(patch.typed("js"), 0, [control.name, "append", "of", "my", "own"]))
    assert filled == [(menu["id"], ["append", "of", "my", "own"])]


def test_the_model_is_kept_behind_a_word_that_is_no_message_of_what_keeps_it(patch: Patch) -> None:
    keeper = patch.control("model")
    assert keeper["text"].split() == ["pattr", keeper["varname"]]
    kept = list(patch.sent(patch.typed("js"), 0, ["model", "text", "init"]))
    assert kept == [(keeper["id"], ["text", "init"])]
    assert patch.heard(keeper, kept[0][1]) == [["model", "init"]]


@pytest.mark.parametrize("control", PRESSED, ids=lambda control: control.name)
def test_the_script_hears_presses_and_not_what_follows(patch: Patch, control: Any) -> None:
    box = patch.control(control.name)
    for press in (["bang"], [1]):
        assert patch.heard(box, press) == [[control.name, 1]]
    assert patch.heard(box, [0]) == []


def named(patch: Patch, arrived: Iterable[tuple[str, Message]]) -> list[tuple[str, Message]]:
    return [(patch.boxes[where].get("varname", "js"), said) for where, said in arrived]


def test_the_script_begins_after_all_that_is_set_has_been_said(patch: Patch) -> None:
    *said, last = named(patch, patch.sent(patch.typed("live.thisdevice"), 0, ["bang"]))
    assert said == [(control.name, ["bang"]) for control in SET]
    assert last == ("js", ["begin"])


@pytest.mark.parametrize("name", SAYS_WORDS)
def test_words_are_said_without_enter_before_anything_is_rendered(patch: Patch, name: str) -> None:
    arrived = named(patch, patch.sent(patch.control(name), 0, [1]))
    assert arrived == [("words", ["bang"]), ("js", [name, 1])]


@pytest.mark.parametrize("control", READ, ids=lambda control: control.name)
def test_what_is_read_is_no_parameter_and_is_shown_as_it_is(patch: Patch, control: Any) -> None:
    box = patch.control(control.name)
    assert not box.get("parameter_enable")
    if control.name == "light":
        return  # one character, which needs no quotation marks
    assert (box["maxclass"], box["nosymquotes"]) == ("textedit", 1)
    assert (box["readonly"], box["ignoreclick"]) == (1, 1)


@pytest.mark.parametrize("name", [*(control.name for control in READ), *SHOWN_TOO])
def test_what_the_script_shows_comes_where_it_belongs(patch: Patch, name: str) -> None:
    arrived = list(patch.sent(patch.typed("js"), 0, [name, "set", "a text"]))
    assert arrived == [(patch.control(name)["id"], ["set", "a text"])]


def test_the_script_touches_nothing_that_lives_undo_sees_but_what_the_user_presses(
    patch: Patch,
) -> None:
    parameters = patch.parameters()
    touched = {
        patch.boxes[where]["varname"]
        for name in [box.get("varname", "") for box in patch.boxes.values()]
        for where, _ in patch.sent(patch.typed("js"), 0, [name, "set", 1])
    }
    assert len(touched) > len(READ)
    seen = {
        name
        for name in touched & set(parameters)
        if parameters[name]["parameter_invisible"] != HIDDEN
    }
    # Cancel ends Auto, a scene that is selected sets the words, and a menu that is no parameter the
    # model: these are the user's doing.
    assert seen == {"auto", "words", "model"}


def is_seen(parameter: dict[str, Any]) -> bool:
    return int(parameter["parameter_invisible"]) == AUTOMATED


def test_taking_the_picture_away_empties_the_field(patch: Patch) -> None:
    for press in (["bang"], [1], [0]):
        arrived = list(patch.sent(patch.control("clear"), 0, press))
        emptied = [said for where, said in arrived if where == patch.control("picture")["id"]]
        assert emptied == ([] if press == [0] else [["clear"]])


def test_script_and_server_reach_each_other(patch: Patch) -> None:
    script, receive = patch.typed("js"), patch.typed("udpreceive")
    asked = ["/melfusion/status", 1]
    assert list(patch.sent(script, 1, asked)) == [(patch.typed("udpsend")["id"], asked)]
    assert list(patch.sent(script, 2, ["port", 9400])) == [(receive["id"], ["port", 9400])]
    assert patch.heard(receive, ["/melfusion/done", 1]) == [["/melfusion/done", 1]]


def test_sound_goes_through_as_it_is(patch: Patch) -> None:
    sound_in, sound_out = patch.typed("plugin~")["id"], patch.typed("plugout~")["id"]
    channels = [line for line in patch.lines if line["source"][0] == sound_in]
    assert [(line["source"], line["destination"]) for line in channels] == [
        ([sound_in, channel], [sound_out, channel]) for channel in (0, 1)
    ]


def test_the_list_of_parameters_is_that_of_the_objects(patch: Patch) -> None:
    listed = dict(patch.root["parameters"])
    assert listed.pop("inherited_shortname") == 1
    banks = listed.pop("parameterbanks")
    parameters = patch.parameters()
    assert listed == {
        patch.control(name)["id"]: [said["parameter_longname"], said["parameter_shortname"], 0]
        for name, said in parameters.items()
    }
    automated = {said["parameter_longname"] for said in parameters.values() if is_seen(said)}
    for key, bank in banks.items():
        assert bank["index"] == int(key)
        assert len(bank["parameters"]) == 8
        assert set(bank["parameters"]) - {"-"} == automated


def test_parameters_begin_within_their_range(patch: Patch) -> None:
    initial = {}
    for name, said in patch.parameters().items():
        assert said["parameter_type"] != INT, f"{name}: an int has 256 values at most"
        if said["parameter_type"] == ENUM:
            assert said["parameter_mmax"] == len(said["parameter_enum"]) - 1
        if "parameter_initial" in said:
            (initial[name],) = said["parameter_initial"]
            assert said["parameter_initial_enable"] == 1
            assert said.get("parameter_mmin", 0) <= initial[name] <= said["parameter_mmax"]
    with_one = {control.name: control.initial for control in SET if control.initial != ""}
    assert initial == with_one


def test_settings_are_saved_and_buttons_are_not(patch: Patch) -> None:
    seen = {name: said["parameter_invisible"] for name, said in patch.parameters().items()}
    assert {seen[control.name] for control in PRESSED} == {HIDDEN}
    assert {seen[control.name] for control in SET} == {AUTOMATED, STORED}
    assert {name for name in seen if seen[name] == STORED} == {"picture", "words", "port", "model"}


USED = [control for control in (*SET, *FILLED, *PRESSED) if control.place]


@pytest.mark.parametrize("control", USED, ids=lambda control: control.name)
def test_lives_info_view_explains_what_can_be_used(patch: Patch, control: Any) -> None:
    box = patch.control(control.name)
    assert box["annotation"].endswith(".")
    assert box["annotation_name"] == control.label
