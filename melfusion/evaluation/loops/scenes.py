"""The scenes that a model is measured on, and what it is asked of each."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...level import levelled, mixed
from ...material.finish import finished, kicks_of
from ...material.pictures import read_pictures, shown_in
from ...model.codec import SAMPLE_RATE
from ...music import Plan
from ...request import PARTS
from ...score import read_notes
from ...training.examples import MANIFEST, Example, read_examples

LONGEST_S = 10.0
MOODS = ("energy", "valence", "brightness")
SOUNDS = (*PARTS, "full")
"""The stems and their mix, in the order of all arrays here."""

Stems = dict[str, np.ndarray]


@dataclass(frozen=True)
class Scene:
    """One scene of the material.

    Attributes:
        name: its number, as the manifest writes it.
        stems: part -> its line of the manifest.
        mood: energy, valence and brightness, 0-1 each.
        kicks: when the kicks come that its parts may duck under, in quarter notes.
    """

    name: str
    stems: dict[str, Example]
    mood: tuple[float, ...]
    kicks: tuple[float, ...] = ()

    @property
    def plan(self) -> Plan:
        """What all stems are on."""
        return self.stems[PARTS[0]].plan

    @property
    def style(self) -> str:
        """Its style."""
        return self.stems[PARTS[0]].style

    @property
    def concept(self) -> str:
        """What it is about."""
        return self.stems[PARTS[0]].concept

    def audio(self) -> Stems:
        """The stems as they are heard: part -> [N] float32, 44.1 kHz."""
        return self.finished({p: example.audio().numpy() for p, example in self.stems.items()})

    def finished(self, played: Stems) -> Stems:
        """Stems as they are heard, from what is played: part -> [N] float32, 44.1 kHz."""
        return {
            part: finished(sound, part, self.stems[part].effects, self.plan.bpm, self.kicks)
            for part, sound in played.items()
        }


@dataclass(frozen=True)
class Asked:
    """What a model is asked of a scene.

    Attributes:
        scene: the scene.
        captions: part -> one of its captions.
        picture: a held-out picture of the scene's concept.
        stranger: a held-out picture of something else.
        seed: of the noise.
    """

    scene: Scene
    captions: dict[str, str]
    picture: Path
    stranger: Path
    seed: int


def read_scenes(folder: Path, split: str) -> list[Scene]:
    """The scenes of one split that have all parts, in the manifest's order."""
    entries = [json.loads(line) for line in (folder / MANIFEST).read_text().splitlines()]
    moods = {entry["id"]: tuple(float(entry[mood]) for mood in MOODS) for entry in entries}
    scenes: dict[str, dict[str, Example]] = {}
    for example in read_examples(folder, split):
        scenes.setdefault(example.id.rsplit("_", 1)[0], {})[example.part] = example
    return [
        Scene(name, stems, moods[stems[PARTS[0]].id], _kicks(folder, name))
        for name, stems in scenes.items()
        if set(stems) == set(PARTS)
    ]


def _kicks(folder: Path, name: str) -> tuple[float, ...]:
    score = json.loads((folder / f"audio/{name}.json").read_text(encoding="utf-8"))
    return tuple(kicks_of(read_notes(score["drums"])))


def choose(scenes: list[Scene], count: int, rng: random.Random) -> tuple[list[Scene], list[Scene]]:
    """Scenes to be rendered, and all others.

    Those of two bars or more and of LONGEST_S at most are chosen from.

    Raises:
        ValueError: there is none.
    """
    fit = [
        scene
        for scene in scenes
        if scene.plan.bars >= 2 and scene.stems[PARTS[0]].samples <= LONGEST_S * SAMPLE_RATE
    ]
    if not fit:
        raise ValueError(
            f"no held-out scene has two bars or more and lasts {LONGEST_S:g} s at most: write more"
            " scenes with `melfusion data`"
        )
    chosen = rng.sample(fit, min(count, len(fit)))
    return chosen, [scene for scene in scenes if scene not in chosen]


def ask(folder: Path, scenes: list[Scene], rng: random.Random) -> list[Asked]:
    """Draws captions and held-out pictures for scenes.

    Raises:
        ValueError: a concept, or any other than it, has no held-out picture.
    """
    pictures = read_pictures(folder, "held")
    asked = []
    for number, scene in enumerate(scenes):
        others = sorted(concept for concept in pictures if concept != scene.concept)
        if scene.concept not in pictures or not others:
            raise ValueError(f"there is no held-out picture of {scene.concept}, or of nothing else")
        captions = {part: rng.choice(stem.captions) for part, stem in scene.stems.items()}
        picture = rng.choice(pictures[scene.concept])
        entries = pictures[rng.choice(others)]
        strange = [entry for entry in entries if scene.concept not in shown_in(entry)]
        stranger = rng.choice(strange or entries)
        shown = folder / picture["file"], folder / stranger["file"]
        asked.append(Asked(scene, captions, *shown, number))
    return asked


def with_mix(stems: Stems) -> Stems:
    """Stems and their sum, each as loud as melfusion.render makes it: [N] float32 each."""
    shaped = {part: np.asarray(stem, np.float32)[None] for part, stem in stems.items()}
    sounds = {part: levelled(stem, SAMPLE_RATE, part) for part, stem in shaped.items()}
    sounds["full"] = levelled(mixed(shaped, SAMPLE_RATE), SAMPLE_RATE, "full")
    return {name: sound[0] for name, sound in sounds.items()}
