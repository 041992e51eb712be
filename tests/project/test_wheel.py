"""A built wheel holds every file of the four packages, the ones that are not Python too."""

import shutil
import subprocess
import sys
import zipfile

PACKAGES = ("vaccine_pass", "keys", "verifier_server", "scanner_app")
METADATA = ("setup.cfg", "pyproject.toml", "LICENSE", "README.md")


def test_the_wheel_holds_every_file_of_the_packages(tracked_files, root, tmp_path):
    names = [str(path.relative_to(root)) for path in tracked_files]
    packaged = {name for name in names if name.startswith(tuple(f"{package}/" for package in PACKAGES))}
    for name in packaged | set(METADATA):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tmp_path / name)

    options = ["--no-build-isolation", "--no-deps", "--no-index", "--quiet", "--wheel-dir", tmp_path / "out"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, tmp_path], check=True)

    (wheel,) = (tmp_path / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        missing = packaged - set(archive.namelist())
    assert not missing
