"""The first day as people who are no cryptographers walk through it: what is said after each step, and mistakes."""

import shutil

import pytest

from keys.channel.place import Channel

from ..builders import NOW

NAMES = ("An", "Binh", "Chi", "Dung", "Giang")


class Ceremony:
    """The publisher's folders, five holders' and a stick."""

    def __init__(self, run, top):
        self._run, self.top = run, top
        self.places = ("--keys", top / "keys", "--channel", top / "channel")
        self.channel = Channel(top / "channel")
        self.stick = top / "stick"

    def holder(self, name):
        return self.top / "holders" / name

    def make(self, name):
        roles = ("root", "targets", "keys", "unrevocation") if name in NAMES[:3] else ("root",)
        options = [word for role in roles for word in ("--role", role)]
        return self.said("holder", "new", self.holder(name), "--name", name, *options)

    def said(self, *arguments, now=NOW):
        code, out, err = self._run(*arguments, now=now)
        assert (code, err) == (0, ""), err
        return out

    def refused(self, *arguments, now=NOW):
        """The one sentence with which a command is refused."""
        code, out, err = self._run(*arguments, now=now)
        assert (code, out) == (1, "")
        assert err.startswith("checkpoint-keys: ")
        assert err.count("\n") == 1
        assert err.endswith(".\n")
        return err

    def sign(self, name, folder=None):
        return self.said("sign", "--proposal", folder or self.stick, "--holder", self.holder(name))

    def onto_stick(self):
        shutil.rmtree(self.stick, ignore_errors=True)
        shutil.copytree(self.channel.proposal, self.stick)


@pytest.fixture
def ceremony(run, tmp_path):
    """Holders have handed over their files, and the first proposal is on the stick."""
    made = Ceremony(run, tmp_path)
    for name in NAMES:
        made.make(name)
    made.said("init", *made.places, *(word for name in NAMES for word in ("--holder", made.holder(name))))
    made.onto_stick()
    return made


@pytest.fixture
def published(ceremony):
    """The first release is out, and a change is proposed."""
    for name in NAMES[:3]:
        ceremony.sign(name)
    ceremony.said("publish", "--copy", ceremony.stick, *ceremony.places)
    ceremony.said("refresh", "--nothing-revoked", *ceremony.places)
    ceremony.said("new", "--form", "travel", "--name", "next", *ceremony.places)
    ceremony.said("propose", *ceremony.places)
    ceremony.onto_stick()
    return ceremony


def test_a_new_holder_is_told_what_to_hand_over_and_what_to_keep(run, tmp_path):
    out = Ceremony(run, tmp_path).make("An")
    assert f"hand over {tmp_path}/holders/An/public.json, and nothing else" in out
    assert "Keep a second copy" in out


def test_who_looks_is_told_to_compare_and_how_to_sign(ceremony):
    out = ceremony.said("sign", "--look", "--proposal", ceremony.stick)
    assert "Nothing is signed yet." in out
    assert f"checkpoint-keys sign --proposal {ceremony.stick} --holder YOUR-FOLDER" in out
    assert not (ceremony.stick / "signatures").exists()


def test_each_holder_reads_who_is_still_missing_and_the_last_one_that_it_is_enough(ceremony):
    assert "can be given by: Binh, Chi, Dung, Giang." in ceremony.sign("An")
    assert "can be given by: Chi, Dung, Giang." in ceremony.sign("Binh")
    out = ceremony.sign("Giang")
    assert "enough holders have signed" in out
    assert f"checkpoint-keys publish --copy {ceremony.stick}" in out


def test_who_publishes_is_told_what_scanners_still_lack_and_then_what_posts_need(ceremony):
    for name in NAMES[:3]:
        ceremony.sign(name)
    out = ceremony.said("publish", "--copy", ceremony.stick, *ceremony.places)
    assert "Print the minutes" in out
    assert "checkpoint-keys refresh --nothing-revoked" in out
    ceremony.said("refresh", "--nothing-revoked", *ceremony.places)
    ceremony.said("propose", "--renew", "keys", *ceremony.places)
    for name in NAMES[:2]:
        ceremony.sign(name, ceremony.channel.proposal)
    assert "checkpoint-keys export-bundle --out usb" in ceremony.said("publish", *ceremony.places)


