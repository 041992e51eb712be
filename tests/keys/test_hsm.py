"""Keys in a PKCS#11 token, against the real SoftHSM2: made, used, lost, found again, destroyed."""

import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, Mechanism, ObjectClass

from keys import ceremony, hsm, hsm_session, lifecycle, signers
from keys.custody import EncryptedFileKey
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.hsm_session import session_of
from keys.jwk import jwk_of, public_key_of
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.signers import SigningDesk
from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass.public_keys import verification
from vaccine_pass.reasons import Outcome
from vaccine_pass.sign import domestic_text, travel_text
from vaccine_pass.verify import Verifier

from . import softhsm
from .builders import NOW
from .test_with_the_core import a_domestic_pass, a_travel_pass

KID = bytes(range(8))
LATER = NOW + STALENESS_LIMIT + DAY


@pytest.fixture
def key(token):
    place, public = hsm.generate(token.place, "VN-test")
    return hsm.HsmKey(place, KID, jwk_of(public))


def is_good(key, signature, message):
    return verification("ES256", key._public)(signature, message)


def private_objects(token, **wanted):
    return session_of(token.place).use(
        lambda session: [
            {name: thing[name] for name in (Attribute.SENSITIVE, Attribute.EXTRACTABLE, Attribute.LOCAL)}
            for thing in list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, **wanted}))
        ]
    )


def refusal(action, *arguments):
    with pytest.raises(KeysError) as refused:
        action(*arguments)
    return refused.value


def in_token(store, token, form="domestic", name="VN-hsm"):
    """A signer in the token, made pending, published, and activated when scanners know it."""
    entry = ceremony.new(store, NOW, form=form, name=name, token=token.place)
    store.mark_published(NOW)
    store.change(lambda all_: lifecycle.activate(all_, entry.kid, LATER))
    return lifecycle.find(store.signers(), name)


def test_a_key_made_in_the_token_signs_and_cannot_be_read_out(token, key):
    message = b"a pass"
    signature = key.sign(message)
    assert len(signature) == 64
    assert is_good(key, signature, message)
    assert not is_good(key, signature, b"another")
    assert private_objects(token) == [{Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.LOCAL: True}]


def test_the_private_number_itself_is_refused_by_the_token(token, key):
    def read(session):
        return key._private(session)[Attribute.VALUE]

    assert refusal(session_of(token.place).use, read).code == "token_failed"


def test_a_token_that_digests_itself_is_used_that_way(key, monkeypatch):
    monkeypatch.setattr(hsm, "_mechanism", lambda session: Mechanism.ECDSA_SHA256)
    used = []

    class OwnDigest:
        def sign(self, data, mechanism):
            used.append((data, mechanism))
            return bytes(64)

    monkeypatch.setattr(hsm, "_private_object", lambda *_: OwnDigest())
    monkeypatch.setattr(hsm, "verification", lambda *_: lambda *_: True)
    key.sign(b"message")
    assert used[-1] == (b"message", Mechanism.ECDSA_SHA256)


def test_two_keys_of_one_token_share_its_session(token, key):
    place, public = hsm.generate(token.place, "VN-other")
    other = hsm.HsmKey(place, KID, jwk_of(public))
    assert other._session is key._session
    for one in (key, other, key):
        assert is_good(one, one.sign(b"message"), b"message")
    assert not is_good(key, other.sign(b"message"), b"message")


def test_eight_threads_sign_side_by_side_without_a_crash_or_a_wrong_signature(token, key):
    # In a process of its own: a crash of the library is then a failure of this test, not the end of all.
    assert ended(signing(token, key, "8", "200")) == (0, "1600 good, 0 wrong\n", "")


def test_processes_that_open_the_token_while_others_sign_disturb_nobody(token, key):
    """SoftHSM writes the token's file in place at each log-in: without turns, most openings fail."""
    running = [signing(token, key, "1", "40", "reopen") for _ in range(3)]
    running += [signing(token, key, "2", "400")]
    expected = [(0, "40 good, 0 wrong\n", "")] * 3 + [(0, "800 good, 0 wrong\n", "")]
    assert [ended(process) for process in running] == expected


