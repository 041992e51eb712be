"""A loop put together from what a camera reads: lost, doubled, mixed, forged."""

import random
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner

from keys.loop import archive, caps, frames, manifest
from keys.loop import head as heads
from keys.loop.assembling import Assembly
from keys.loop.hashes import Tree
from keys.loop.head import Head
from keys.loop.loop import Loop
from tests.keys.client.repository import DAY, NOW, Repository
from vaccine_pass import base45

from .builders import a_larger, a_loop, live_files, signed_by


@pytest.fixture(scope="module")
def channel():
    return a_larger(Repository())


@pytest.fixture(scope="module")
def shown(channel):
    return a_loop(channel)


@pytest.fixture(scope="module")
def texts(shown):
    return shown.texts()


def assembled(texts, root, most=10_000):
    """An assembly that took the texts in until it was whole."""
    assembly = Assembly(root)
    for text in texts[:most]:
        assembly.take(text)
        if assembly.whole:
            break
    return assembly


def changed(text, at=-20):
    """The text with one byte changed, still Base45."""
    data = bytearray(base45.decode(text.removeprefix("VNT1:")))
    data[at] ^= 0xFF
    return "VNT1:" + base45.encode(bytes(data))


def is_head(text):
    frame = frames.read(text)
    return frame is not None and frame.is_head


def test_one_round_gives_every_file_and_the_loop_itself(channel, shown, texts):
    whole = assembled(texts, channel.first_root).whole
    assert whole.files == live_files(channel)
    assert whole.loop.texts() == texts
    assert whole.manifest.release == channel.versions["timestamp"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), lost=st.floats(0, 0.6), start=st.integers(0, 200))
def test_frames_may_be_lost_doubled_and_in_any_order(channel, texts, seed, lost, start):
    dice = random.Random(seed)  # not Hypothesis's own dice, which may lose every frame of every round
    rounds = [texts[(start + at) % len(texts)] for at in range(len(texts))]
    if dice.random() < 0.5:
        dice.shuffle(rounds)
    assembly = Assembly(channel.first_root)
    for _ in range(60):
        for text in rounds:
            for _ in range(dice.choice((1, 1, 2))):
                if dice.random() >= lost and assembly.whole is None:
                    assembly.take(text)
        if assembly.whole:
            break
    assert assembly.whole.files == live_files(channel)


def test_with_a_fifth_of_the_frames_lost_a_little_more_than_one_round_is_enough(channel, texts):
    for seed in range(20):
        dice = random.Random(seed)
        kept = [text for text in texts * 2 if dice.random() >= 0.2]
        assert assembled(kept, channel.first_root).whole is not None


def test_progress_counts_first_the_manifest_and_then_the_blocks(channel, texts):
    assembly = Assembly(channel.first_root)
    assert assembly.progress is None
    heads_only, bodies = [t for t in texts if is_head(t)], [t for t in texts if not is_head(t)]
    assert assembly.take(heads_only[0])
    assert (assembly.progress.is_manifest, assembly.progress.blocks) in {(True, 1), (False, 0)}
    for text in heads_only[1:]:
        assembly.take(text)
    assert (assembly.progress.is_manifest, assembly.progress.blocks) == (False, 0)
    assembly.take(bodies[0])
    assembly.take(bodies[0])
    assert assembly.progress.blocks == 1
    assert assembly.progress.of == assembly.manifests[0][1].data_blocks


def test_blocks_that_come_before_the_manifest_are_not_lost(channel, texts):
    bodies = [t for t in texts if not is_head(t)]
    head = [t for t in texts if is_head(t)]
    assembly = assembled([*bodies[:10], head[0], *bodies[10:], *head], channel.first_root)
    assert assembly.whole is not None


def test_a_forged_block_is_discarded_by_its_hash_and_the_true_one_counts(channel, texts):
    assembly = Assembly(channel.first_root)
    for text in texts:
        assembly.take(changed(text))
        if not is_head(text) and assembly.progress and not assembly.progress.is_manifest:
            before = assembly.progress.blocks
            assert not assembly.take(changed(text))
            assert assembly.whole or assembly.progress.blocks == before
        assembly.take(text)
        if assembly.whole:
            break
    assert assembly.whole.files == live_files(channel)


