"""dev.py on a tiny project of its own: real environments and a real pip, but no network."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import dev

ROOT = Path(__file__).parents[1]

PYPROJECT = """
[build-system]
requires = ["pip"]
build-backend = "backend"
backend-path = ["."]
"""

BACKEND = '''
import os, pathlib, time, zipfile

DEPENDENCIES = """{dependencies}"""

def build_editable(folder, config_settings=None, metadata_directory=None):
    pathlib.Path("building").touch()
    while pathlib.Path("slow").exists():
        time.sleep(0.01)
    about = ["Metadata-Version: 2.1", "Name: tiny", "Version: 1", "Provides-Extra: test"]
    about += ["Requires-Dist: " + name for name in DEPENDENCIES.split()]
    wheel = ["Wheel-Version: 1.0", "Generator: tiny", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    files = {{"METADATA": about, "WHEEL": wheel, "RECORD": []}}
    with zipfile.ZipFile(pathlib.Path(folder, "tiny-1-py3-none-any.whl"), "w") as wheel:
        for name, lines in files.items():
            wheel.writestr("tiny-1.dist-info/" + name, "\\n".join([*lines, ""]))
    return "tiny-1-py3-none-any.whl"

def build_wheel(folder, config_settings=None, metadata_directory=None):
    return build_editable(folder)
'''


class Project:
    """A clone with dev.py in it, and a package of its own that needs `dependencies`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = sys.executable
        self.venv = folder / ".venv"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
        }
        shutil.copy(ROOT / "dev.py", folder)
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "constraints.txt").write_text("torch==2.13.0\n")
        self.needs("")

    def needs(self, dependencies: str) -> None:
        (self.folder / "backend.py").write_text(BACKEND.format(dependencies=dependencies))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.python, str(self.folder / "dev.py"), *arguments],
            cwd=self.folder.parent,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit status, and all that a user sees."""
        process = self.start(*arguments)
        out, err = process.communicate()
        return process.returncode, out + err

    def add_torch(self, version: str) -> Path:
        """Puts a torch of the user's own into the environment; returns its version file."""
        python = self.venv / dev.PYTHON.relative_to(dev.VENV)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.venv], check=True)
        where = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = Path(subprocess.check_output([python, "-c", where], text=True).strip())
        return self.write_torch(packages, version)

    def write_torch(self, packages: Path, version: str) -> Path:
        """Writes an empty torch of that version; returns its version file."""
        (packages / "torch").mkdir(parents=True)
        (packages / "torch" / "__init__.py").touch()
        about = packages / f"torch-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")
        (about / "RECORD").touch()
        return about / "METADATA"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_an_old_python_can_read_it() -> None:
    source = (ROOT / "dev.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    local = [node for node in ast.parse(source).body if isinstance(node, ast.Import)]
    assert "tomllib" not in {alias.name for node in local for alias in node.names}


@pytest.mark.parametrize(
    ("version", "has_ensurepip", "free_gb", "words"),
    [
        ((3, 8, 1), True, 50.0, "Python 3.11 or newer is needed, this is 3.8"),
        ((3, 12, 0), False, 50.0, "apt install python3.12-venv"),
        ((3, 12, 0), True, 0.5, "0.5 GB are free"),
    ],
)
def test_it_says_what_is_missing(
    version: tuple[int, int, int], has_ensurepip: bool, free_gb: float, words: str
) -> None:
    assert words in dev.missing(version, has_ensurepip, free_gb)


def test_nothing_is_missing_where_all_is_there() -> None:
    assert dev.missing((3, 11, 0), True, dev.DISK_GB) == ""


def processor_s() -> float:
    """Processor time of all child processes so far: what else the machine does must not decide."""
    spent = os.times()
    return spent.children_user + spent.children_system


def test_the_second_run_starts_at_once(project: Project) -> None:
    began = processor_s()
    status, output = project.run("setup")
    first_s = processor_s() - began
    assert status == 0, output
    assert "set up in" in output
    began = processor_s()
    assert project.run("setup") == (0, "")
    # On any machine, a set-up takes longer than this limit and a glance at the stamp does not.
    assert processor_s() - began < 1.0 < first_s


def test_a_changed_pin_is_installed(project: Project) -> None:
    assert project.run("setup")[0] == 0
    (project.folder / "constraints.txt").write_text("torch==2.14.0\n")
    status, output = project.run("setup")
    assert status == 0
    assert "set up in" in output


def test_a_killed_set_up_is_taken_up_again(project: Project) -> None:
    (project.folder / "slow").touch()
    process = project.start("setup")
    while not (project.folder / "building").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    for member in family:
        member.kill()
    process.communicate()
    (project.folder / "slow").unlink()
    status, output = project.run("setup")
    assert status == 0, output
    assert "set up in" in output
    assert project.run("setup") == (0, "")


def test_a_package_that_is_not_to_be_had(project: Project) -> None:
    project.needs("no-such-package-at-all")
    status, output = project.run("setup")
    assert status == 1
    assert "the package index has no build of a package for this machine" in output
    assert "Traceback" not in output


def test_no_network(project: Project) -> None:
    project.needs("no-such-package-at-all")
    del project.environment["PIP_NO_INDEX"]
    # Port 9 is "discard": nobody listens there.
    project.environment.update(PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="1")
    status, output = project.run("setup")
    assert status == 1
    assert "the package index cannot be reached (is there a network?)" in output
    assert "Traceback" not in output


def test_a_torch_of_the_users_own_is_kept(project: Project) -> None:
    version_file = project.add_torch("2.7.0+gpu")
    project.needs("torch>=2.6")
    status, output = project.run("setup")
    assert status == 0, output
    assert version_file.exists()


def test_a_torch_outside_the_environment_is_kept_in_sight(project: Project, tmp_path: Path) -> None:
    project.python = sys._base_executable
    project.write_torch(tmp_path / "packages", "2.7.0+gpu")
    project.environment["PYTHONPATH"] = str(tmp_path / "packages")
    project.needs("torch>=2.6")
    status, output = project.run("setup")
    assert status == 0, output
    settings = (project.venv / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = true" in settings


def test_a_torch_that_is_too_old_is_named(project: Project) -> None:
    project.add_torch("2.1.0")
    project.needs("torch>=2.6")
    status, output = project.run("setup")
    assert status == 1
    assert "your own torch must be 2.6 or newer" in output


def test_unknown_verbs_and_options_are_refused(project: Project) -> None:
    for arguments in (["dance"], ["demo", "--loud"], []):
        status, output = project.run(*arguments)
        assert status == 2
        assert "usage: dev.py" in output
    assert not project.venv.exists()
