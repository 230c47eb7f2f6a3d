"""Trains `base`: the music U-Net and its synapses, on music with words and pictures.

On accelerate: one GPU or many (`torchrun --nproc-per-node 4 -m melfusion train ...`), in mixed
precision.
The run can be stopped at any moment; the same command goes on where it was.
"""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import ProjectConfiguration
from diffusers import DDPMScheduler
from diffusers.training_utils import EMAModel
from torch import Tensor
from torch.utils.data import DataLoader, default_collate

from ..home import model_folder
from ..model.saving import fingerprint, linked
from ..pipeline import MeLFusionPipeline
from ..training.budget import learning_rate
from .dataset import Prepared, Samples, generator_of
from .melbench import Triplet, read_triplets
from .music_unet import MusicUNet
from .objective import velocity_loss
from .pipeline import BasePipeline
from .settings import Settings

VALIDATED_AT = (100, 300, 500, 700, 900)
"""Time steps of the validation loss."""
KEPT_CHECKPOINTS, MIN_HELD = 2, 2

CONDITIONS = {
    "both": (True, 1.0, False),
    "words": (True, 0.0, False),
    "picture": (False, 1.0, False),
    "stranger": (True, 1.0, True),
    "nothing": (False, 0.0, False),
}
"""Rows of the validation: whether there are words, the picture's strength, and whether the picture
is somebody else's. Nothing is said of the picture without the last two."""


