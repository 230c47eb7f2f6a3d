"""What must hold of the whole project: style, types, directions, licences, sizes, packaging."""

import ast
import dataclasses
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev
from melfusion.options import option_name
from melfusion.request import RenderRequest

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

MAX_LINES = 400

OPTIONAL = {"tinysoundfont"}
"""Imported where it is there, and done without elsewhere: pip cannot install it everywhere."""

MACHINE_BOUND = {
    "a developer's own path": "/wor" + "k/",
    "a registry's host": "pypi" + ".org",
    "a download host": "python" + "hosted",
    "a package index": "index" + "-url",
}
"""Words that tie the project to one machine or registry; split, for this file is read too."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", dev.CHECKS)
def test_check_passes(name: str) -> None:
    done = run(*dev.CHECKS[name])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["server.app", "server.core", "server.client", "melfusion.cli"])
def test_importing_pulls_no_torch(module: str) -> None:
    code = f"import {module}, sys; print(sorted({{'torch', 'diffusers'}} & set(sys.modules)))"
    done = run("-c", code)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_large_files_are_listed_with_their_licence() -> None:
    assets = (ROOT / "docs" / "assets.md").read_text(encoding="utf-8")
    large = [path.relative_to(ROOT) for path in tracked_files() if path.stat().st_size > 1_000_000]
    unlisted = [
        path.as_posix()
        for path in large
        if not any(f"`{folder.as_posix()}/`" in assets for folder in path.parents)
    ]
    assert not unlisted


def test_pictures_are_listed_with_their_licence() -> None:
    assets = (ROOT / "docs" / "assets.md").read_text(encoding="utf-8")
    pictures = list((ROOT / "docs" / "examples").glob("*.*"))
    assert pictures
    assert not [path.name for path in pictures if path.name not in assets]


def test_the_readme_lists_every_option_of_a_render() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    options = [option_name(field.name) for field in dataclasses.fields(RenderRequest)]
    assert not [option for option in options if f"`{option}" not in readme]


@pytest.mark.parametrize("what", MACHINE_BOUND)
def test_nothing_is_bound_to_one_machine(what: str) -> None:
    words = MACHINE_BOUND[what].encode()
    guilty = [str(path.relative_to(ROOT)) for path in tracked_files() if words in path.read_bytes()]
    assert not guilty, f"{what} in {guilty}"


def test_modules_are_short() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked_files()
        if path.suffix == ".py"
    }
    long = {name for name, lines in lengths.items() if lines > MAX_LINES}
    assert not long, {name: lengths[name] for name in sorted(long)}


def imported_distributions(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """Every import in `folder` of a distribution: (file, normalised names of who may give it)."""
    owners = importlib.metadata.packages_distributions()
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                if found := owners.get(name.split(".")[0], []):
                    yield path.relative_to(ROOT).as_posix(), {normalised(each) for each in found}


def normalised(requirement: str) -> str:
    """The distribution's name in a requirement, as the Python packaging specification folds it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_what_is_imported_is_declared() -> None:
    project = SETTINGS["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    declared = {normalised(line) for line in [*project["dependencies"], *extras, project["name"]]}
    missing = {
        (file, *owners)
        for package in PACKAGES
        for file, owners in imported_distributions(ROOT / package)
        if not owners & (declared | OPTIONAL)
    }
    assert not missing


def test_what_is_declared_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {normalised(line) for line in lines if "==" in line}
    project = SETTINGS["project"]
    declared = [*SETTINGS["build-system"]["requires"], *project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        declared += extra
    assert {normalised(line) for line in declared} - {project["name"]} <= pins


def test_the_wheel_carries_packages_and_weights(tmp_path: Path) -> None:
    done = run("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
    }
    assert expected <= inside
    assert any(name.startswith("melfusion/weights/") for name in inside)
