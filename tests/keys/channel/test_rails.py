"""The guard rails: what is refused whoever would sign it."""

import pytest
from tuf.api.metadata import Metadata

from keys.channel import build, first, holdings, planning, proposal, rails, roles
from keys.channel.holdings import Holdings
from keys.channel.place import Channel
from keys.channel.planning import Now, Wish
from keys.errors import KeysError

from .builders import DAY, FILES, HOLDERS, NOW


@pytest.fixture
def built(country):
    """A root and targets of the published holders, to be spoiled."""
    held = country.release().holdings()
    return build.root(held, None, NOW), build.top_targets(held, None, FILES and {}, NOW)


def refused(code, call, *arguments):
    with pytest.raises(KeysError) as error:
        call(*arguments)
    assert error.value.code == code
    return error.value.message


def test_what_the_table_says_passes(built):
    rails.check(*built)


@pytest.mark.parametrize(("role", "threshold"), [("root", 2), ("targets", 1), ("timestamp", 0), ("root", 0)])
def test_a_threshold_lower_than_the_table_is_refused(built, role, threshold):
    root, targets = built
    root.roles[role].threshold = threshold
    refused("threshold_too_low", rails.check, root, targets)


def test_a_delegated_threshold_lower_than_the_table_is_refused(built):
    root, targets = built
    targets.delegations.roles["keys"].threshold = 1
    refused("threshold_too_low", rails.check, root, targets)


def test_a_demonstration_may_have_thresholds_of_one_but_not_of_none(built):
    root, targets = built
    root.unrecognized_fields["demo"] = True
    root.roles["root"].threshold = 1
    rails.check(root, targets)
    root.roles["root"].threshold = 0
    refused("threshold_too_low", rails.check, root, targets)


def test_a_threshold_that_nobody_can_meet_is_refused(built):
    root, targets = built
    root.roles["root"].keyids = root.roles["root"].keyids[:2]
    refused("too_few_keys", rails.check, root, targets)


@pytest.mark.parametrize("role", ["root", "timestamp"])
def test_one_key_in_two_roles_is_refused(built, role):
    root, targets = built
    root.roles["targets"].keyids[0] = root.roles[role].keyids[0]
    refused("key_in_two_roles", rails.check, root, targets)


def test_one_key_in_two_delegated_roles_is_refused(built):
    root, targets = built
    of = targets.delegations.roles
    of["keys"].keyids[0] = of["unrevocation"].keyids[0]
    refused("key_in_two_roles", rails.check, root, targets)


def test_a_delegation_for_other_files_is_refused(built):
    root, targets = built
    targets.delegations.roles["rules-79"].paths = ["keys/*"]
    refused("wrong_paths", rails.check, root, targets)


def test_delegations_that_overlap_are_refused(built, monkeypatch):
    root, targets = built
    targets.delegations.roles["rules-79"].paths = ["keys/s*"]
    monkeypatch.setattr(rails, "rule_of", lambda name: roles.RoleRule(name, 1, 1, 1, paths=_paths(targets, name)))
    refused("paths_overlap", rails.check, root, targets)


def _paths(targets, name):
    delegated = targets.delegations.roles.get(name)
    return tuple(delegated.paths) if delegated else ()


def test_targets_may_not_sign_a_delegated_file(country):
    held = country.release().holdings()
    root, targets = build.root(held, None, NOW), build.top_targets(held, None, {"keys/signers.json": b"x"}, NOW)
    refused("paths_overlap", rails.check, root, targets)


def test_a_delegation_that_does_not_end_the_search_is_refused(built):
    root, targets = built
    targets.delegations.roles["keys"].terminating = False
    refused("not_terminating", rails.check, root, targets)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("keys/*", "keys/*", True),
        ("keys/*", "keys/signers.json", True),
        ("keys/a*", "keys/*b", True),
        ("keys/*", "rules/*", False),
        ("rules/79/*", "rules/01/*", False),
        ("rules/*/*", "rules/01/*", True),
        ("rules/*", "rules/01/*", False),
        ("?eys/x", "keys/x", True),
    ],
)
def test_overlap_of_patterns_is_told_and_a_doubt_is_an_overlap(one, other, expected):
    assert rails.overlap(one, other) is rails.overlap(other, one) is expected


def test_a_real_channel_cannot_become_a_demonstration(country):
    country.propose(renew=("keys",))
    proposed = proposal.read(country.channel.proposal)
    proposal.discard(country.channel.proposal)
    proposed.roles["keys"].signed.unrecognized_fields["demo"] = True
    proposal.write(country.channel.proposal, proposed, "")
    refused("demo_changes", country.sign, "keys A")


def test_too_many_and_too_few_holders_are_refused(country):
    more = country.make_holder("root F", "root")
    assert "fewer holders" in refused("wrong_number_of_holders", lambda: country.propose(come=more.keys))
    assert "more holders" in refused("wrong_number_of_holders", lambda: country.propose(go=("keys A",)))


def test_somebody_unknown_cannot_leave(country):
    refused("unknown_holder", lambda: country.propose(go=("nobody",)))


def test_rules_of_a_province_without_holders_are_refused(country):
    refused("unknown_role", lambda: country.propose(files={"rules/48/rules.json": b"x"}))


def test_guided_needs_all_holders(country, tmp_path):
    people = [Holdings(country.release().holdings().of("root"))]
    refused("wrong_number_of_holders", first.guided, Channel(tmp_path / "new"), people, FILES, NOW)
    assert not (tmp_path / "new").exists()


def test_a_demonstrations_holder_is_no_real_one(country, tmp_path):
    demo = country.make_holder("demo", "root", demo=True)
    refused("demo_holder", first.guided, Channel(tmp_path / "new"), [demo], FILES, NOW)


def test_a_public_file_with_a_foreign_key_id_is_refused(country):
    file = country.holder("root A") / "public.json"
    other = holdings.loads((country.holder("root B") / "public.json").read_bytes(), "b").keys[0].keyid
    own = holdings.loads(file.read_bytes(), "a").keys[0].keyid
    refused("not_holders", holdings.loads, file.read_bytes().replace(own.encode(), other.encode()), "a")


@pytest.mark.parametrize("junk", [b"", b"[]", b"{}", b'{"format": "checkpoint-holders/1"}', b"\xff", b"[" * 5000])
def test_a_file_that_is_no_holders_file_is_one_sentence(junk):
    assert refused("not_holders", holdings.loads, junk, "file").startswith("file is no file of holders'")


def test_every_role_of_the_table_has_holders_in_these_tests():
    assert {role for names in HOLDERS.values() for role in names} == set(roles.offline(["79"]))


def test_a_period_longer_than_the_tables_is_refused(country):
    signed = country.release().targets()["keys"].signed
    rails.check_period("keys", signed, NOW)
    refused("lasts_too_long", rails.check_period, "keys", signed, NOW - DAY)


def test_the_first_plan_has_every_offline_role(country):
    held = country.release().holdings()
    proposed = planning.plan(Now(), held, Wish(files=FILES), NOW)
    assert tuple(proposed.roles) == held.offline()
    assert all(isinstance(it, Metadata) for it in proposed.roles.values())