def test_publishing_too_early_names_who_can_still_sign(ceremony):
    ceremony.sign("An")
    said = ceremony.refused("publish", "--copy", ceremony.stick, *ceremony.places)
    assert "nothing was published: keys 1: 1 signature, 2 needed, 1 more of Binh, Chi;" in said
    assert "The signatures so far are kept; let the others sign a copy, and publish it with --copy." in said
    assert "publish it with --copy" in said


def test_signing_twice_counts_once_and_says_so(ceremony):
    ceremony.sign("An")
    out = ceremony.sign("An")
    assert out.count("(it was signed before; one holder's signature counts once)") == 4
    assert "keys 1: 1 signature, 2 needed" in out


@pytest.mark.parametrize("wrong", ["the stick", "the public file", "nothing"])
def test_what_is_no_holders_folder_is_refused_in_one_sentence(ceremony, wrong):
    given = {
        "the stick": ceremony.stick,
        "the public file": ceremony.holder("An") / "public.json",
        "nothing": ceremony.top / "none",
    }[wrong]
    said = ceremony.refused("sign", "--proposal", ceremony.stick, "--holder", given)
    assert f"{given} is no holder's folder; name the one that `checkpoint-keys holder new` made." in said


def test_what_is_no_proposal_is_refused_in_one_sentence(ceremony):
    said = ceremony.refused("sign", "--proposal", ceremony.holder("An"), "--holder", ceremony.holder("An"))
    assert "there is no proposal in" in said
    assert "published or taken back already, or this is not the folder that the publisher handed over" in said


def test_a_copy_that_lies_one_folder_deeper_is_named(ceremony, tmp_path):
    mounted = tmp_path / "usb"
    shutil.copytree(ceremony.stick, mounted / "proposal")
    said = ceremony.refused("sign", "--proposal", mounted, "--holder", ceremony.holder("An"))
    assert f"there is no proposal in {mounted}, but in {mounted}/proposal there is one: name that folder." in said
    ceremony.sign("An", mounted / "proposal")


def test_what_is_published_is_no_proposal(published):
    said = published.refused("sign", "--proposal", published.channel.releases.pointer, "--look")
    assert "is no proposal, or a damaged one: it has no holders.json" in said


def test_a_holder_who_is_not_asked_reads_who_is(published):
    said = published.refused("sign", "--proposal", published.stick, "--holder", published.holder("Dung"))
    assert "nothing in this proposal is for Dung to sign; it is for An, Binh, Chi." in said


def test_a_stranger_cannot_sign(ceremony):
    ceremony.make("Khach")
    said = ceremony.refused("sign", "--proposal", ceremony.stick, "--holder", ceremony.holder("Khach"))
    assert "nothing in this proposal is for Khach to sign" in said


def test_a_proposal_that_changed_after_another_holder_signed_is_refused(published):
    published.sign("An")
    signed = shutil.copytree(published.stick / "signatures", published.top / "signatures")
    published.said("withdraw", *published.places)
    published.said("new", "--form", "travel", "--name", "another", *published.places)
    published.said("propose", *published.places)
    published.onto_stick()
    shutil.copytree(signed, published.stick / "signatures")
    sentence = (
        "An signed something else for keys than what is proposed here: it was changed afterwards. "
        "Sign nothing, and ask the publisher for a new copy."
    )
    assert sentence in published.refused("sign", "--proposal", published.stick, "--holder", published.holder("Binh"))
    assert sentence in published.refused("sign", "--proposal", published.stick, "--look")


def test_a_copy_of_a_former_proposal_is_not_taken_in(published):
    published.sign("An")
    published.said("withdraw", *published.places)
    published.said("propose", *published.places, now=NOW + 60)
    said = published.refused("publish", "--copy", published.stick, *published.places)
    assert "is a copy of another proposal" in said
    assert "let the holders sign a new copy" in said


def test_with_an_open_proposal_a_change_of_signers_says_what_to_do_with_it_first(published):
    out = published.said("revoke", "next", "--reason", "stolen", *published.places)
    assert "a proposal is open that does not say it yet" in out
    assert "`checkpoint-keys withdraw`" in out