class Trainer:
    """One run.

    Args:
        pipeline: what is trained; its U-Net is changed.
        source: folder that it was loaded from.
        triplets: what it is trained on.
        held: what the validation loss is measured on.
        settings: the run.
        folder: where checkpoints, log, features and the finished model go.

    Raises:
        ManifestError: music or a picture cannot be read.
        ValueError: too little is kept back.
    """

    def __init__(
        self,
        pipeline: BasePipeline,
        source: Path,
        triplets: Sequence[Triplet],
        held: Sequence[Triplet],
        settings: Settings,
        folder: Path,
    ) -> None:
        if len(held) < MIN_HELD:
            raise ValueError(f"--held: needs at least {MIN_HELD} lines, for a stranger's picture")
        self.pipeline, self.source = pipeline, source
        self.settings, self.folder = settings, folder
        self.accelerator = Accelerator(
            mixed_precision=settings.precision,
            gradient_accumulation_steps=settings.accumulate,
            project_config=ProjectConfiguration(str(folder)),
        )
        self.schedule = DDPMScheduler.from_config(pipeline.scheduler.config)
        self.step = 0
        self._place_frozen()
        prepared = Prepared(pipeline, folder / "features")
        self._prepare(prepared, [*triplets, *held[: settings.held_samples]])
        unet = pipeline.unet.train()
        groups = _groups(unet, settings)
        optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.999), foreach=True)
        self.unet, self.optimiser = self.accelerator.prepare(unet, optimiser)
        self.average = EMAModel(self._learning(), decay=settings.ema, use_ema_warmup=True)
        self.average.to(self.accelerator.device)
        self.accelerator.register_for_checkpointing(self.average)
        self._resume()
        passes = settings.batch * settings.accumulate * self.accelerator.num_processes
        self.samples = Samples(
            triplets, prepared, settings, self.step * passes, settings.steps * passes
        )
        self.held = Samples(held[: settings.held_samples], prepared, settings, 0, 0)

    def run(self) -> Path:
        """Trains to the end; returns the folder of the finished model."""
        loader = DataLoader(
            self.samples, self.settings.batch, num_workers=self.settings.workers, drop_last=True
        )
        if self.step == 0:
            self._log()
        began, losses = time.monotonic(), []
        # Batches go round the processes in turn: each sample is seen once, by one of them.
        for batch in self.accelerator.prepare_data_loader(loader):
            with self.accelerator.accumulate(self.unet):
                losses.append(self._learn(batch))
            if not self.accelerator.sync_gradients:
                continue
            self.step += 1
            self.average.step(self._learning())
            last = self.step == self.settings.steps
            if last or self.step % self.settings.validate_every == 0:
                spent = time.monotonic() - began
                self._log(loss=_mean(losses), seconds_per_step=round(spent / len(losses), 4))
                began, losses = time.monotonic(), []
            if last or self.step % self.settings.keep_every == 0:
                self._keep()
        return self._export()

    def _learn(self, batch: dict[str, Tensor]) -> float:
        for group in self.optimiser.param_groups:
            progress = self.step / self.settings.steps
            group["lr"] = learning_rate(group["base"], self.step, progress, self.settings.warmup)
        loss = self.losses(self.unet, batch).mean()
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.step}")
        self.accelerator.backward(loss)
        if self.accelerator.sync_gradients:
            self.accelerator.clip_grad_norm_(self._learning(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return loss.item()

    def losses(self, unet: MusicUNet, batch: dict[str, Tensor]) -> Tensor:
        """Loss of every sample: [B]."""
        picture = self.pipeline.image_tower.record(batch["picture"], batch["picture_timestep"])
        return velocity_loss(
            unet,
            self.schedule,
            batch["latents"],
            batch["noise"],
            batch["timestep"],
            batch["text"],
            batch["text_bias"],
            {layer: (key.float(), value.float()) for layer, (key, value) in picture.items()},
            batch["picture_strength"],
            gamma=self.settings.gamma,
        )

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """Mean loss of the moving average by row of CONDITIONS, at fixed time steps and noise."""
        rows: dict[str, float] = {}
        count = len(self.held.triplets)
        with self._averaged() as unet, self.accelerator.autocast():
            for name, (told, strength, strange) in CONDITIONS.items():
                losses = []
                for number, triplet in enumerate(self.held.triplets):
                    seen = self.held.triplets[(number + 1) % count] if strange else triplet
                    batch = default_collate(
                        [
                            self.held.sample(
                                triplet, seen, at, strength, told, generator_of(2, number, at)
                            )
                            for at in VALIDATED_AT
                        ]
                    )
                    device = self.accelerator.device
                    batch = {key: tensor.to(device) for key, tensor in batch.items()}
                    losses += self.losses(unet, batch).tolist()
                rows[name] = _mean(losses)
        return rows

    def _place_frozen(self) -> None:
        """Puts what does not learn on the device, in the precision of the run."""
        kinds = {"no": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
        dtype = kinds[self.settings.precision]
        device = self.accelerator.device
        for network in (self.pipeline.image_unet, self.pipeline.image_vae):
            # diffusers' own warns of layers to be kept in float32 also where there are none.
            torch.nn.Module.to(network, device, dtype)
        for network in (self.pipeline.vae, self.pipeline.text_encoder, self.pipeline.vocoder):
            network.to(device)
        self.pipeline.unet.to(device)

    def _prepare(self, prepared: Prepared, triplets: Sequence[Triplet]) -> None:
        own = triplets[self.accelerator.process_index :: self.accelerator.num_processes]
        for triplet in own:
            prepared.prepare(triplet)
        self.accelerator.wait_for_everyone()

    def _learning(self) -> list[torch.nn.Parameter]:
        return [p for p in self.unet.parameters() if p.requires_grad]

    @contextmanager
    def _averaged(self) -> Iterator[MusicUNet]:
        """The U-Net with the moving average for its weights, for as long as this lasts."""
        parameters = self._learning()
        self.average.store(parameters)
        self.average.copy_to(parameters)
        unet = self.accelerator.unwrap_model(self.unet).eval()
        try:
            yield unet
        finally:
            unet.train()
            self.average.restore(parameters)

    def _log(self, **values: Any) -> None:
        """Appends a line to the log and prints it: loss, validation, alpha of every layer."""
        rows = {name: round(value, 5) for name, value in self.validate().items()}
        with self._averaged() as unet:
            alphas = {layer: round(alpha, 5) for layer, alpha in unet.alphas.items()}
        if not self.accelerator.is_main_process:
            return
        line = json.dumps({"step": self.step, **values, "held": rows, "alphas": alphas})
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)

    def _checkpoints(self) -> list[Path]:
        return sorted((self.folder / "checkpoints").glob("step_*[0-9]"))

    def _keep(self) -> None:
        """Writes a checkpoint, which gets its name when it is whole, and deletes old ones."""
        path = self.folder / "checkpoints" / f"step_{self.step:08d}"
        partial = path.with_suffix(".part")
        self.accelerator.save_state(str(partial))
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            partial.replace(path)
            for old in self._checkpoints()[:-KEPT_CHECKPOINTS]:
                shutil.rmtree(old)

    def _resume(self) -> None:
        if there := self._checkpoints():
            self.accelerator.load_state(str(there[-1]))
            self.step = int(there[-1].name.removeprefix("step_"))

    def _export(self) -> Path:
        """Saves the pipeline with the moving average, under a name that no other has."""
        out = self.folder / "export"
        if self.accelerator.is_main_process:
            self.average.copy_to(self._learning())
            unet = self.accelerator.unwrap_model(self.unet).eval().float()
            self.pipeline.register_to_config(name=f"{self.settings.name}-{fingerprint(unet)}")
            partial = out.with_suffix(".part")
            shutil.rmtree(partial, ignore_errors=True)
            # What did not learn comes from where it was: here it is in the run's precision.
            ours = shutil.ignore_patterns("unet", "model_index.json")
            shutil.copytree(self.source, partial, ignore=ours, copy_function=linked)
            unet.save_pretrained(partial / "unet")
            self.pipeline.save_config(partial)
            shutil.rmtree(out, ignore_errors=True)
            partial.replace(out)
        self.accelerator.wait_for_everyone()
        return out


def _groups(unet: MusicUNet, settings: Settings) -> list[dict[str, Any]]:
    """Parameters by learning rate: alpha, and all else that learns."""
    alphas, others = [], []
    own = {id(p) for synapse in unet.synapses.values() for p in synapse.parameters()}
    for name, parameter in unet.named_parameters():
        parameter.requires_grad_(settings.trained == "all" or id(parameter) in own)
        if name.endswith(".a"):
            alphas.append(parameter)
        elif parameter.requires_grad:
            others.append(parameter)
    groups = [
        {"params": others, "base": settings.learning_rate, "weight_decay": settings.weight_decay},
        {"params": alphas, "base": settings.alpha_learning_rate, "weight_decay": 0.0},
    ]
    return [{**group, "lr": group["base"]} for group in groups if group["params"]]


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 5)


def train(
    settings: Settings, manifest: Path, held: Path, audio: Path, pictures: Path, folder: Path
) -> Path:
    """Trains on manifests; returns the folder of the finished model.

    Args:
        settings: the run.
        manifest: MeLBench's, of what is trained on.
        held: the same, of what is measured on.
        audio: folder of the music.
        pictures: folder of the pictures.
        folder: of the run.

    Raises:
        ManifestError: a manifest, music or a picture cannot be read.
        FileNotFoundError: there is no such model to begin with.
        ValueError: that model is not of this size.
    """
    triplets = read_triplets(manifest, audio, pictures)
    kept_back = read_triplets(held, audio, pictures)
    source = model_folder(settings.model)
    pipeline = MeLFusionPipeline.from_pretrained(source)
    if not isinstance(pipeline, BasePipeline):
        raise ValueError(f"{settings.model} is {pipeline.name}: only models of base's size")
    return Trainer(pipeline, source, triplets, kept_back, settings, folder).run()
