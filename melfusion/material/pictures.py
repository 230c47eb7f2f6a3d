"""Pictures of the concepts: clip art and stamps chosen by their labels, and drawn scenes.

Clip art comes from Debian's openclipart-png (public domain) and tuxpaint-stamps-default (GPL-2);
where those are not installed, every concept has its drawn scenes. A label is compared with a
concept by keywords and by the distance of their sentences in MiniLM's space. The split is by source
picture, so that no picture that is held out has been seen in another dress.
"""

import hashlib
import json
import random
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, UnidentifiedImageError

from .brush import SIZE, Colour, gradient, mixed, parse_colour, varied
from .concepts import CONCEPTS, Concept
from .drawing import draw
from .files import whole, write_text

PICTURES = "pictures.jsonl"
CLIP_ART = Path("/usr/share/openclipart/png")
STAMPS = Path("/usr/share/tuxpaint/stamps")
DRAWN = "drawn"
"""The source of what has none."""

_WANTED = 36
_MOST_FOUND = 12
_DRESSES = 3
_DRAWN_AT_LEAST = 12
_LIKE = 0.58
_LIKE_WITH_KEYWORD = 0.27
_WITHOUT = re.compile(
    r"/(computer|buttons|logos|shapes|decorations|special|flags|roadsigns|aiga-symbols|"
    r"map_symbols|smilies|stickmen|led|duplicates|disability|hazard|boating|"
    r"00_symbols|jigsaw|arrows)/|_bw|outline|contour|-icon|_icon|symbol|button|sign|empty|"
    r"hot_dog|corn_dog|baseball_bat|cricket_bat|scuba_tank|_egg|barcode|mateya|mirror|"
    r"stylized_yoga|"
    # Road signs that lie among pictures of what they show.
    r"(transportation|signs_and_symbols)/(airplane|horse|cattle|old_folks|tunnel|tram|drawbridge|"
    r"bus_|buses|cycle|no_|lorry_length|crosswind|motorway|turn|two_way|departing)"
)
_AUTHORS = re.compile(
    r"\b(archi\w*|ar|arc|franc\w*|fran|fra|fr|fra1|nicu|bucu\w*|buc|buculei|benji|park|ganson|"
    r"gerald|ger\w?|geral|g|jarno|vasa\w*|juliane|krug|linda|kim|lumen|design|jean|victor|sergio|"
    r"luiz|jon|phillips|phillip|matthew|joel|jonadab|jonathan|mimooh|peterm|yemu|mo|dan|gerhards|"
    r"ashton|aj|frouke|terry|mitchell|charles|mccolm|steve|orlando|karam|tess|brady)\b"
)


_PAPER: Colour = (255, 255, 255)


@dataclass(frozen=True)
class _Found:
    """A picture on disk and the words it is labelled with."""

    path: Path
    label: str


def write_pictures(
    folder: Path,
    seed: int,
    roots: tuple[Path, ...] = (CLIP_ART, STAMPS),
    concepts: tuple[Concept, ...] = tuple(CONCEPTS.values()),
) -> int:
    """Writes pictures/*.jpg and pictures.jsonl; the pictures of a concept that are there are kept.

    Args:
        folder: the data set's folder.
        seed: the same seed gives the same pictures.
        roots: folders of labelled pictures; those that are missing are passed over.
        concepts: what there shall be pictures of.

    Returns:
        How many pictures there are.
    """
    index = folder / PICTURES
    there = read_pictures(folder) if index.exists() else {}
    missing = tuple(concept for concept in concepts if concept.name not in there)
    if missing:
        (folder / "pictures").mkdir(parents=True, exist_ok=True)
        chosen = _choose([picture for root in roots for picture in _labelled(root)], missing)
        for concept in missing:
            there[concept.name] = _show(folder, concept, chosen.get(concept.name, []), seed)
        # In the order of the table, whatever order they were asked for in.
        places = {name: place for place, name in enumerate(CONCEPTS)}
        names = sorted(there, key=lambda name: places.get(name, len(places)))
        write_text(
            index, "".join(json.dumps(line) + "\n" for name in names for line in there[name])
        )
    return sum(map(len, there.values()))


