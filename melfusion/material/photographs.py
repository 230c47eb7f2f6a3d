"""Photographs of the concepts, from a folder in which somebody has labelled them.

scripts/gather_photographs.py makes such a folder: pictures, and photographs.jsonl with a line for
each: file, concepts (the best first), licence, package, kind, split.
"""

import json
from pathlib import Path

from PIL import Image

from .files import whole, write_text
from .pictures import PICTURES, read_pictures

LIST = "photographs.jsonl"


def add_photographs(folder: Path, source: Path) -> int:
    """Copies photographs into pictures/ and pictures.jsonl.

    A picture that is there is kept; what is told of it is what the list tells now.

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
    rows = (source / LIST).read_text(encoding="utf-8").splitlines()
    there = read_pictures(folder)
    told = {}
    for number, row in enumerate(rows, 1):
        try:
            entry = json.loads(row)
            file, (concept, *others), split = entry["file"], entry["concepts"], entry["split"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {source / LIST} is no photograph") from error
        name = Path(file).stem
        if concept not in there:
            continue
        if not (folder / f"pictures/{name}.jpg").exists():
            _copy(source / file, folder / f"pictures/{name}.jpg")
        told[name] = {
            "id": name,
            "file": f"pictures/{name}.jpg",
            "concept": concept,
            "also": ", ".join(others),
            "source": entry.get("package", ""),
            "kind": entry.get("kind", "photograph"),
            "split": split,
        }
    others = [line for them in there.values() for line in them if line["id"] not in told]
    lines = [*others, *told.values()]
    write_text(folder / PICTURES, "".join(json.dumps(line) + "\n" for line in lines))
    return len(lines)


def _copy(source: Path, path: Path) -> None:
    with Image.open(source) as image, whole(path) as partial:
        image.convert("RGB").save(partial, "JPEG", quality=88)
