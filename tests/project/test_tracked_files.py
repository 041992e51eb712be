"""Nothing private and nothing about one machine lies in a file under version control."""

import re

import pytest

# The needles are put together here, so that this file does not hold them.
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*" + rb"PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}")
PRIVATE_JWK = re.compile(rb'"d"\s*:\s*"[A-Za-z0-9_-]{43}"')
HOME_FOLDERS = (b"work" + b"/", b"tmp" + b"/h/", b"opt" + b"/pypi", b"ro" + b"ot/")
MACHINE_PATH = re.compile(b"/(?:" + b"|".join(HOME_FOLDERS) + b")")
OPENSSH_KEY = re.compile(rb"openssh-key" + rb"-v1")
# A key that everybody knows is no secret: vectors of other implementations and of the format.
PUBLIC_VECTORS = ("docs/vectors/", "tests/vectors/")


def findings(files, root, pattern, allowed=()):
    return [
        str(path.relative_to(root))
        for path in files
        if not str(path.relative_to(root)).startswith(tuple(allowed)) and pattern.search(path.read_bytes())
    ]


@pytest.mark.parametrize("pattern", [PRIVATE_KEY, PRIVATE_JWK, OPENSSH_KEY], ids=["pem", "jwk", "openssh"])
def test_no_private_key_is_under_version_control(tracked_files, root, pattern):
    assert not findings(tracked_files, root, pattern, PUBLIC_VECTORS)


def test_no_file_names_a_path_of_one_machine(tracked_files, root):
    assert not findings(tracked_files, root, MACHINE_PATH)


def test_no_key_database_or_environment_is_under_version_control(tracked_files, root):
    unwanted = re.compile(r"(^|/)(instance|\.venv|__pycache__)/|\.(pem|key|p8|p12|pfx|sqlite3?|db)$")

    assert not [path for path in tracked_files if unwanted.search(str(path.relative_to(root)))]


def test_no_file_is_left_half_merged(tracked_files, root):
    conflict = re.compile(rb"^(<{7} |>{7} )", re.MULTILINE)

    assert not findings(tracked_files, root, conflict)