def test_a_forged_block_before_the_manifest_does_not_keep_the_true_one_out(channel, texts):
    bodies = [t for t in texts if not is_head(t)]
    head = [t for t in texts if is_head(t)]
    assembly = Assembly(channel.first_root)
    assembly.take(head[0])
    for text in bodies:
        assembly.take(changed(text))
    for text in [*head, *bodies]:
        assembly.take(text)
        if assembly.whole:
            break
    assert assembly.whole.files == live_files(channel)


def test_a_block_of_a_head_with_a_forged_number_does_not_spoil_the_loop(channel, texts):
    head = next(t for t in texts if is_head(t))
    for at in (18, 19):  # data blocks, all blocks
        assembly = Assembly(channel.first_root)
        assert not assembly.take(changed(head, at))
        assert assembled([changed(head, at), *texts], channel.first_root).whole is not None


def test_a_manifest_by_another_key_is_refused_and_the_true_loop_goes_on(channel, texts):
    thief = CryptoSigner.generate_ed25519()
    forged = a_loop(channel, signers=[thief]).texts()
    mixed = [text for pair in zip(forged, texts, strict=True) for text in pair]
    assembly = assembled(mixed, channel.first_root)
    assert assembly.whole.files == live_files(channel)
    assert [refusal.code for refusal in assembly.refusals] == ["loop_forged"]


def test_a_forged_loop_alone_is_collected_no_further_than_its_head(channel):
    forged = a_loop(channel, signers=[channel.keys["snapshot"][0]]).texts()
    assembly = assembled(forged * 3, channel.first_root)
    assert assembly.whole is None
    assert assembly.progress is None
    assert [refusal.code for refusal in assembly.refusals] == ["loop_forged"]


def test_one_signature_given_twice_or_under_another_name_is_none(channel):
    [key] = channel.keys["timestamp"]
    other = channel.keys["snapshot"][0].public_key.keyid
    shown = a_loop(channel)
    told = heads.from_bytes(shown.head)
    renamed = Head(told.manifest, {other: told.signatures[key.public_key.keyid]}, told.first_root, told.roots)
    assembly = assembled(Loop(renamed.to_bytes(), shown.body).texts(), channel.first_root)
    assert assembly.whole is None


def test_a_loop_of_another_channel_is_refused():
    assembly = assembled(a_loop(Repository()).texts(), Repository().first_root)
    assert assembly.whole is None
    assert assembly.refusals[-1].code == "loop_forged"


def rotated(times=3):
    """A channel whose timestamp's and root's keys changed, one root after another."""
    repository = Repository()
    for number in range(times):
        repository.rotate("timestamp", NOW + number * DAY)
        repository.rotate("root", NOW + number * DAY)
    return repository.publish(NOW + times * DAY)


def test_a_device_several_roots_behind_passes_through_each_of_them():
    repository = rotated()
    whole = assembled(a_loop(repository).texts(), repository.first_root).whole
    assert sum(path.endswith(".root.json") for path in whole.files) == repository.versions["root"] - 1 >= 6
    for behind in (1, 3):
        root = repository.files[f"metadata/{repository.versions['root'] - behind}.root.json"]
        assert assembled(a_loop(repository).texts(), root).whole is not None


def test_a_root_left_out_or_forged_breaks_the_chain():
    repository = rotated()
    told = heads.from_bytes(a_loop(repository).head)
    body = a_loop(repository).body
    left_out = Head(told.manifest, told.signatures, told.first_root, told.roots[:1] + told.roots[2:])
    late = Head(told.manifest, told.signatures, told.first_root + 1, told.roots[1:])
    other = Head(
        told.manifest, told.signatures, told.first_root, (rotated().files["metadata/2.root.json"], *told.roots[1:])
    )
    junk = Head(told.manifest, told.signatures, told.first_root, (b"{}", *told.roots[1:]))
    cut = Head(told.manifest, told.signatures, told.first_root, told.roots[:-1])
    for head in (left_out, late, other, junk, cut):
        assembly = assembled(Loop(head.to_bytes(), body).texts(), repository.first_root)
        assert assembly.whole is None
        assert assembly.refusals[-1].code == ("loop_root_gap" if head is late else "loop_forged")


