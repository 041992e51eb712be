"""Sticks, bundles and servers that are broken, hostile or slow."""

import io
import os
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from keys.client import bundle, kinds
from keys.client.bundle import BundleSource
from keys.client.errors import UpdateRefused
from keys.client.fetch import Budget
from keys.client.http import HttpSource
from keys.client.load import load
from keys.client.sources import FolderSource, Missing
from keys.client.update import update

from .conftest import Memory
from .repository import DAY, NOW

LATER = NOW + DAY


def code_of(work):
    with pytest.raises(UpdateRefused) as caught:
        work()
    assert caught.value.message.endswith(".")
    return caught.value.code


def zip_of(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tar_of(path, files, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


# --- a folder -----------------------------------------------------------------------------------


def test_a_stick_brings_an_update(store, repository, tmp_path):
    source = FolderSource(repository.write_to(tmp_path / "stick"))
    assert update(store, source, NOW, root=repository.first_root).changed


def test_a_folder_without_an_update_is_told(tmp_path):
    assert code_of(lambda: FolderSource(tmp_path)) == "no_update_there"


def test_a_pipe_or_a_folder_in_a_files_place_does_not_make_it_wait(tmp_path):
    (tmp_path / "metadata").mkdir()
    os.mkfifo(tmp_path / "metadata" / "timestamp.json")
    for name in ("metadata/timestamp.json", "metadata", "metadata/timestamp.json/x"):
        with pytest.raises(Missing):
            list(FolderSource(tmp_path).read(name, 1))


def test_a_stick_pulled_out_at_any_file_keeps_the_old_data_and_the_next_try_goes_on(enrolled, store):
    files = dict(enrolled.publish(LATER).files)

    class Pulled(Memory):
        left = 0

        def read(self, path, seconds):
            self.left -= 1
            for piece in super().read(path, seconds):
                if self.left < 0:
                    raise UpdateRefused("It cannot be read.", code="update_unreadable")
                yield piece

    before = store.current()
    for number in range(100):
        source = Pulled(files)
        source.left = number
        try:
            update(store, source, LATER)
        except UpdateRefused as error:
            assert error.code == "update_unreadable"
            assert store.current() == before
            continue
        assert number > 5
        break
    assert load(store).trust.signed_at == LATER


def test_a_stick_that_is_gone_is_not_a_file_that_is_missing(repository, tmp_path):
    source = FolderSource(repository.write_to(tmp_path / "stick"))
    (tmp_path / "stick").rename(tmp_path / "pulled")
    assert code_of(lambda: list(source.read("metadata/2.root.json", 1))) == "update_unreadable"


# --- a bundle -----------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_a_bundle_brings_an_update(store, repository, tmp_path, pack):
    source = BundleSource(pack(tmp_path / "bundle", repository.files))
    assert update(store, source, NOW, root=repository.first_root).changed


@pytest.mark.parametrize("pack", [zip_of, tar_of])
@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "metadata/../../x", "metadata/\n", "a\\b", "metadata//x", "é"])
def test_a_name_that_could_lead_anywhere_is_refused(tmp_path, pack, name):
    path = pack(tmp_path / "bundle", {"metadata/timestamp.json": b"{}", name: b"x"})
    assert code_of(lambda: BundleSource(path)) == "bad_bundle"


def test_a_link_or_device_in_a_tar_is_refused(tmp_path):
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        path = tar_of(tmp_path / "bundle.tar", {"metadata/timestamp.json": b"{}"})
        with tarfile.open(path, "a") as archive:
            info = tarfile.TarInfo("metadata/x")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        assert code_of(lambda path=path: BundleSource(path)) == "bad_bundle"


def test_a_name_that_is_there_twice_is_refused(tmp_path):
    path = tar_of(tmp_path / "bundle.tar", {"metadata/timestamp.json": b"1"})
    with tarfile.open(path, "a") as archive:
        archive.addfile(tarfile.TarInfo("metadata/timestamp.json"))
    assert code_of(lambda: BundleSource(path)) == "bad_bundle"


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + bytes(100), bytes(10_240), os.urandom(5000)])
def test_what_is_no_bundle_is_told(tmp_path, data):
    (tmp_path / "bundle").write_bytes(data)
    assert code_of(lambda: BundleSource(tmp_path / "bundle")) == "bad_bundle"


