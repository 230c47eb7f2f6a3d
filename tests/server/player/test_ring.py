import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from server.player.ring import Ring


@given(st.lists(st.booleans(), max_size=200))
def test_it_is_a_queue_with_an_end(puts: list[bool]) -> None:
    ring: Ring[int] = Ring(4, int)
    waiting: list[int] = []
    for number, puts_one in enumerate(puts, start=1):
        if puts_one:
            assert ring.put(number) == (len(waiting) < 4)
            waiting = [*waiting, number][:4] if len(waiting) < 4 else waiting
        else:
            assert ring.take() == (waiting[0] if waiting else None)
            if waiting:
                ring.taken()
                waiting.pop(0)
    assert list(ring.drain()) == waiting
    assert ring.take() is None


def test_a_slot_is_filled_in_place_and_used_again() -> None:
    ring: Ring[list[int]] = Ring(2, list)
    slots = []
    for number in range(4):
        slot = ring.slot()
        assert slot is not None
        slot[:] = [number]
        ring.commit()
        assert ring.take() == [number]
        ring.taken()
        slots.append(id(slot))
    assert slots[:2] == slots[2:]


def test_two_threads_lose_and_double_nothing() -> None:
    ring: Ring[int] = Ring(8, int)
    count = 5000

    def put() -> None:
        for number in range(count):
            while not ring.put(number):
                time.sleep(0)

    putting = threading.Thread(target=put)
    putting.start()
    taken: list[int] = []
    while len(taken) < count:
        taken.extend(ring.drain())
        time.sleep(0)
    putting.join()
    assert taken == list(range(count))
