"""Renders the contact sheet: 64 prompts with pictures, to be listened to and looked through.

    python scripts/contact_sheet.py [--out docs/contact_sheet] [--model mini] [--list FILE.toml]

For each loop of contact_sheet.toml, OUT gets the sound as Ogg Vorbis, its mel spectrum and the
picture as WebP, and OUT/index.html a card with a player that loops and what was asked and measured.
Pictures that are no files are drawn, so that nothing but this project is needed. What is there is
made anew. The whole stays under LARGEST bytes, or the script says so and fails.
"""

import argparse
import random
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from PIL import Image

from melfusion.contract import Pipeline
from melfusion.embedders.mel import power_spectrum, slaney_filters
from melfusion.material.concepts import CONCEPTS
from melfusion.material.drawing import draw
from melfusion.material.files import whole, write_text
from melfusion.options import arrangement
from melfusion.render import RenderError, load, render
from melfusion.rendered import RenderedLoop
from melfusion.request import RenderRequest, RequestError

ROOT = Path(__file__).parent.parent
LARGEST, LARGEST_PICTURE = 6_000_000, 12_000
THUMBNAIL, SPECTRUM = (224, 224), (480, 96)
VORBIS_LEVEL = 0.9
"""Of libsndfile, 0 best and 1 smallest."""
BLOCK = 1 << 15
"""Samples that the Vorbis encoder gets at a time: it keeps them on its stack."""
SIZE, BANDS, TOP_HZ, RANGE_DB = 2048, 96, 16000.0, 70.0
PALETTE = ((8, 8, 24), (84, 24, 110), (214, 66, 76), (252, 178, 72), (252, 252, 210))
STYLE = """body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5em; background: #fafafa }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(30em, 1fr)); gap: 1em }
article { background: #fff; border: 1px solid #ddd; padding: .8em } h2 { font-size: 1.05em }
.pictures { display: flex; gap: .5em; align-items: end } .pictures img:first-child { height: 96px }
.pictures img:last-child { flex: 1; min-width: 0; height: 96px } audio { width: 100% }
table { border-collapse: collapse } td, th { padding: 0 .6em 0 0; text-align: left }
.fail { color: #a00 } .pass { color: #060 }"""


@dataclass(frozen=True)
class Card:
    """A loop of the sheet.

    Attributes:
        name: of its files.
        asked: its entry in the list.
        rendered: what came of it.
    """

    name: str
    asked: dict[str, Any]
    rendered: RenderedLoop


def picture_of(entry: dict[str, Any], seed: int) -> Image.Image:
    """The picture of an entry: a file below the project's root, or a concept, drawn.

    Raises:
        ValueError: it is neither.
    """
    name = entry["picture"]
    if name in CONCEPTS:
        concept = CONCEPTS[name]
        return draw(concept.views[0], concept.colours, random.Random(f"{seed} {name}"))
    path = ROOT / name
    if not path.is_file():
        raise ValueError(f"{name!r} is neither a picture nor a concept")
    with Image.open(path) as image:
        return image.convert("RGB")


def write_thumbnail(path: Path, picture: Image.Image) -> None:
    """Writes a small WebP, of less quality until it is at most LARGEST_PICTURE bytes."""
    small = picture.copy()
    small.thumbnail(THUMBNAIL)
    for quality in (80, 60, 40, 20):
        with whole(path) as partial:
            small.save(partial, "WEBP", quality=quality)
        if path.stat().st_size <= LARGEST_PICTURE:
            return


def write_vorbis(path: Path, audio: np.ndarray, rate: int) -> None:
    """Writes sound [N, channels] as Ogg Vorbis."""
    with (
        whole(path) as partial,
        soundfile.SoundFile(
            partial,
            "w",
            rate,
            audio.shape[1],
            format="OGG",
            subtype="VORBIS",
            compression_level=VORBIS_LEVEL,
        ) as file,
    ):
        for start in range(0, len(audio), BLOCK):
            file.write(audio[start : start + BLOCK])