def read_pictures(folder: Path, split: str | None = None) -> dict[str, list[dict[str, str]]]:
    """Lines of `folder`/pictures.jsonl by concept; each has id, file, concept, kind, split."""
    by_concept: dict[str, list[dict[str, str]]] = {}
    for line in (folder / PICTURES).read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if split is None or entry["split"] == split:
            by_concept.setdefault(entry["concept"], []).append(entry)
    return by_concept


def shown_in(entry: dict[str, str]) -> list[str]:
    """The concepts that a line of PICTURES names, the best first."""
    return [entry["concept"], *filter(None, entry.get("also", "").split(", "))]


def _show(folder: Path, concept: Concept, chosen: list[_Found], seed: int) -> list[dict[str, str]]:
    """Writes the pictures of a concept: those chosen, in several dresses each, and drawn ones."""
    found = [
        line
        for number, picture in enumerate(chosen)
        for line in _dress_all(folder, concept, picture, number, seed)
    ][: _WANTED - _DRAWN_AT_LEAST]
    return found + _draw_all(folder, concept, _WANTED - len(found), seed)


def _choose(pictures: list[_Found], concepts: tuple[Concept, ...]) -> dict[str, list[_Found]]:
    """For each concept the pictures that its labels fit, best first; each shows but one concept.

    A picture that showed several would be no more than a guess at which of them the music is about.
    """
    if not pictures:
        return {}
    # Here, because only this needs the model's torch, and only when there is anything to choose.
    from ..model.towers import MiniLMTower

    tower = MiniLMTower()

    def place(text: str) -> NDArray[np.float32]:
        mean = tower.tokens(text).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    places = np.stack([place(picture.label) for picture in pictures])
    words = [set(re.findall(r"[a-z]+", picture.label)) for picture in pictures]

    def fit(concept: Concept) -> NDArray[np.float64]:
        """How much nearer than is needed each label is to a concept."""
        likeness = np.mean(
            [places @ place(text) for text in (concept.name, " ".join(concept.keywords))], axis=0
        )
        wanted = {form for word in concept.keywords for form in (word, word + "s")}
        # A keyword alone is not trusted (a bat may be a cricket bat), nor is likeness alone.
        needed = np.where([bool(wanted & have) for have in words], _LIKE_WITH_KEYWORD, _LIKE)
        needed[[bool(have & set(concept.barred)) for have in words]] = np.inf
        return np.asarray(likeness - needed, dtype=np.float64)

    # Among all there are, so that what a picture shows does not depend on what else is asked for.
    rivals = {**CONCEPTS, **{concept.name: concept for concept in concepts}}
    fits = {name: fit(concept) for name, concept in rivals.items()}
    fittest = np.maximum.reduce([*fits.values(), np.zeros(len(pictures))])
    chosen = {}
    for concept in concepts:
        best = np.argsort(-fits[concept.name], kind="stable")
        mine = (fits[concept.name] > 0) & (fits[concept.name] == fittest)
        chosen[concept.name] = [pictures[i] for i in best if mine[i]][:_MOST_FOUND]
    return chosen


def is_held(content: bytes) -> bool:
    """Whether a source picture is held out: 15 in 100, by its bytes, as copies go by many names."""
    return int(hashlib.sha256(content).hexdigest()[:8], 16) % 100 < 15


def _labelled(root: Path) -> list[_Found]:
    """The pictures under a folder that have a usable label, one for each label."""
    found: dict[str, _Found] = {}
    for path in sorted(root.rglob("*.png")) if root.is_dir() else []:
        if _WITHOUT.search(str(path).lower()):
            continue
        words = re.sub(r"[^a-z]+", " ", path.stem.lower())
        caption = path.with_suffix(".txt")
        if caption.exists():
            words = caption.read_text(encoding="utf-8", errors="replace").splitlines()[0].lower()
        label = " ".join(word for word in _AUTHORS.sub(" ", words).split() if len(word) > 1)
        if label and label not in found:
            found[label] = _Found(path, label)
    return list(found.values())


