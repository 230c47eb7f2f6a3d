"""What can be said of the device's script without running it: its language, its types, its names.

The names of Live's objects are held against stubs that were read out of Live itself, so that the
fake of test_device.py, which knows those names alone, invents none.
"""

import ast
import importlib.metadata
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from max_for_live import build
from max_for_live.controls import FILLED, PRESSED, READ, SET, SHOWN_TOO
from melfusion.music import MODES

HERE = build.HERE
LOM = json.loads((Path(__file__).with_name("node") / "lom.json").read_text(encoding="utf-8"))
MAX_LINES = 250
CHILDREN, LISTS, READS, WRITES, FUNCTIONS = "children", "lists", "reads", "writes", "functions"

WATCHED = {
    "Song": r'watch_song\("(\w+)"|watch\("live_set", "(\w+)"',
    "Song.View": r'watch\("live_set view", "(\w+)"',
    "Scene": r'watch\("id " \+ id, "(\w+)"',
}
"""By class, what the script observes."""

OTHERWISE = {("Track", "canonical_parent"), ("Device", "canonical_parent")}
"""What is a parent here beside what the stubs name: a device's may be a chain."""

pytestmark = pytest.mark.foreign("node", "nodejs")


@pytest.fixture(scope="session")
def node_modules() -> Path:
    folder = HERE / "node_modules"
    if not folder.is_dir():
        pytest.skip("the checkers are missing: run npm ci in max_for_live")
    return folder


def node(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["node", *words], cwd=cwd, capture_output=True, text=True, check=False)


def in_script(script: Path, expression: str) -> Any:
    """What an expression gives after the script has been loaded, as Max loads it."""
    code = (
        "const vm = require('vm'), fs = require('fs'); const max = vm.createContext({});"
        "vm.runInContext(fs.readFileSync(process.argv[1], 'utf8'), max);"
        "process.stdout.write(JSON.stringify(vm.runInContext(process.argv[2], max)));"
    )
    done = node("-e", code, str(script), expression)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def stub(name: str) -> dict[str, set[str]]:
    """Of one of Live's classes: every name with its kinds, of `get`, `set` and `call`."""
    module, _, inner = name.partition(".")
    files = importlib.metadata.files("ableton-live-stubs") or []
    (path,) = (each for each in files if each.as_posix() == f"Live-stubs/{module}.pyi")
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for wanted in filter(None, (module, inner)):
        (found,) = (node for node in body if isinstance(node, ast.ClassDef) and node.name == wanted)
        body = found.body
    kinds: dict[str, set[str]] = {}
    for function in (node for node in body if isinstance(node, ast.FunctionDef)):
        marks = [ast.unparse(mark) for mark in function.decorator_list]
        kind = "get" if "property" in marks else "set" if marks else "call"
        kinds.setdefault(function.name, set()).add(kind)
    return kinds


