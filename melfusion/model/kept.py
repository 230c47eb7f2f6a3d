"""The newest few of things that take long to work out."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by name, in memory.

    Args:
        most: how many are kept; the one that was asked for longest ago goes first.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._things: OrderedDict[str, Thing] = OrderedDict()

    def get(self, name: str, make: Callable[[], Thing]) -> Thing:
        """The thing of this name, made now if it is not there."""
        if name not in self._things:
            self._things[name] = make()
        self._things.move_to_end(name)
        while len(self._things) > self.most:
            self._things.popitem(last=False)
        return self._things[name]

    def clear(self) -> None:
        """Forgets all of them."""
        self._things.clear()
