"""The one path from a request to a verified file.

picture -> plan -> pipeline -> mix -> level -> verify -> (again with another seed) -> WAV.
"""

import errno
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import scipy.signal
from PIL import Image

from . import loop, picture, verify, wav
from .arranging import Arrangement, Towards
from .backends import backend_of
from .contract import Pipeline
from .home import model_folder
from .level import levelled, mixed
from .music import Plan
from .rendered import RenderedLoop
from .request import SEEDS, RenderRequest, RequestError
from .rhythm import Floats
from .source import Source, SourceFile

MODEL_RATE = 44100
LEAST_PROGRESS = 0.02
"""Smaller steps of a stage are not told."""
STAGES = ("text", "picture", "denoising", "decoding", "verification", "writing")


class RenderError(Exception):
    """A render that cannot be done for a reason the user can do something about; one sentence."""


class UnusableError(RenderError):
    """An attempt that gave no loop, where one with another seed may."""


class Cancelled(Exception):  # noqa: N818  (it is no error: it was asked for)
    """The render was cancelled; nothing of it is left."""


@dataclass(frozen=True)
class _Take:
    """One attempt: its sound, what was measured of it, its seed, and what the model told."""

    audio: Floats
    report: verify.Report
    seed: int
    arrangement: Arrangement | None
    picture_words: str


def load(model: str = "mini") -> Pipeline:
    """Loads a model, which takes seconds; keep it.

    Raises:
        RenderError: there is no such model, its files are damaged, or PyTorch is missing.
    """
    # What is made now stays: looking through it for garbage would take a sixth of the time.
    gc.disable()
    try:
        return _loaded(model_folder(model))
    except RenderError:
        raise
    except FileNotFoundError as error:
        raise RenderError(f"{error}: name one that is in this version, or a folder") from error
    except ImportError as error:
        raise RenderError(f"a library that the model needs is missing: {error}") from error
    except Exception as error:  # damaged files make the readers raise whatever they please
        reason = " ".join(str(error).split())
        raise RenderError(f"the model {model!r} cannot be loaded: {reason}") from error
    finally:
        gc.enable()


def _loaded(folder: Path) -> Pipeline:
    """What a folder holds; only what that needs is imported."""
    if backend := backend_of(folder):
        from .backends.composing import ComposingPipeline
        from .backends.placement import PlacementError

        try:
            return ComposingPipeline.load(folder, backend)
        except PlacementError as error:
            raise RenderError(str(error)) from error
    from .pipeline import MeLFusionPipeline

    return MeLFusionPipeline.from_pretrained(folder)


def render(
    request: RenderRequest,
    folder: Path,
    pipeline: Pipeline,
    *,
    on_progress: Callable[[str, float], None],
    cancelled: Callable[[], bool],
) -> RenderedLoop:
    """Renders a request into `folder`, or finds what was rendered for it before.

    Args:
        request: what to render; steps and guidance that are left open become the model's own.
        folder: where the WAV goes; made when it is not there.
        pipeline: as `load` gives it.
        on_progress: told the stage that begins and how much of the whole is done, 0-1.
        cancelled: looked at before every denoising step and every round of decoding.

    Raises:
        RequestError: the picture cannot be used, or the plan cannot be read.
        RenderError: no attempt was usable, or the file could not be written.
        Cancelled: `cancelled` said so. Nothing is left behind.
    """
    settled = replace(
        request,
        steps=request.steps or pipeline.steps,
        guidance=request.guidance or pipeline.guidance,
    )
    return _Render(settled, folder, pipeline, on_progress, cancelled).run()