def constants(module: str, name: str) -> dict[str, int]:
    """The members of one of Live's enumerations."""
    files = importlib.metadata.files("ableton-live-stubs") or []
    (path,) = (each for each in files if each.as_posix() == f"Live-stubs/{module}.pyi")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (found,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    return {
        node.target.id: ast.literal_eval(node.value)
        for node in found.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }


@pytest.mark.parametrize("part", [*build.parts(), None], ids=lambda part: part and part.name)
def test_it_is_the_javascript_that_max_speaks(
    part: Path | None, script: Path, node_modules: Path
) -> None:
    acorn = str(node_modules / "acorn" / "bin" / "acorn")
    done = node(acorn, "--ecma5", "--silent", str(part or script))
    assert done.returncode == 0, done.stderr


def test_its_types_are_those_of_max(script: Path, node_modules: Path, tmp_path: Path) -> None:
    settings = json.loads((HERE / "jsconfig.json").read_text(encoding="utf-8"))
    # The script as its parts are now, wherever the built one stands.
    settings["files"] = [str(script), str(HERE / "src" / "max.d.ts")]
    settings["compilerOptions"]["typeRoots"] = [str(node_modules / "@types")]
    config = tmp_path / "jsconfig.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    done = node(str(node_modules / "typescript" / "bin" / "tsc"), "--project", str(config))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("part", build.parts(), ids=lambda part: part.name)
def test_its_parts_are_short_and_say_what_they_are_for(part: Path) -> None:
    lines = part.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= MAX_LINES
    assert max(map(len, lines)) <= 100


def test_it_never_spreads_into_an_outlet_nor_loads_more_files(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert "outlet.apply" not in text
    assert not re.search(r"\b(require|include)\(", text)


def test_no_function_hides_a_message(script: Path) -> None:
    # Max calls a function of a message's name instead of anything().
    names = [control.name for control in (*SET, *FILLED, *PRESSED)]
    kinds = f"{json.dumps(names)}.map(function (name) {{ return typeof this[name]; }})"
    assert set(in_script(script, kinds)) == {"undefined"}
    assert in_script(script, "[typeof begin, typeof notifydeleted]") == ["function"] * 2


def test_every_control_is_heard_and_what_it_shows_is_there(script: Path) -> None:
    heard = in_script(script, "Object.keys(HEARD).concat(Object.keys(settings))")
    assert {control.name for control in (*SET, *FILLED, *PRESSED)} <= set(heard)
    text = script.read_text(encoding="utf-8")
    shown = set(re.findall(r'\b(?:show|outlet)\((?:0, )?\[?"(\w+)"', text))
    assert shown == {control.name for control in (*READ, *FILLED)} | set(SHOWN_TOO)


def test_settings_begin_as_the_controls_do(script: Path) -> None:
    settings = in_script(script, "settings")
    begins = {control.name: control.initial for control in SET if control.name != "picture"}
    assert {name: settings[name] for name in begins} == begins


def test_the_modes_are_those_that_can_be_rendered(script: Path) -> None:
    assert in_script(script, "MODES") == {name: list(notes) for name, notes in MODES.items()}


@pytest.mark.parametrize(
    ("intervals", "mode"),
    [
        ([0, 2, 4, 5, 7, 9, 11], "major"),
        ([0, 3, 5, 7, 10], "minor"),  # minor pentatonic
        ([0, 2, 3, 5, 7, 9, 11], "dorian"),  # melodic minor: all but one, and its third
        ([0, 2, 4, 6, 7, 9, 10], "lydian"),  # the overtones'
        ([0, 2, 4, 6, 8, 10], ""),  # whole tones
        ([0, 1, 3, 4, 6, 7, 9, 10], ""),  # halves and wholes
    ],
)
def test_the_nearest_mode_of_a_scale(script: Path, intervals: list[int], mode: str) -> None:
    assert in_script(script, f"nearest_mode({intervals})") == mode


def test_another_port_is_tried_ever_more_rarely(script: Path) -> None:
    hellos = """(function () {
      var tried = [];
      outlet = function (number) { if (number === 2) { tried.push(server.hellos); } };
      for (var i = 0; i < 20; i++) { say_hello(); }
      return tried;
    })()"""
    assert in_script(script, hellos) == [1, 2, 4, 8, 16]


def test_live_is_told_paths_with_forward_slashes(script: Path) -> None:
    path = json.dumps(r"C:\Users\me\MeLFusion\a.wav")
    told = in_script(script, f"clips = {{ c: {{ path: {path} }} }}, file_of({{ clip: 'c' }})")
    assert told == "C:/Users/me/MeLFusion/a.wav"


@pytest.mark.parametrize("draw", ["seed", "last_id + 1e6", "server.port"])
def test_numbers_that_are_drawn_survive_as_floats_of_32_bits(script: Path, draw: str) -> None:
    drawn = in_script(script, f"Math.random = function () {{ return 1 - 1e-12; }}, {draw}")
    assert drawn < 2**24


@pytest.mark.parametrize("name", LOM)
def test_live_has_what_the_fake_has(name: str) -> None:
    known = stub(name)
    for kind, names in LOM[name].items():
        for each in names:
            if (name, each) in OTHERWISE:
                continue
            kinds = known.get(each, set())
            assert ("call" if kind == FUNCTIONS else "get") in kinds, f"{name}.{each}"
            assert kind != WRITES or "set" in kinds, f"{name}.{each} cannot be set"


def test_the_fake_has_no_more_than_the_script_uses(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    names = {name for kinds in LOM.values() for names in kinds.values() for name in names}
    assert not [name for name in names if not re.search(rf'[" ]{name}[" ]', text)]


@pytest.mark.parametrize("name", WATCHED)
def test_live_tells_of_what_the_script_watches(script: Path, name: str) -> None:
    found = re.finditer(WATCHED[name], script.read_text(encoding="utf-8"))
    watched = {next(filter(None, match.groups())) for match in found}
    assert watched
    assert not [each for each in watched if f"add_{each}_listener" not in stub(name)]


def test_numbers_of_lives_are_lives(script: Path) -> None:
    modes = constants("Clip", "WarpMode")
    wanted = {
        "drums": modes["beats"], "bass": modes["tones"], "chords": modes["complex"],
        "lead": modes["tones"], "full": modes["complex"],
    }  # fmt: skip
    assert in_script(script, "WARP_MODES") == wanted
    assert in_script(script, "ONE_BAR") == constants("Clip", "ClipLaunchQuantization")["q_bar"]