def test_bundles_are_bounded(tmp_path, monkeypatch, repository):
    path = tar_of(tmp_path / "bundle.tar", repository.files)
    monkeypatch.setattr(bundle, "MOST_MEMBERS", 3)
    assert code_of(lambda: BundleSource(path)) == "bad_bundle"
    monkeypatch.undo()
    monkeypatch.setattr(kinds, "MOST_TARGET_BYTES", 300)
    assert code_of(lambda: BundleSource(path)) == "bad_bundle"
    monkeypatch.undo()
    monkeypatch.setattr(kinds, "MOST_UPDATE_BYTES", 300)
    assert code_of(lambda: BundleSource(path)) == "bad_bundle"


def test_a_compressed_bomb_is_bounded_like_any_file(store, repository, tmp_path):
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata/timestamp.json", b" " * (20 << 20))
    work = BundleSource(path)
    assert code_of(lambda: update(store, work, NOW, root=repository.first_root)) == "update_too_large"


@pytest.mark.parametrize("pack", [zip_of, tar_of])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.7])
def test_half_a_bundle_is_refused(store, repository, tmp_path, pack, part):
    path = pack(tmp_path / "bundle", repository.files)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    codes = {"bad_bundle", "update_incomplete"}
    assert code_of(lambda: update(store, BundleSource(path), NOW, root=repository.first_root)) in codes


# --- a server -----------------------------------------------------------------------------------


@pytest.fixture
def serve():
    """Start a server on a free port with a handler; its address."""
    servers = []

    def start(handler):
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/trust/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def handler_of(answer):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_):
            pass

    return Handler


def test_a_server_brings_an_update(store, repository, tmp_path, serve):
    repository.write_to(tmp_path / "trust")

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path)

        def log_message(self, *_):
            pass

    done = update(store, HttpSource(serve(Files)), NOW, root=repository.first_root)
    assert done.changed
    assert done.requests < 20


@pytest.mark.parametrize(
    "address", ["ftp://x/", "http://", "https:///x", "http://x:port/", "http://x/?a=1", "://", "http://[/"]
)
def test_an_address_that_is_none_is_told(address):
    assert code_of(lambda: HttpSource(address)) == "bad_address"


def test_a_server_that_is_not_there_is_told(store, repository):
    source = HttpSource("http://127.0.0.1:9")
    assert code_of(lambda: update(store, source, NOW, root=repository.first_root)) == "update_unreachable"


@pytest.mark.parametrize("status", [301, 500, 503])
def test_an_answer_that_is_no_file_is_told(store, repository, serve, status):
    def answer(request):
        request.send_response(status)
        request.send_header("Location", "http://127.0.0.1:9/")
        request.end_headers()

    source = HttpSource(serve(handler_of(answer)))
    assert code_of(lambda: update(store, source, NOW, root=repository.first_root)) == "update_unreachable"


def test_a_server_that_breaks_off_is_told(store, repository, serve):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"{")

    source = HttpSource(serve(handler_of(answer)))
    assert code_of(lambda: update(store, source, NOW, root=repository.first_root)) == "update_unreachable"


@pytest.mark.parametrize("piece", [b"HTTP/1.0 200 OK\r\n\r\n", b"X-Slow: 1\r\n"])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(store, repository, serve, piece):
    def answer(request):
        request.wfile.write(b"HTTP/1.0 200 OK\r\n")
        request.wfile.write(piece)
        pause = threading.Event()
        while True:
            request.wfile.write(b"a" if piece.startswith(b"HTTP") else piece)
            request.wfile.flush()
            pause.wait(0.05)

    def quiet(request):
        try:
            answer(request)
        except OSError:
            return  # the client has gone, as it should

    source = HttpSource(serve(handler_of(quiet)))
    budget = Budget(seconds=0.6)
    codes = {"update_too_slow", "update_unreachable"}
    assert code_of(lambda: update(store, source, NOW, root=repository.first_root, budget=budget)) in codes


def test_a_server_that_says_nothing_is_given_up(store, repository, serve):
    gone = threading.Event()
    source = HttpSource(serve(handler_of(lambda _: gone.wait(5))), silent_seconds=0.3)
    assert code_of(lambda: update(store, source, NOW, root=repository.first_root)) == "update_too_slow"
    gone.set()


def test_a_server_without_end_is_given_up(store, repository, serve):
    def answer(request):
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b" " * 65_536)
        except OSError:
            return  # the client has gone, as it should

    source = HttpSource(serve(handler_of(answer)))
    assert code_of(lambda: update(store, source, NOW, root=repository.first_root)) == "update_too_large"