def signing(token, key, *how):
    arguments = [token.place.module, token.place.token, token.place.pin_file, key._place.key_id.hex()]
    numbers = [key._public["x"], key._public["y"]]
    program = [sys.executable, "-m", "tests.keys.sign_in_threads", *arguments, *numbers, *how]
    root = Path(__file__).parents[2]
    return subprocess.Popen(program, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    out, err = process.communicate(timeout=100)
    return process.returncode, out, err


def test_a_wrong_pin_is_told_in_one_sentence_and_not_tried_again(token, key, monkeypatch):
    hsm_session._SESSIONS.clear()
    key._session = session_of(token.place)
    restarted = hsm_session._LIBRARIES[os.path.realpath(softhsm.MODULE)]
    restarted.restart()
    softhsm.write_pin(token, "wrong-pin-0")
    opened = []
    real = hsm_session._Library.token
    monkeypatch.setattr(hsm_session._Library, "token", lambda it, label: opened.append(label) or real(it, label))
    for _ in range(5):
        error = refusal(key.sign, b"message")
        assert error.code == "wrong_pin"
        assert str(token.pin_file) in error.message
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert "wrong-pin-0" not in shown
    assert len(opened) == 1
    softhsm.write_pin(token, softhsm.PIN)
    assert is_good(key, key.sign(b"message"), b"message")


@pytest.mark.parametrize(("content", "mode", "code"), [("", 0o600, "wrong_pin"), ("1", 0o644, "open_to_others")])
def test_a_pin_file_that_is_empty_or_open_to_others_is_refused(token, content, mode, code):
    token.pin_file.write_text(content)
    token.pin_file.chmod(mode)
    assert refusal(hsm.generate, token.place, "VN-x").code == code


def test_a_missing_pin_file_token_or_library_is_told_in_one_sentence(token, tmp_path):
    for change, code, word in (
        ({"pin_file": str(tmp_path / "none")}, "not_found", "none"),
        ({"token": "nobody"}, "no_token", "nobody"),
        ({"module": str(tmp_path / "lib.so")}, "no_module", "lib.so"),
    ):
        error = refusal(hsm.generate, replace(token.place, **change), "VN-x")
        assert (error.code, word in error.message) == (code, True)
        assert error.message.count("\n") == 0


def test_a_file_that_is_no_library_is_told_in_one_sentence(token, tmp_path):
    (tmp_path / "lib.so").write_text("text")
    assert refusal(hsm.generate, replace(token.place, module=str(tmp_path / "lib.so")), "x").code == "token_failed"


def test_a_token_that_goes_away_in_mid_work_and_comes_back_is_used_again(token, key):
    key.sign(b"before")
    away = token.folder / "away"
    token.tokens.rename(away)
    for _ in range(2):
        error = refusal(key.sign, b"meanwhile")
        assert error.code in {"no_token", "token_failed"}
        assert (
            f"the token {token.place.token} of {os.path.realpath(token.place.module)} cannot be used" in error.message
        )
        assert "Error" not in error.message
    away.rename(token.tokens)
    assert is_good(key, key.sign(b"after"), b"after")


def test_a_key_that_was_deleted_in_mid_work_is_missed_and_named(token, key):
    key.sign(b"before")
    environment = {**os.environ, "SOFTHSM2_CONF": str(token.configuration)}
    key_id = key._place.key_id.hex()
    delete = ["softhsm2-util", "--delete-token", "--token", softhsm.LABEL]
    subprocess.run(delete, env=environment, check=True, capture_output=True)
    again = softhsm.make_token(token.folder / "second")
    shutil.copytree(again.tokens, token.tokens, dirs_exist_ok=True)
    error = refusal(key.sign, b"after")
    assert (error.code, key_id in error.message) == ("no_token_key", True)


def test_a_session_that_was_ended_from_outside_is_opened_again_once(token, key):
    key.sign(b"before")
    pkcs11.lib(os.path.realpath(softhsm.MODULE)).reinitialize()
    assert is_good(key, key.sign(b"after"), b"after")


def test_a_key_object_of_another_key_is_refused(token, key):
    place, _public = hsm.generate(token.place, "VN-other")
    assert refusal(hsm.HsmKey(place, KID, key._public).check).code == "wrong_key"


def test_a_token_whose_keys_can_be_read_out_is_refused_and_keeps_nothing(token, monkeypatch):
    monkeypatch.setattr(hsm, "_TEMPLATE", {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True})
    assert refusal(hsm.generate, token.place, "VN-x").code == "extractable_key"
    assert private_objects(token) == []


def test_nothing_secret_shows_and_nothing_can_be_copied(token, key):
    key.sign(b"message")
    for thing in (key, key._session, key._place):
        assert softhsm.PIN not in repr(thing) + str(thing)
    for thing in (key, key._session):
        with pytest.raises(TypeError):
            pickle.dumps(thing)
    text = "".join(
        traceback.TracebackException.from_exception(
            refusal(hsm.HsmKey(hsm.TokenPlace(*_place(token), key_id=b"x"), KID, key._public).check),
            capture_locals=True,
        ).format()
    )
    assert softhsm.PIN not in text


def _place(token):
    return token.place.module, token.place.token, token.place.pin_file


def test_a_fork_must_open_its_own_session(token, key):
    key.sign(b"before")
    read, write = multiprocessing.Pipe(duplex=False)

    def child():
        try:
            key.sign(b"in the child")
        except RuntimeError as error:
            write.send(str(error))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    assert read.poll(20)
    assert "fork" in read.recv()
    process.join()


def test_passes_of_both_forms_signed_in_the_token_are_accepted(store, token):
    domestic, travel = in_token(store, token), in_token(store, token, "travel", "VN-hsm-travel")
    desk = SigningDesk(store)
    texts = (
        travel_text(a_travel_pass(issued_at=LATER), desk.active("travel").key),
        domestic_text(replace(a_domestic_pass(), issued_at=LATER), desk.active("domestic").key),
    )
    assert isinstance(desk.active("domestic").key, hsm.HsmKey)
    assert {domestic.kid, travel.kid} == {desk.active(form).entry.kid for form in ("domestic", "travel")}
    verifier = Verifier(trust_data(store.signers(), signed_at=LATER))
    assert [verifier.judge(text, LATER).outcome for text in texts] == [Outcome.ACCEPTED] * 2


def test_the_command_makes_a_key_in_the_token_and_status_says_nothing_secret(run, store, token):
    code, out, err = run("new", "--keys", store.root, "--form", "travel", "--name", "VN-hsm", *token.options)
    assert (code, err) == (0, "")
    assert f"in the token {softhsm.LABEL}" in out
    shown = "".join(map(str, run("status", "--keys", store.root) + run("status", "--json", "--keys", store.root)))
    assert softhsm.PIN not in shown + store.state_file.read_text()
    entry = lifecycle.find(store.signers(), "VN-hsm")
    assert not (store._folder(entry) / "private.pem").exists()
    assert store.certificate(entry).public_key() == public_key_of(entry.key)


@pytest.mark.parametrize("options", [["--custody", "pkcs11"], ["--token", "x"]])
def test_options_that_do_not_go_together_are_refused(run, store, options):
    code, _out, err = run("new", "--keys", store.root, "--form", "travel", "--name", "x", *options)
    assert (code, err.count("\n")) == (1, 1)


def test_a_name_that_exists_leaves_no_key_in_the_token(run, store, token):
    name = store.signers()[0].name
    code, _out, err = run("new", "--keys", store.root, "--form", "travel", "--name", name, *token.options)
    assert (code, name in err) == (1, True)
    assert private_objects(token) == []


def test_a_state_file_without_custody_means_files(store):
    assert "custody" not in store.state_file.read_text()
    assert [entry.place for entry in store.signers()] == [None, None]
    assert isinstance(store.open_key(store.signers()[0]), EncryptedFileKey)


def test_the_first_signers_are_made_in_the_token_by_init(run, token, tmp_path):
    code, out, err = run("init", "--keys", tmp_path / "first", *token.options)
    assert (code, err) == (0, "")
    assert out.count("in the token vn-signers") == 2
    store = KeyStore(tmp_path / "first")
    assert not list((store.root / "signers").rglob("private.pem"))
    assert private_objects(token) == 2 * [
        {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.LOCAL: True}
    ]
    desk = SigningDesk(store)
    text = domestic_text(a_domestic_pass(), desk.active("domestic").key)
    trust = trust_data(store.signers(), signed_at=float(NOW))
    assert Verifier(trust).judge(text, NOW + 1).outcome is Outcome.ACCEPTED
    assert run("check", "--keys", store.root)[1].count("in the token vn-signers") == 2


def test_a_demonstration_can_have_its_signers_in_the_token(run, token, tmp_path, cheap_scrypt):
    places = ("--keys", tmp_path / "demo/keys", "--channel", tmp_path / "demo/channel")
    code, out, _ = run("init", "--demo", *places, *token.options)
    assert (code, out.splitlines()[0][:13]) == (0, "DEMONSTRATION")
    assert len(private_objects(token)) == 2


def test_a_first_day_that_fails_leaves_nothing_in_the_token(run, token, tmp_path, monkeypatch):
    add = KeyStore.add

    def fails_at_the_second(self, entry, *rest):
        if entry.form == "travel":
            raise KeysError("the disk is full.", code="not_readable")
        add(self, entry, *rest)

    monkeypatch.setattr(KeyStore, "add", fails_at_the_second)
    assert run("init", "--keys", tmp_path / "first", *token.options)[0] == 1
    assert private_objects(token) == []
    assert not (tmp_path / "first").exists()


@pytest.mark.parametrize("left_out", ["--module", "--token", "--pin-file"])
def test_init_into_a_token_needs_all_of_its_options(run, token, tmp_path, left_out):
    pairs = list(zip(token.options[::2], token.options[1::2], strict=True))
    options = [word for name, value in pairs if name != left_out for word in (name, value)]
    code, out, err = run("init", "--keys", tmp_path / "first", *options)
    assert (code, out) == (1, "")
    assert "--custody pkcs11 needs --module, --token and --pin-file" in err
    assert not (tmp_path / "first").exists()


def test_init_with_a_wrong_pin_is_one_sentence_and_makes_nothing(run, token, tmp_path):
    softhsm.write_pin(token, "00000000")
    code, out, err = run("init", "--keys", tmp_path / "first", *token.options)
    assert (code, out) == (1, "")
    assert "PIN" in err
    assert "00000000" not in err
    assert err.count("\n") == 1
    assert not (tmp_path / "first").exists()


def test_keys_that_are_there_are_not_moved_into_a_token(run, store, token, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    code, _, err = run("init", "--demo", *places, *token.options)
    assert code == 1
    assert "has keys already; --custody is for making them" in err
    assert not (tmp_path / "channel").exists()


def test_a_retired_key_is_destroyed_in_the_token(store, token):
    entry = in_token(store, token)
    assert len(private_objects(token)) == 1
    store.change(lambda all_: lifecycle.retire(all_, entry.kid, LATER))
    assert private_objects(token) == []
    assert lifecycle.find(store.signers(), "VN-hsm").place.destroyed
    assert store.left_behind() == ()


def test_a_revocation_stands_while_the_token_is_away_and_the_key_is_destroyed_later(run, store, token):
    in_token(store, token)
    away = token.folder / "away"
    token.tokens.rename(away)
    code, out, err = run("revoke", "--keys", store.root, "VN-hsm", "--reason", "stolen", now=LATER)
    assert code == 1
    assert "revoked" in out
    assert "is still in the token" in err
    assert lifecycle.find(store.signers(), "VN-hsm").status is KeyStatus.REVOKED
    assert "is still in the token" in run("status", "--keys", store.root, now=LATER)[1]
    away.rename(token.tokens)
    store.change(lambda signers: signers)  # as `rotate` and `refresh` do
    assert private_objects(token) == []
    assert "is still in" not in run("status", "--keys", store.root, now=LATER)[1]


def test_the_library_for_tokens_may_be_absent(store, token, monkeypatch):
    entry = in_token(store, token)
    monkeypatch.delattr("keys.hsm")
    monkeypatch.setitem(sys.modules, "keys.hsm", None)
    assert refusal(store.open_key, entry).code == "no_pkcs11"
    assert signers.active_signer(store, "travel").key


def test_a_token_that_a_kill_at_log_in_left_empty_is_named_and_restored(store, token):
    """SoftHSM empties token.object before it writes it: a process killed there loses the token."""
    entry = in_token(store, token)
    shutil.copytree(token.tokens, token.folder / "backup")
    next(token.tokens.glob("*/token.object")).write_bytes(b"")
    hsm_session._LIBRARIES[os.path.realpath(softhsm.MODULE)].restart()
    assert refusal(store.open_key, entry).code in {"no_token", "token_failed"}
    shutil.rmtree(token.tokens)
    shutil.copytree(token.folder / "backup", token.tokens)
    restored = store.open_key(entry)
    assert is_good(restored, restored.sign(b"after"), b"after")


def test_a_copied_token_folder_is_a_backup(store, token):
    entry = in_token(store, token)
    shutil.copytree(token.tokens, token.folder / "backup")
    shutil.rmtree(token.tokens)
    assert refusal(store.open_key, entry).code in {"no_token", "token_failed"}
    shutil.copytree(token.folder / "backup", token.tokens)
    restored = store.open_key(entry)
    assert is_good(restored, restored.sign(b"after"), b"after")
