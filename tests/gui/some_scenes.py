"""Scenes for tests."""

from dataclasses import replace
from pathlib import Path

from gui.scene.scenes import SavedScene, Scenes


def three(folder: Path) -> Scenes:
    """One, two, three; the second is current."""
    made = filled(folder / "scenes.json", "one", "two", "three")
    made.choose(made.all[1].id)
    return made


def filled(file: Path, *words: str) -> Scenes:
    made = Scenes(file)
    made.replace(replace(made.current, prompt=words[0]))
    for each in words[1:]:
        made.add(SavedScene(prompt=each))
    return made


def prompts(scenes: Scenes) -> list[str]:
    return [scene.prompt for scene in scenes.all]