def test_a_stolen_timestamp_key_that_a_new_root_replaced_signs_nothing_any_more():
    repository = Repository()
    stolen = list(repository.keys["timestamp"])
    repository.rotate("timestamp", NOW)
    repository.publish(NOW)
    texts = a_loop(repository, signers=stolen).texts()
    assert assembled(texts, repository.first_root).whole is None
    newest = repository.files[f"metadata/{repository.versions['root']}.root.json"]
    assert assembled(texts, newest).whole is None


def test_two_releases_shown_by_turns_are_kept_apart(channel, texts):
    newer = channel.copy().publish(NOW + DAY)
    other = a_loop(newer).texts()
    mixed = [text for pair in zip(texts, other, strict=False) for text in pair]
    whole = assembled(mixed * 2, channel.first_root).whole
    assert whole.files in (live_files(channel), live_files(newer))


def test_a_body_that_is_not_what_its_manifest_says_is_refused(channel):
    """Only who holds the timestamp's key can sign such a manifest; it costs one loop and no more."""
    body = archive.packed(live_files(channel))
    blocks = manifest.cut_up(body, frames.BODY_BLOCK, 5)
    told = manifest.of_body(b"another" + body[7:], blocks, 1, 1).to_bytes()
    head = Head(told, signed_by(*channel.keys["timestamp"])(told), 2, ()).to_bytes()
    assembly = assembled(Loop(head, body).texts(), channel.first_root)
    assert assembly.whole is None
    assert assembly.refusals[-1].code == "loop_malformed"


def hostile_texts(dice, texts):
    """Frames without end: random ones, true ones changed, heads of loops that never come whole."""
    true_id = frames.read(texts[0]).loop
    while True:
        block = dice.randbytes(dice.choice((1, 500, caps.MOST_BLOCK_BYTES)))
        head = [dice.randbytes(500) for _ in range(dice.choice((1, 3, 200)))]
        tree = Tree(head, dice.randrange(1, min(len(head), 128) + 1))
        yield frames.body_text(dice.choice((true_id, dice.randbytes(16))), dice.randrange(256), block)
        yield "VNT1:" + base45.encode(dice.randbytes(dice.randrange(1200)))
        yield changed(dice.choice(texts), dice.randrange(40))
        for number in range(min(len(head), 3)):
            yield frames.head_text(tree, number, dice.randrange(1, 129), len(head), head[number])
            yield frames.head_text(tree, number, 2, len(head), head[number])


def test_endless_hostile_frames_take_no_more_than_four_megabytes(channel, texts):
    dice = random.Random(3)
    assembly = Assembly(channel.first_root)
    hostile = hostile_texts(dice, texts)
    tracemalloc.start()
    try:
        for _ in range(3000):
            assembly.take(next(hostile))
        assert len(assembly._candidates) <= caps.MOST_CANDIDATES
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_the_true_loop_comes_whole_beside_four_times_as_many_hostile_frames(channel, texts):
    hostile = hostile_texts(random.Random(4), texts)
    assembly = Assembly(channel.first_root)
    for text in texts * 4:
        for _ in range(4):
            assembly.take(next(hostile))
        assembly.take(text)
        if assembly.whole:
            break
    assert assembly.whole.files == live_files(channel)


def test_a_head_that_is_a_bomb_is_refused(channel):
    import zlib

    bomb = zlib.compress(bytes(50 * 1024 * 1024), 9)
    size = frames.head_block(255)
    blocks = [bomb[at : at + size].ljust(size, b"\x00") for at in range(0, len(bomb), size)]
    tree = Tree(blocks, len(blocks))
    tracemalloc.start()
    try:
        assembly = Assembly(channel.first_root)
        for number, block in enumerate(blocks):
            assembly.take(frames.head_text(tree, number, len(blocks), len(blocks), block))
        assert assembly.refusals[-1].code == "loop_malformed"
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()
