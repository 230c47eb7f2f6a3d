"""A ring of fixed size: one thread puts, another takes, and neither ever waits.

Threading: `put`, `slot` and `commit` belong to one thread, `take` and `taken` to another. Each
index is written by one side alone, and storing it is one step under the interpreter's lock.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Ring(Generic[Item]):
    """A queue that was allocated whole.

    Args:
        size: how many items may wait.
        make: makes what a slot holds at first.
    """

    def __init__(self, size: int, make: Callable[[], Item]) -> None:
        self._slots = [make() for _ in range(size)]
        self._put = 0
        self._taken = 0

    def put(self, item: Item) -> bool:
        """Puts an item; False when the ring is full.

        A taken item stays in its slot until it is overwritten here: the taker frees nothing.
        """
        if self._is_full():
            return False
        self._slots[self._put % len(self._slots)] = item
        self.commit()
        return True

    def slot(self) -> Item | None:
        """The next slot's own item, to be filled in place before `commit`; None when it is full."""
        if self._is_full():
            return None
        return self._slots[self._put % len(self._slots)]

    def commit(self) -> None:
        """Hands the slot over to the taker."""
        self._put += 1

    def take(self) -> Item | None:
        """The oldest item, which stays the taker's until `taken`; None when there is none."""
        if self._put == self._taken:
            return None
        return self._slots[self._taken % len(self._slots)]

    def taken(self) -> None:
        """Gives the slot of the item that `take` gave back."""
        self._taken += 1

    def drain(self) -> Iterator[Item]:
        """Every item that waits, each the taker's until the next is asked for."""
        while (item := self.take()) is not None:
            yield item
            self.taken()

    def _is_full(self) -> bool:
        return self._put - self._taken == len(self._slots)
