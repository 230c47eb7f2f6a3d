"""How well the stand-ins for CLIP and CLAP find the right caption, and where their scales are.

    melfusion data --out DATA --scenes 160 --seed 5
    python scripts/measure_frozen.py --data DATA [--stamps FOLDER] [--write]

Music: full mixes and single stems of DATA with their first caption. Pictures: every X.png under
FOLDER that has an X.txt beside it (Debian: tuxpaint-stamps-default), one for each caption. The
first half of the scenes and every other picture decide the background and the scales, the rest is
measured. `--write` keeps the background for melfusion.embedders.frozen.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from melfusion.embedders import frozen, listen, musicnn

Array = npt.NDArray[np.floating]
GROUP, DRAWS = 16, 400


def groups(count: int) -> list[npt.NDArray[np.intp]]:
    """Random groups of different samples."""
    rng = np.random.default_rng(0)
    return [rng.permutation(count)[:GROUP] for _ in range(DRAWS)]


def best_scale(cosines: Array) -> float:
    """The scale at which the right captions are likeliest, softmax over groups of 16.

    Args:
        cosines: [n, n], of sample i and caption j.
    """
    chosen = [cosines[np.ix_(group, group)] for group in groups(len(cosines))]

    def surprise(log_scale: float) -> float:
        found = [np.diagonal(log_softmax(np.exp(log_scale) * part, axis=1)) for part in chosen]
        return -float(np.mean(found))

    return float(np.exp(minimize_scalar(surprise, bounds=(-2, 5), method="bounded").x))


def report(name: str, cosines: Array) -> None:
    """Prints how often the right caption comes first, beside chance and a shuffled control."""
    count = len(cosines)
    shuffled = cosines[np.random.default_rng(1).permutation(count)]
    cells = []
    for matrix in (cosines, shuffled):
        ranks = (matrix > np.diagonal(matrix)[:, None]).sum(1)
        of_16 = [
            matrix[np.ix_(group, group)].argmax(1) == np.arange(GROUP) for group in groups(count)
        ]
        cells += [np.mean(ranks < 1), np.mean(ranks < 5), np.mean(of_16)]
    right, control = cells[:3], cells[3:]
    print(
        f"{name:16s} n {count}: R@1 {right[0]:.1%}, R@5 {right[1]:.1%}, of 16 {right[2]:.1%};"
        f" shuffled {control[0]:.1%}, {control[1]:.1%}, {control[2]:.1%};"
        f" chance {1 / count:.1%}, {5 / count:.1%}, {1 / GROUP:.1%}"
    )


def recordings(data: Path) -> list[dict[str, Any]]:
    """Stems and full mixes of a data set: scene, part, caption, samples."""
    lines = (data / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    scenes: dict[int, list[dict[str, Any]]] = {}
    for line in map(json.loads, lines):
        scenes.setdefault(line["scene"], []).append(line)
    made = []
    for number, stems in scenes.items():
        known = {"scene": number, "style": stems[0]["style"]}
        sounds = [listen.load(data / stem["file"], musicnn.RATE) for stem in stems]
        made += [
            known | {"part": stem["part"], "caption": stem["captions"][0], "samples": sound}
            for stem, sound in zip(stems, sounds, strict=True)
        ]
        # The odd captions are about the scene as a whole.
        caption, mix = stems[0]["captions"][1], np.sum(sounds, axis=0)
        made.append(known | {"part": "full", "caption": caption, "samples": mix})
    return made


def measure_music(data: Path, write: bool) -> None:
    """Prints what FrozenMusic finds; with `write`, keeps the background."""
    made, embedder, sentences = recordings(data), frozen.FrozenMusic(), frozen.Sentences()
    middle = np.median([one["scene"] for one in made])
    first = np.array([one["scene"] < middle for one in made])
    background, total = {}, np.zeros((len(made), 384))
    for tagger in embedder.taggers:
        likely = np.stack([tagger.hear(one["samples"]).probabilities for one in made])
        mean = likely[first].mean(0)
        background[tagger.dataset] = [round(float(value), 5) for value in mean]
        total += (likely - mean) @ sentences([tag.lower() for tag in tagger.tags])
    if write:
        frozen.BACKGROUND.write_text(json.dumps(background, indent=1) + "\n", encoding="utf-8")
    heard, parts = frozen.unit(total.astype(np.float32)), np.array([one["part"] for one in made])
    captions = sentences([one["caption"] for one in made])
    for part in dict.fromkeys(parts):
        fitted, tested = (np.flatnonzero((parts == part) & half) for half in (first, ~first))
        print(f"scale {best_scale(heard[fitted] @ captions[fitted].T):.1f}", end="  ")
        report(part, heard[tested] @ captions[tested].T)
    styles = sorted({one["style"] for one in made})
    full = np.flatnonzero((parts == "full") & ~first)
    guessed = (heard[full] @ sentences([f"{style} music" for style in styles]).T).argmax(1)
    right = np.mean(np.array(styles)[guessed] == [made[index]["style"] for index in full])
    print(f"style of a full mix: {right:.1%} of {len(full)}, chance {1 / len(styles):.1%}")


def measure_pictures(folder: Path) -> None:
    """Prints what FrozenPictures finds."""
    captioned: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.png")):
        text = path.with_suffix(".txt")
        lines = text.read_text("utf-8", "replace").splitlines() if text.exists() else []
        if lines and lines[0].strip():
            captioned.setdefault(lines[0].strip(), path)
    embedder, rows = frozen.FrozenPictures(), []
    for path in captioned.values():
        picture = Image.open(path).convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        rows.append(embedder.see([Image.alpha_composite(white, picture)])[0])
    seen, captions = np.stack(rows), frozen.Sentences()(list(captioned))
    print(f"scale {best_scale(seen[::2] @ captions[::2].T):.1f}", end="  ")
    report("pictures", seen[1::2] @ captions[1::2].T)


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder that melfusion data wrote")
    parser.add_argument("--stamps", type=Path, help="folder of captioned pictures")
    parser.add_argument("--write", action="store_true", help="keep the background of the tags")
    arguments = parser.parse_args()
    if arguments.data:
        measure_music(arguments.data, arguments.write)
    if arguments.stamps:
        measure_pictures(arguments.stamps)


if __name__ == "__main__":
    main()
