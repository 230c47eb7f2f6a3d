"""Photographs of the concepts, from a folder in which somebody has labelled them.

scripts/gather_photographs.py makes such a folder: pictures, and photographs.jsonl with a line for
each: file, concepts (the best first), licence, package, split.
"""

import json
from pathlib import Path

from PIL import Image

from .files import whole, write_text
from .pictures import PICTURES, read_pictures

LIST = "photographs.jsonl"


def add_photographs(folder: Path, source: Path) -> int:
    """Copies photographs into pictures/ and pictures.jsonl; those that are there are kept.

    Only photographs whose best concept has other pictures there are taken. Their lines tell the
    other concepts too, as `also`.

    Args:
        folder: the data set's folder, with its pictures.
        source: a folder with LIST.

    Returns:
        How many pictures there are, of all kinds.

    Raises:
        OSError: the list or a photograph is missing, or nothing can be written.
        ValueError: a line of the list is none.
    """
    there = read_pictures(folder)
    known = {line["id"] for lines in there.values() for line in lines}
    for number, row in enumerate((source / LIST).read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = json.loads(row)
            file, (concept, *others), split = entry["file"], entry["concepts"], entry["split"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {source / LIST} is no photograph") from error
        name = Path(file).stem
        if concept not in there or name in known:
            continue
        with Image.open(source / file) as image, whole(folder / f"pictures/{name}.jpg") as partial:
            image.convert("RGB").save(partial, "JPEG", quality=88)
        line = {
            "id": name,
            "file": f"pictures/{name}.jpg",
            "concept": concept,
            "also": ", ".join(others),
            "source": entry.get("package", ""),
            "kind": "photograph",
            "split": split,
        }
        there[concept].append(line)
        known.add(name)
    lines = [line for lines in there.values() for line in lines]
    write_text(folder / PICTURES, "".join(json.dumps(line) + "\n" for line in lines))
    return len(lines)
