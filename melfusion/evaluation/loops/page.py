"""The table and a few of the sounds as a page that needs nothing beside it but the sounds."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ...material.files import write_text
from ...request import PARTS
from ..page import interval, number
from .rendering import CONDITIONS, DECODED
from .scenes import Asked

NAME = "report.html"
LISTED = 8
STYLE = """body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em }
table { border-collapse: collapse } td, th { border-bottom: 1px solid #ccc; padding: .3em .6em;
text-align: left; vertical-align: top } .missed { color: #a00 } audio { width: 12em }"""


def write_page(out: Path, report: dict[str, Any], asked: Sequence[Asked]) -> Path:
    """Writes OUT/report.html and returns its path.

    Args:
        out: folder of the evaluation, with its sounds.
        report: as `report_of` gives it.
        asked: what was asked of each scene.

    Raises:
        OSError: it cannot be written.
    """
    page = "\n".join(
        [
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(report["model"])}'
            f"</title><style>{STYLE}</style><h1>{escape(report['model'])}</h1>",
            "<table><tr><th>what<th>aim<th>beside it<th>got<th>n<th>verdict",
            *(_row(row) for row in report["rows"]),
            "</table>",
            *_sounds(asked[:LISTED]),
            "</html>\n",
        ]
    )
    path = out / NAME
    write_text(path, page)
    return path


def _row(row: dict[str, Any]) -> str:
    others = ", ".join(f"{name} {number(score['value'])}" for name, score in row["others"].items())
    got, aim = row["got"], row["aim"]
    if row["target"] is not None:
        aim += f" ({number(row['target'])})"
    known = interval(got)
    cells = (
        f"{row['name']} {row['unit'] if row['unit'] != '%' else ''}",
        aim,
        others,
        number(got["value"]) + (f" ({known})" if known else ""),
        str(got["count"]),
    )
    verdict = row["verdict"]
    if row["missed by"]:
        verdict += f" by {number(row['missed by'])}"
    told = "".join(f"<td>{escape(cell)}" for cell in cells)
    about = f"<br><small>{escape(row['about'])}</small>" if row["about"] else ""
    return f'<tr>{told}<td class="{escape(row["verdict"])}">{escape(verdict)}{about}'


def _sounds(asked: Sequence[Asked]) -> Iterator[str]:
    kinds = (DECODED, *CONDITIONS)
    for one in asked:
        plan = one.scene.plan
        title = (
            f"{one.scene.style}, {one.scene.concept}: {plan.bpm:g} BPM, {plan.metre}, {plan.key}"
        )
        yield f"<h2>{escape(title)}</h2><table><tr><th><th>" + "<th>".join(kinds)
        for part in PARTS:
            files = [f"audio/{kind}/{one.scene.name}_{part}.flac" for kind in kinds]
            players = "".join(
                f'<td><audio controls loop preload="none" src="{escape(file)}"></audio>'
                for file in files
            )
            yield f"<tr><th>{escape(part)}: {escape(one.captions[part])}{players}"
        yield "</table>"
