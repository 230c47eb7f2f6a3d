from dataclasses import fields

import pytest

from melfusion.options import Parser, add_request_options, explain, request_options, table
from melfusion.request import SEEDS, RenderRequest, RequestError


def parsed(*arguments):
    parser = Parser(prog="tool")
    add_request_options(parser)
    return request_options(parser.parse_args(arguments))


def test_every_argument_of_a_request_is_an_option():
    given = {"metre": "7/8", "part": "bass", "rate": "48000", "format": "float", "bpm": "99.5"}
    for field in fields(RenderRequest):
        value = given.get(field.name, "1")
        options = parsed("--" + field.name.replace("_", "-"), value)
        assert str(options[field.name]).removesuffix(".0") == value


def test_what_was_not_given_is_left_to_the_request():
    assert parsed("--bpm", "90", "--seed", "4") == {"bpm": 90.0, "seed": 4.0}


def test_a_seed_is_drawn():
    seeds = {parsed("--prompt", "x")["seed"] for _ in range(5)}
    assert len(seeds) > 1
    assert all(0 <= seed < SEEDS for seed in seeds)


@pytest.mark.parametrize(
    "arguments", [["--bpm", "fast"], ["--bpm"], ["--bp", "9"], ["--wat", "1"], ["loose"]]
)
def test_bad_options_are_one_line_and_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        parsed(*arguments)
    assert left.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("tool: ")
    assert shown.err.count("\n") == 1
    assert arguments[0] in shown.err


def test_a_refusal_names_the_option():
    assert explain(RequestError("image_strength", "is odd")) == "--image-strength: is odd"


def test_the_table_shows_what_was_asked_measured_and_judged():
    clip = {
        "request": {"seed": 17, "part": "bass"},
        "plan": {"bpm": 123.4},
        "attempts": 2,
        "checks": [
            {
                "name": "length",
                "asked": 343841,
                "got": 343841,
                "unit": "samples",
                "verdict": "pass",
            },
            {"name": "tempo", "asked": 123.4, "got": 61.7, "unit": "BPM", "verdict": "fail"},
            {"name": "key", "asked": "A minor", "got": None, "unit": "", "verdict": "n/a"},
        ],
    }
    lines = table(clip).splitlines()
    assert [line.split() for line in lines] == [
        ["asked/limit", "measured", "verdict"],
        ["length", "343841", "samples", "343841", "samples", "pass"],
        ["tempo", "123.4", "BPM", "61.7", "BPM", "fail"],
        ["key", "A", "minor", "n/a"],
        ["seed", "17,", "the", "best", "of", "2", "attempts"],
    ]
    assert lines[1].index("pass") == lines[2].index("fail") == lines[3].index("n/a")
    mood = {"energy": 0.3, "valence": 0.55, "brightness": 1.0}
    players = {"drums": "dub kit", "bass": "sub bass"}
    clip["plan"] |= {"style": "dub", "instruments": players, **mood}
    told = "arranged as dub for sub bass; energy 0.3, valence 0.55, brightness 1"
    assert table(clip).splitlines()[-2] == told
    clip["request"]["part"] = "full"
    assert "for dub kit, sub bass;" in table(clip)


def test_an_option_that_is_misspelt_is_put_right(capsys):
    parser = Parser(prog="p")
    parser.add_argument("--library")
    add_request_options(parser.add_subparsers().add_parser("render"))
    for words, told in (
        (["render", "--promt", "x"], "--promt x; did you mean --prompt?"),
        (["--libary=x"], "--libary=x; did you mean --library?"),
        (["--zzz"], "--zzz; see p --help"),
    ):
        with pytest.raises(SystemExit):
            parser.parse_args(words)
        assert capsys.readouterr().err == f"p: unrecognized arguments: {told}\n"
