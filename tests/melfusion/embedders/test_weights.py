"""Where weights are looked for, and that files cannot run code."""

import os
from pathlib import Path

import pytest
import torch

from melfusion.embedders import weights
from melfusion.home import VARIABLE
from tests.melfusion.embedders.states import use_folder


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("sprung",)


def test_the_folder_is_in_the_cache_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert weights.folder() == tmp_path / ".cache" / "melfusion" / "evaluators"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert weights.folder() == tmp_path / "mine" / "evaluators"


def test_a_missing_package_is_told_with_its_extra() -> None:
    lack = weights.lack_of_package("no_such_package", "evaluate")
    assert lack.startswith("the package no_such_package is not installed")
    assert "melfusion-live[evaluate]" in lack
    assert weights.lack_of_package("torch", "evaluate") == ""


def test_code_in_a_file_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_folder(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    torch.save({"model": _Trap()}, tmp_path / "trap.pth")
    with pytest.raises(ValueError, match=r"trap\.pth cannot be read as weights"):
        weights.load_checkpoint("trap.pth")
    assert not (tmp_path / "sprung").exists()
