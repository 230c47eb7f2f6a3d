"""The TOML file of a training run."""

from pathlib import Path

import pytest

from melfusion.base.settings import PAPER, Settings


def test_the_papers_file_sets_everything() -> None:
    import tomllib

    given = tomllib.loads(PAPER.read_text(encoding="utf-8"))
    settings = Settings.read(PAPER)
    assert settings.told() == given


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("steps = 0", "steps: must lie between 1 and"),
        ("speed = 3", "speed is unknown; there are model"),
        ("steps = 'many'", "steps: must be a number"),
        ("trained = 'some'", "must be one of all, synapses"),
        ("steps = ", "is no TOML"),
        ("precision = 'fp8'", "must be one of no, fp16, bf16"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ValueError, match=reason) as caught:
        Settings.read(tmp_path / "a.toml")
    assert "a.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        Settings.read(tmp_path / "none.toml")