def write_spectrum(path: Path, audio: np.ndarray, rate: int) -> None:
    """Writes the log mel spectrum of mono sound [N] as a picture, low bands below."""
    filters = slaney_filters(rate, SIZE, BANDS, 0, TOP_HZ)
    hop = max(1, len(audio) // SPECTRUM[0])
    energy = (power_spectrum(torch.from_numpy(audio), SIZE, hop) @ filters).numpy()
    decibels = 10 * np.log10(energy + 1e-12)
    shade = ((decibels - decibels.max()) / RANGE_DB + 1).clip(0, 1).T[::-1]
    stops = np.linspace(0, 1, len(PALETTE))
    channels = [np.interp(shade, stops, np.array(PALETTE)[:, n]) for n in range(3)]
    image = Image.fromarray(np.stack(channels, axis=2).round().astype(np.uint8))
    with whole(path) as partial:
        image.resize(SPECTRUM).save(partial, "WEBP", quality=60)


def made(entry: dict[str, Any], number: int, out: Path, pipeline: Pipeline) -> Card:
    """Renders one loop and writes its sound and pictures.

    Raises:
        RequestError, RenderError, ValueError: it cannot be rendered.
    """
    name = f"{number:02d}"
    picture = picture_of(entry, number)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture.png"
        picture.save(file)
        options = {key: value for key, value in entry.items() if key != "picture"}
        request = RenderRequest.check(
            options | {"image": str(file), "seed": number, "steps": pipeline.steps}
        )
        rendered = render(
            request, Path(folder), pipeline, on_progress=lambda *_: None, cancelled=lambda: False
        )
        audio, rate = soundfile.read(rendered.path, dtype="float32", always_2d=True)
    mono = np.ascontiguousarray(audio.mean(1))
    write_vorbis(out / f"{name}.ogg", audio, rate)
    write_spectrum(out / f"{name}_mel.webp", mono, rate)
    write_thumbnail(out / f"{name}.webp", picture)
    return Card(name, entry, rendered)


def page(cards: list[Card], model: str) -> str:
    """The whole page."""
    passed = sum(
        all(check["verdict"] != "fail" for check in card.rendered.checks) for card in cards
    )
    return "\n".join(
        [
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>Contact sheet of {escape(model)}</title><style>{STYLE}</style>",
            f"<h1>Contact sheet of {escape(model)}</h1>",
            f"<p>{len(cards)} loops from words and a picture; {passed} pass every check. All"
            " pictures but those of docs/examples are drawn by the project. Made by"
            " <code>python scripts/contact_sheet.py</code>.</p><main>",
            *(line for card in cards for line in article(card)),
            "</main></html>\n",
        ]
    )


def article(card: Card) -> Iterator[str]:
    """One loop: picture, spectrum, player and table."""
    asked, plan = card.asked, card.rendered.plan
    yield f"<article><h2>{escape(asked['prompt'])}</h2><div class=pictures>"
    yield f'<img src="{card.name}.webp" alt="{escape(Path(asked["picture"]).stem)}">'
    yield f'<img src="{card.name}_mel.webp" alt="mel spectrum"></div>'
    yield f'<audio controls loop preload="none" src="{card.name}.ogg"></audio>'
    yield (
        f"<p>{escape(asked['part'])}, {plan['bpm']:g} BPM, {escape(plan['metre'])},"
        f" {escape(plan['key'])}, {asked['bars']} bars: {escape(plan['chords'])}; seed"
        f" {card.rendered.take_seed}</p>"
    )
    yield from (f"<p>{escape(line)}</p>" for line in arrangement(card.rendered.as_dict()))
    yield "<table><tr><th><th>asked<th>got<th>verdict"
    for check in card.rendered.checks:
        unit = f" {check['unit']}" if check["unit"] else ""
        cells = [
            "" if value is None else f"{value}{unit}" for value in (check["asked"], check["got"])
        ]
        told = "".join(f"<td>{escape(cell)}" for cell in (check["name"], *cells))
        yield f'<tr>{told}<td class="{escape(check["verdict"])}">{escape(check["verdict"])}'
    yield "</table></article>"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "contact_sheet")
    parser.add_argument("--model", default="mini")
    parser.add_argument("--list", type=Path, default=Path(__file__).with_suffix(".toml"))
    chosen = parser.parse_args()
    entries = tomllib.loads(chosen.list.read_text(encoding="utf-8"))["loops"]
    pipeline = load(chosen.model)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for stale in (*chosen.out.glob("*.ogg"), *chosen.out.glob("*.webp")):
        stale.unlink()
    cards = []
    for number, entry in enumerate(entries):
        print(f"{number + 1}/{len(entries)} {entry['prompt']}", file=sys.stderr, flush=True)
        try:
            cards.append(made(entry, number, chosen.out, pipeline))
        except (RequestError, RenderError, ValueError) as error:
            sys.exit(f"loop {number}, {entry['prompt']!r}: {error}")
    write_text(chosen.out / "index.html", page(cards, pipeline.name))
    size = sum(path.stat().st_size for path in chosen.out.iterdir())
    print(f"{chosen.out / 'index.html'}: {size / 1e6:.1f} MB")
    if size > LARGEST:
        sys.exit(f"that is more than {LARGEST / 1e6:g} MB: make the loops shorter")


if __name__ == "__main__":
    main()
