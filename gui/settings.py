"""What a user may set, each with its default and its limits, kept by a QSettings."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar, cast, overload

from PyQt6.QtCore import QObject, QSettings, pyqtSignal

from melfusion.request import RenderRequest
from server.player_messages import Play

Value = TypeVar("Value", bound=int | str)

GROUP = "settings"
"""What QSettings keeps them under."""


class Setting(Generic[Value]):
    """One setting, an attribute of `Settings`: its default, and what it may be.

    Args:
        default: what holds until something is set; its type is the setting's.
        low: the least that it may be, of a number.
        high: the most.
        choices: all that it may be, where only some values make sense.

    Attributes:
        name: that of the attribute.
    """

    def __init__(
        self,
        default: Value,
        *,
        low: int | None = None,
        high: int | None = None,
        choices: Sequence[Value] = (),
    ) -> None:
        self.default = default
        self.low, self.high = low, high
        self.choices = tuple(choices)
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, settings: None, owner: type) -> "Setting[Value]": ...

    @overload
    def __get__(self, settings: "Settings", owner: type) -> Value: ...

    def __get__(self, settings: "Settings | None", owner: type) -> "Setting[Value] | Value":
        return self if settings is None else settings.read(self)

    def __set__(self, settings: "Settings", value: Value) -> None:
        settings.keep(self, value)

    def allows(self, value: object) -> bool:
        """Whether it may be that: of its type and within its limits."""
        if type(value) is not type(self.default) or (self.choices and value not in self.choices):
            return False
        number = cast(Any, value)
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )

    def understand(self, kept: object) -> Value:
        """What was kept, or the default where that is nothing that it may be.

        Args:
            kept: a value of the setting's type, or what a file says of it, which is text.
        """
        value = kept
        if isinstance(kept, str) and isinstance(self.default, bool):
            value = {"true": True, "false": False}.get(kept)
        elif isinstance(kept, str) and isinstance(self.default, int):
            with contextlib.suppress(ValueError):
                value = int(kept)
        return cast(Value, value) if self.allows(value) else self.default


def _like(message: type[Any], name: str) -> Mapping[str, Any]:
    """Default and limits of what a request has declared."""
    (declared,) = (field for field in fields(message) if field.name == name)
    limits = {limit: declared.metadata.get(limit) for limit in ("low", "high")}
    return {"default": declared.default, "choices": declared.metadata.get("choices", ()), **limits}


class Settings(QObject):
    """All that may be set. Whatever is set is kept, and told to whoever shows or uses it.

    Setting what is not allowed is a ValueError; what is spoilt where it is kept is the default.

    Args:
        kept: where they are kept.
        parent: of this object.
    """

    changed = pyqtSignal(str)
    """A setting is another; its name."""

    theme = Setting("system", choices=("system", "dark", "light"))
    """One of gui.look.THEMES."""

    text_size = Setting(100, low=80, high=200)
    """In per cent of the system's."""

    bars: Setting[int] = Setting(**_like(RenderRequest, "bars"))
    """Length of a new scene's loop."""

    part: Setting[str] = Setting(**_like(RenderRequest, "part"))
    """A new scene's part."""

    quantum: Setting[str] = Setting(**_like(Play, "quantum"))
    """When a loop that is played begins."""

    audition = Setting("now", choices=("now", "bar"))
    """When one begins that is only listened to; a quantum too."""

    crossfade_ms = Setting(20, low=1, high=10_000)
    """From what plays to what comes, whichever way it is asked for."""

    bars_ahead = Setting(2, low=1, high=16)
    """So many bars after the one that runs a loop is wanted that is rendered and then plays."""

    rate = Setting(44100, choices=(0, *_like(RenderRequest, "rate")["choices"]))
    """Samples a second of files; 0 is the sound device's own."""

    format: Setting[str] = Setting(**_like(RenderRequest, "format"))
    """Sample format of files."""

    attempts: Setting[int] = Setting(**_like(RenderRequest, "attempts"))
    """Renders to try when a check fails."""

    asks_before_closing = Setting(True)
    """Whether it is asked what goes on, while something plays or is rendered."""

    def __init__(self, kept: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept = kept
        # What is in the file that Python cannot load is told with whatever is asked for first.
        with contextlib.suppress(Exception):
            kept.allKeys()

    @classmethod
    def all(cls) -> dict[str, Setting[Any]]:
        """Every setting by its name."""
        return {name: value for name, value in vars(cls).items() if isinstance(value, Setting)}

    @property
    def trouble(self) -> str:
        """Why nothing can be kept, in one sentence; empty while it can."""
        if self._kept.isWritable():
            return ""
        return (
            f"Settings last until the window is closed: {self._kept.fileName()} cannot be written."
        )

    def read(self, setting: Setting[Value]) -> Value:
        """What a setting is; `settings.name` says the same."""
        try:
            kept = self._kept.value(f"{GROUP}/{setting.name}")
        except Exception:  # whatever loading a spoilt object of Python's raises
            return setting.default
        return setting.understand(kept)

    def keep(self, setting: Setting[Value], value: Value) -> None:
        """Sets and keeps it; `settings.name = value` does the same.

        Raises:
            ValueError: it may not be that.
        """
        if not setting.allows(value):
            raise ValueError(f"{setting.name}: {value!r} is not to be set")
        if value != self.read(setting):
            self._kept.setValue(f"{GROUP}/{setting.name}", value)
            self.changed.emit(setting.name)

    def reset(self) -> None:
        """Goes back to every default."""
        before = {name: getattr(self, name) for name in self.all()}
        self._kept.remove(GROUP)
        for name, setting in self.all().items():
            if before[name] != setting.default:
                self.changed.emit(name)
