import pytest
import torch
from safetensors.torch import save_file

from melfusion import home
from melfusion.catalogue import find


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch):
    monkeypatch.setenv(home.VARIABLE, str(tmp_path))
    return tmp_path / "models"


def put(folder):
    folder.mkdir(parents=True)
    (folder / home.INDEX).write_text("{}")
    return folder


def test_a_model_is_found_by_its_name_where_it_ships_or_was_downloaded(models):
    assert home.model_folder("mini") == home.present("mini") == home.WEIGHTS / "mini"
    assert home.present("base") is None
    assert home.downloaded() == []
    base, own = put(models / "base"), put(models / "of my own")
    (models / "empty").mkdir()
    put(models / ".base.download")
    assert home.model_folder("base") == home.present("base") == base
    assert home.downloaded() == [base, own]


def test_a_folder_is_found_by_its_path_and_by_a_path_alone(models, tmp_path):
    other = put(tmp_path / "elsewhere")
    assert home.model_folder(other) == other
    assert home.model_folder(str(other)) == other
    put(models / "base")
    for name in (str(other), "../elsewhere", "..", ".", "", "base/", "a\0b", ".base"):
        assert home.present(name) is None, name


def test_a_model_that_is_not_here_is_told_with_the_way_to_it(models):
    with pytest.raises(FileNotFoundError, match=r"get it with `melfusion download ace-step-1\.5`"):
        home.model_folder("ace-step-1.5")
    put(models / "ace-step-1.5")
    with pytest.raises(FileNotFoundError, match=r"'gpt'; those .* here: ace-step-1\.5, mini$"):
        home.model_folder("gpt")


def test_parameters_are_counted_off_the_headers(tmp_path):
    shapes = {"transformer": (3, 5), "vae": (7,)}
    for name, shape in shapes.items():
        (tmp_path / name).mkdir()
        weights = {"a": torch.zeros(shape, dtype=torch.float16), "b": torch.zeros(())}
        for piece in ("1", "2"):
            save_file(weights, tmp_path / name / f"{piece}.safetensors", {"format": "pt"})
    assert home.parameters(tmp_path) == {"transformer": 32, "vae": 16}
    (tmp_path / "vae" / "1.safetensors").write_bytes(b"\xff" * 20)
    with pytest.raises(ValueError, match="is damaged"):
        home.parameters(tmp_path)


def test_the_catalogue_knows_how_large_the_model_that_ships_is():
    counts = home.parameters(home.WEIGHTS / "mini")
    mini = find("mini")
    assert (sum(counts.values()), max(counts.values())) == (mini.parameters, mini.largest)