@dataclass
class _Render:
    """One call of `render`: what its steps share."""

    request: RenderRequest
    folder: Path
    pipeline: Pipeline
    on_progress: Callable[[str, float], None]
    cancelled: Callable[[], bool]
    plan: Plan = field(init=False)
    timings: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    image: Image.Image | None = None
    image_hash: str = ""
    towards: Towards | None = None
    source: Source | None = None
    arrangement: Arrangement | None = None
    told: str = ""
    done: float = 0.0

    def run(self) -> RenderedLoop:
        self.stage("picture", 0.0)
        with self.timed("picture"):
            if self.request.image_path:
                shown = picture.load(self.request.image_path)
                self.image, self.image_hash = shown.image, shown.sha256
            to_image_hash = self.look_ahead()
        request, path = self.request, self.request.source_path
        there = SourceFile.read(path) if path else None
        identity = request.identity(
            self.image_hash, self.pipeline.name, to_image_hash, there.sha256 if there else ""
        )
        self.prepare_folder()
        known = RenderedLoop.find(self.folder, identity)
        if known:
            return replace(known, request=asdict(request))
        self.plan = self.proposed_plan(there)
        if there:
            self.source = there.fitted(self.plan, request.use, request.change)
        take, attempts = self.best_take()
        return self.write(identity, take, attempts)

    def look_ahead(self) -> str:
        """Takes in the scene that is gone towards, if any; gives the hash of its picture."""
        request, shown = self.request, None
        if not request.blend:
            return ""
        if request.to_image_path:
            try:
                shown = picture.load(request.to_image_path)
            except RequestError as error:
                raise RequestError("to_image", error.reason) from None
        self.towards = Towards(request.to_prompt, shown.image if shown else None, request.blend)
        return shown.sha256 if shown else ""

    def stage(self, name: str, done: float) -> None:
        """Tells how far the render has come, which never goes back; stops one that is cancelled."""
        if self.cancelled():
            raise Cancelled
        if name != self.told or done >= self.done + LEAST_PROGRESS:
            self.told, self.done = name, max(self.done, done)
            self.on_progress(name, self.done)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.timings[stage] += time.perf_counter() - start

    def proposed_plan(self, made_of: SourceFile | None) -> Plan:
        """What was asked for; what was left open leans on the mood of words and picture.

        What is made of a loop of ours stays in its key, unless another was asked for.
        """
        request = self.request
        if request.key.strip() or request.chords.strip():
            return request.plan()
        if made_of and made_of.key:
            return replace(request, key=made_of.key, chords=made_of.chords).plan()
        with self.timed("picture"):
            mood = self.pipeline.valence(request.prompt, self.image, request.image_strength)
            if to := self.towards:
                there = self.pipeline.valence(to.prompt, to.image, request.image_strength)
                mood = (1 - to.share) * mood + to.share * there
        return request.plan(mood)

    def prepare_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            wav.sweep(self.folder)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def best_take(self) -> tuple[_Take, int]:
        """The first take that passes every check, else the usable one that fails the fewest."""
        best: _Take | None = None
        lacking = RenderError()
        for attempt in range(self.request.attempts):
            try:
                take = self.take((self.request.seed + attempt * 0x9E3779B1) % SEEDS)
            except UnusableError as error:
                lacking = error
                continue
            if best is None or _faults(take) < _faults(best):
                best = take
            if not take.report.failed:
                break
        if best is None:
            raise lacking
        wrong = best.report.unusable
        if wrong:
            raise RenderError(
                f"no usable loop came out of {attempt + 1} attempts: {wrong.name} was"
                f" {wrong.got} {wrong.unit}".rstrip()
                + "; try another seed or prompt"
            )
        return best, attempt + 1

    def take(self, seed: int) -> _Take:
        """Renders once and measures what came out."""
        request = self.request
        self.stage("text", 0.03)
        output = self.pipeline(
            self.plan,
            request.parts,
            prompt=request.prompt,
            image=self.image,
            image_strength=request.image_strength,
            guidance=request.guidance,
            image_guidance=request.image_guidance or None,
            steps=request.steps,
            seed=seed,
            arrangement=self.arrangement,
            towards=self.towards,
            image_words=request.image_words,
            source=self.source,
            on_stage=self.on_stage,
        )
        # Parts of one scene stay in one style, whichever of them needs another attempt.
        self.arrangement = output.arrangement
        for stage, seconds in output.seconds.items():
            self.timings[stage] += seconds
        with self.timed("decoding"):
            audio = _finished(output.stems, self.plan, request)
        self.stage("verification", 0.9)
        with self.timed("verification"):
            report = verify.measure(audio, request.rate, self.plan, request.part)
        return _Take(audio, report, seed, output.arrangement, output.picture_words)

    def on_stage(self, stage: str, share: float) -> None:
        begins, lasts = {"denoising": (0.05, 0.5), "decoding": (0.55, 0.35)}[stage]
        self.stage(stage, begins + lasts * share)

    def write(self, identity: str, take: _Take, attempts: int) -> RenderedLoop:
        request, plan = self.request, self.plan
        self.stage("writing", 0.95)
        name = wav.file_name(
            request.prompt, request.part, plan.bpm, plan.key, identity, picture=request.image
        )
        rendered = self.record(identity, take, attempts, self.folder / name)
        try:
            with self.timed("writing"):
                path = wav.write(
                    self.folder,
                    name,
                    take.audio,
                    request.rate,
                    request.format,
                    plan=plan,
                    pitched=request.part != "drums",
                    title=request.prompt or Path(request.image).stem,
                    recipe=rendered.recipe(),
                )
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        return replace(rendered, path=path)

    def record(self, identity: str, take: _Take, attempts: int, path: Path) -> RenderedLoop:
        samples, rate = take.audio.shape[1], self.request.rate
        return RenderedLoop(
            id=identity,
            path=path,
            request=asdict(self.request),
            image_hash=self.image_hash,
            plan={
                "bpm": self.plan.bpm,
                "metre": str(self.plan.metre),
                "key": str(self.plan.key),
                "chords": self.plan.chords_text(),
                **(take.arrangement.as_dict() if take.arrangement else {}),
                **({"picture_words": take.picture_words} if take.picture_words else {}),
            },
            samples=samples,
            rate=rate,
            seconds=samples / rate,
            model=self.pipeline.name,
            take_seed=take.seed,
            attempts=attempts,
            checks=[check.as_dict() for check in take.report.checks],
            timings=self.timings,
        )


def _faults(take: _Take) -> tuple[bool, int]:
    return take.report.unusable is not None, len(take.report.failed)


def _finished(stems: dict[str, Floats], plan: Plan, request: RenderRequest) -> Floats:
    """Stems at 44.1 kHz as one loop [channels, N] at the rate and level asked for.

    Resampling by the spectrum of the whole circle keeps the seam and hits the length exactly.
    """
    asked = loop.samples(plan.bars, plan.metre, plan.bpm, MODEL_RATE)
    for part, stem in stems.items():
        if stem.shape[1] != asked:
            raise RenderError(
                f"the model gave {stem.shape[1]} samples of {part} where the loop has {asked}:"
                " this model cannot be used for it"
            )
    audio = mixed(stems, MODEL_RATE) if len(stems) > 1 else next(iter(stems.values()))
    if request.rate != MODEL_RATE:
        length = loop.samples(plan.bars, plan.metre, plan.bpm, request.rate)
        audio = scipy.signal.resample(audio, length, axis=1).astype(np.float32)
    return levelled(audio, request.rate, request.part)


def _unwritable(folder: Path, error: OSError) -> RenderError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return RenderError(
        f"the loop could not be written to {folder}: {error.strerror};"
        f" {'make room there or ' if full else ''}choose another folder"
    )