def test_taking_a_proposal_back_says_how_to_go_on(published):
    out = published.said("withdraw", *published.places)
    assert f"checkpoint-keys propose --keys {published.top}/keys" in out


def test_the_first_proposal_cannot_be_taken_back_and_nobody_is_told_to(ceremony):
    assert "the first proposal cannot be taken back" in ceremony.refused("withdraw", *ceremony.places)
    out = ceremony.said("new", "--form", "travel", "--name", "early", *ceremony.places)
    assert "withdraw" not in out


def test_one_person_alone_cannot_publish_what_two_must_sign(published):
    for _ in range(3):
        published.sign("An")
    said = published.refused("publish", "--copy", published.stick, *published.places)
    assert "keys 2: 1 signature, 2 needed, 1 more of Binh, Chi" in said


def test_one_holders_file_given_twice_and_two_holders_of_one_name_are_refused(run, tmp_path):
    made = Ceremony(run, tmp_path)
    for name in NAMES:
        made.make(name)

    def init(*folders):
        return made.refused("init", *made.places, *(word for folder in folders for word in ("--holder", folder)))

    an, binh, chi, dung, giang = map(made.holder, NAMES)
    assert "root would have 4 keys and needs 5: name more holders" in init(an, binh, binh, dung, giang)
    namesake = tmp_path / "namesake"
    made.said("holder", "new", namesake, "--name", "Dung", "--role", "root")
    said = init(an, binh, chi, dung, namesake)
    assert "Dung would hold two keys of root; give another holder, or one of them another name" in said
    assert not made.channel.root.exists()
    made.said("init", *made.places, *(word for folder in (an, binh, chi, dung, giang) for word in ("--holder", folder)))


def test_the_list_of_a_new_country_is_made_once_and_asking_again_changes_nothing(published):
    before = published.channel.current().number
    out = published.said("refresh", "--nothing-revoked", *published.places, now=NOW + 1)
    assert "There is a list of revoked passes already" in out
    assert "nothing was changed" in out
    assert published.channel.current().number == before


def test_who_signs_reads_the_result_and_the_hashes_and_the_rest_by_looking(published):
    looked = published.said("sign", "--look", "--proposal", published.stick)
    signed = published.sign("An")
    assert "Trusted as before" in looked
    assert "Trusted as before" not in signed
    assert signed.startswith("signed keys 2: SHA-256 ")
    assert signed.split("SHA-256 ")[1][:64] in looked
    assert len(signed.splitlines()) <= 4


def test_a_file_that_was_changed_on_the_stick_is_named(published):
    for path in ("targets/keys/signers.json", "before/targets/keys/signers.json"):
        published.onto_stick()
        (published.stick / path).write_text("nonsense")
        for more in (("--look",), ("--holder", published.holder("Giang"))):
            err = published.refused("sign", "--proposal", published.stick, *more)
            assert "keys/signers.json" in err or more[0] == "--holder"
    (published.stick / "targets/keys/signers.json").write_text("nonsense")
    assert "it was changed on the way" in published.refused("sign", "--proposal", published.stick, "--look")


def test_a_misspelt_role_is_no_role_and_the_roles_are_listed(published):
    published.said("withdraw", *published.places)
    err = published.refused("propose", "--renew", "al", *published.places)
    assert "there is no role 'al' to sign again; there are root, targets, keys, unrevocation, and `all`." in err
    assert "there is no role 'snapshot'" in published.refused("propose", "--renew", "snapshot", *published.places)


@pytest.mark.parametrize("role", ["snapshot", "timestamp", "revocation", "key", "rules-1", "rules-7x"])
def test_no_holder_gets_an_online_role_and_none_is_offered(run, tmp_path, role):
    ceremony = Ceremony(run, tmp_path)
    err = ceremony.refused("holder", "new", tmp_path / "An", "--name", "An", "--role", "root", "--role", role)
    assert "timestamp, " not in err
    assert ("the publisher's own" in err) is (role in {"snapshot", "timestamp", "revocation"})
    assert not (tmp_path / "An").exists()


def test_more_signatures_than_are_needed_read_as_that(ceremony):
    for name in NAMES[:3]:
        ceremony.sign(name)
    assert "keys 1: 3 signatures, 2 needed" in ceremony.said("sign", "--look", "--proposal", ceremony.stick)
