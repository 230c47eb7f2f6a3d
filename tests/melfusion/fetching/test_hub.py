import hashlib
import os

import pytest

from melfusion.fetching import hub as hub_module
from melfusion.fetching.hub import AbsentError, Hub, HubError, UnreachableError
from melfusion.fetching.needed import LackingError
from tests.melfusion.fetching.fake_hub import REVISION, FakeHub, git_id

LARGE, SMALL = "weights.bin", "config.json"
CONTENT = os.urandom(3_000_000)


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(hub_module, "PAUSE_S", 0.0)
    monkeypatch.delenv("HF_TOKEN", raising=False)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    repository = tmp_path / "hub" / "owner" / "model"
    repository.mkdir(parents=True)
    (repository / LARGE).write_bytes(CONTENT)
    (repository / SMALL).write_bytes(b'{"a": 1}')
    with FakeHub(tmp_path / "hub", {"owner/model": "apache-2.0"}) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.endpoint)
        yield fake


def look(name="owner/model"):
    return Hub().look(name, lambda there: sorted(there))


def fetch(folder, on_bytes=lambda _: None, which=LARGE):
    (file,) = [file for file in look().files if file.path == which]
    return Hub().fetch(file, folder, on_bytes)


def partials(folder):
    return [path.stat().st_size for path in folder.rglob("*.part")]


def test_a_repository_tells_its_files_its_revision_and_its_licence(fake):
    found = look()
    assert (found.revision, found.licence) == (REVISION, "apache-2.0")
    small, large = found.files
    assert (small.size, small.oid) == (8, git_id(b'{"a": 1}'))
    assert (large.size, large.oid) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert found.size == len(CONTENT) + 8
    assert look(f"owner/model@{REVISION}") == found
    assert not fake.asked


def test_files_are_fetched_once(fake, tmp_path):
    seen = []
    for _ in range(2):
        assert fetch(tmp_path, seen.append).read_bytes() == CONTENT
        assert fetch(tmp_path, which=SMALL).read_bytes() == b'{"a": 1}'
    assert fake.asked == [(LARGE, ""), (SMALL, "")]
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)
    assert not partials(tmp_path)


def test_a_connection_that_breaks_is_taken_up_where_it_broke(fake, tmp_path):
    fake.breaks[LARGE] = [2_000_000, 500_000]
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert fake.fetched(LARGE) == ["", "bytes=2000000-", "bytes=2500000-"]


def test_what_was_interrupted_goes_on_in_another_run(fake, tmp_path):
    def interrupt(there):
        if there > 1_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(tmp_path, interrupt)
    (kept,) = partials(tmp_path)
    assert 1_000_000 < kept < len(CONTENT)
    assert [file.here(tmp_path) for file in look().files] == [0, kept]
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert fake.fetched(LARGE) == ["", f"bytes={kept}-"]


def test_a_hub_that_knows_no_ranges_sends_all_again(fake, tmp_path):
    fake.ignores_ranges = True
    fake.breaks[LARGE] = [2_000_000]
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert fake.fetched(LARGE) == ["", "bytes=2000000-"]


def test_a_hub_that_stays_away_is_told_and_what_came_stays(fake, tmp_path):
    fake.breaks[LARGE] = [2_000_000, *[0] * hub_module.TRIES]
    with pytest.raises(UnreachableError, match="cannot be reached"):
        fetch(tmp_path)
    assert partials(tmp_path) == [2_000_000]
    assert fetch(tmp_path).read_bytes() == CONTENT
    assert fake.fetched(LARGE)[-1] == "bytes=2000000-"


def test_a_busy_hub_is_asked_again(fake, tmp_path):
    fake.busy = 2
    assert fetch(tmp_path).read_bytes() == CONTENT
    fake.busy = 100
    with pytest.raises(AbsentError, match="answers 503"):
        fetch(tmp_path, which=SMALL)


@pytest.mark.parametrize("name", [LARGE, SMALL])
def test_a_damaged_file_is_fetched_again_once(fake, tmp_path, name):
    fake.damages[name] = 1
    assert (
        fetch(tmp_path, which=name).read_bytes()
        == (fake.folder / "owner/model" / name).read_bytes()
    )
    assert fake.fetched(name) == ["", ""]
    (tmp_path / "owner--model" / name).write_bytes(b"x" * 8)  # as by a bad disk
    fake.damages[name] = 2
    with pytest.raises(HubError, match="came damaged twice"):
        fetch(tmp_path, which=name)
    assert not (tmp_path / "owner--model" / name).exists()
    assert not partials(tmp_path)


def test_what_is_not_there_is_told_by_name(fake, tmp_path):
    for name in ("owner/other", "private/other", "owner/model@abc", "no name"):
        with pytest.raises(AbsentError, match=f"has no {name}, or not for everyone"):
            look(name)
    fake.gated.add("owner/model")
    with pytest.raises(AbsentError, match=r"owner/model is gated: accept its licence at http"):
        fetch(tmp_path)
    with pytest.raises(LackingError):
        Hub().look("owner/model", lambda _: (_ for _ in ()).throw(LackingError("has no x")))


def test_a_hub_that_is_not_there_is_told(fake, monkeypatch):
    for endpoint in ("http://127.0.0.1:9", "no-address", "http://[", f"{fake.endpoint}/nowhere"):
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        with pytest.raises(HubError) as caught:
            look()
        assert endpoint in str(caught.value)
        assert "\n" not in str(caught.value)
