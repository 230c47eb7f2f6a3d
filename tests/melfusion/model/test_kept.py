"""What is kept, and what goes."""

from melfusion.model.kept import Kept


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    made: list[str] = []
    kept: Kept[str] = Kept(2)
    for name in "abacab":
        assert kept.get(name, lambda name=name: made.append(name) or name) == name  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
    kept.clear()
    kept.get("b", lambda: made.append("b") or "b")  # type: ignore[func-returns-value]
    assert made[-2:] == ["b", "b"]