def _line(concept: Concept, name: str, source: str, held: bool) -> dict[str, str]:
    return {
        "id": name,
        "file": f"pictures/{name}.jpg",
        "concept": concept.name,
        "source": source,
        "kind": "drawn" if source == DRAWN else "found",
        "split": "held" if held else "train",
    }


def _save(folder: Path, name: str, image: Image.Image) -> None:
    with whole(folder / "pictures" / f"{name}.jpg") as partial:
        image.save(partial, "JPEG", quality=82, optimize=True)


def _draw_all(folder: Path, concept: Concept, count: int, seed: int) -> list[dict[str, str]]:
    """The drawn scenes of a concept: one of every seven is held out, of every view in turn."""
    lines = []
    for number in range(count):
        view = concept.views[number % len(concept.views)]
        name = f"{concept.name.replace(' ', '-')}_{number:02d}_{view}"
        _save(folder, name, draw(view, concept.colours, random.Random(f"{seed} {name}")))
        lines.append(_line(concept, name, DRAWN, number % 7 == 0))
    return lines


def _dress_all(
    folder: Path, concept: Concept, picture: _Found, number: int, seed: int
) -> list[dict[str, str]]:
    """Writes a found picture in every dress; all are of its split. None when it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(picture.path) as file:
                image = file.convert("RGBA")
        image = image.crop(image.getbbox())
    except (UnidentifiedImageError, OSError, Image.DecompressionBombWarning):
        return []
    image.thumbnail((2 * SIZE, 2 * SIZE))
    held, lines = is_held(picture.path.read_bytes()), []
    for dress in range(_DRESSES):
        name = f"{concept.name.replace(' ', '-')}_{number:02d}_found{dress}"
        rng = random.Random(f"{seed} {name}")
        _save(folder, name, _dressed(image, _backdrop(concept, dress, rng), dress, rng))
        lines.append(_line(concept, name, picture.path.name, held))
    return lines


def _backdrop(concept: Concept, dress: int, rng: random.Random) -> Image.Image:
    """What a found picture is set before: the concept's colours, or a drawn view of it, paled."""
    if dress and rng.random() < 0.5:
        view = draw(rng.choice(concept.views), concept.colours, rng)
        return Image.blend(view, Image.new("RGB", view.size, _PAPER), rng.uniform(0.45, 0.7))
    top, bottom = (varied(parse_colour(colour), rng) for colour in concept.colours[:2])
    # Dark line art would drown before a dark background.
    pale = 0.2 if not dress else rng.uniform(0.1, 0.7)
    return gradient(mixed(top, _PAPER, pale), mixed(bottom, _PAPER, pale), SIZE)


def _dressed(image: Image.Image, scene: Image.Image, dress: int, rng: random.Random) -> Image.Image:
    """A found picture before a scene; all dresses but the first change its light and place."""
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    size = round(SIZE * (rng.uniform(0.6, 1.2) if dress else rng.uniform(0.75, 0.95)))
    scale = size / max(image.size)
    image = image.resize([max(1, round(side * scale)) for side in image.size])
    if dress:
        image = image.rotate(rng.gauss(0, 7), Image.Resampling.BICUBIC, expand=True)
    shift = round(SIZE * 0.08) if dress else 0
    left, upper = ((SIZE - side) // 2 + rng.randint(-shift, shift) for side in image.size)
    scene.paste(image, (left, upper), image)
    return _relit(scene, rng) if dress else scene


def _relit(image: Image.Image, rng: random.Random) -> Image.Image:
    """The same in other light: hue, colour, contrast and brightness a little off."""
    hue, colour, light = image.convert("HSV").split()
    turn = round(rng.gauss(0, 7))
    turned = Image.merge("HSV", (hue.point(lambda h: (h + turn) % 256), colour, light))
    image = turned.convert("RGB")
    for change in (ImageEnhance.Color, ImageEnhance.Contrast, ImageEnhance.Brightness):
        image = change(image).enhance(rng.uniform(0.7, 1.25))
    return image
