"""What PyQt6 leaves to be said everywhere: fields with their limits, and objects that are there."""

from typing import TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDoubleSpinBox, QSlider, QSpinBox

Thing = TypeVar("Thing")


def there(thing: Thing | None) -> Thing:
    """What PyQt6's types say might be none, and Qt's documentation says is there."""
    assert thing is not None
    return thing


def whole(low: int, high: int, value: int) -> QSpinBox:
    """A field for a whole number."""
    field = QSpinBox()
    field.setRange(low, high)
    field.setValue(value)
    return field


def decimal(low: float, high: float, value: float, step: float, digits: int) -> QDoubleSpinBox:
    """A field for a number with so many digits after the point."""
    field = QDoubleSpinBox()
    field.setDecimals(digits)
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setValue(value)
    return field


def slider(low: int, high: int, value: int) -> QSlider:
    """A slider from left to right."""
    field = QSlider(Qt.Orientation.Horizontal)
    field.setRange(low, high)
    field.setValue(value)
    return field
