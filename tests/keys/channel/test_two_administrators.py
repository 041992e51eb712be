"""Two administrators, and two holders, at the same moment: one after the other, and nothing is lost."""

import os

from keys.channel import documents, proposing, refresh
from keys.channel.planning import Wish
from keys.errors import KeysError

from .builders import DAY, NOW, a_scanner, signers_file


def at_once(*actions):
    """Run each action in a process of its own, all let go together; the exit codes (1: a KeysError)."""
    read, write = os.pipe()
    children = [_child(action, read, write) for action in actions]
    os.close(write)
    os.close(read)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _child(action, read, write):
    child = os.fork()
    if child == 0:
        os.close(write)
        os.read(read, 1)  # returns when the parent lets go of the other end
        try:
            action()
        except KeysError:
            os._exit(1)
        except BaseException:  # noqa: BLE001 - a forked child must never return into pytest
            os._exit(3)
        os._exit(0)
    return child


def test_two_proposals_at_once_are_one_proposal_and_one_refusal(country):
    def propose(mark):
        wish = Wish(files={documents.SIGNERS: signers_file(mark)})
        return lambda: proposing.propose(country.channel, wish, NOW)

    assert sorted(at_once(propose(b"one"), propose(b"two"))) == [0, 1]
    country.sign("keys A", "keys B")
    country.publish()


def test_two_publications_at_once_are_one_release(country):
    country.propose(renew=("keys",))
    country.sign("keys A", "keys B")
    assert sorted(at_once(country.publish, country.publish)) == [0, 1]
    assert country.release().number == 2


def test_two_refreshes_and_a_publication_at_once_all_count(country, tmp_path):
    country.propose(renew=("keys",))
    country.sign("keys A", "keys B")

    def again():
        refresh.refresh(country.channel, NOW + DAY)

    def publish():
        country.publish(NOW + DAY)

    assert at_once(again, publish, again) == [0, 0, 0]
    release = country.release()
    assert release.targets()["keys"].signed.version == 2
    assert a_scanner(country, tmp_path / "scanner").update(NOW + DAY)


def test_two_holders_of_one_copy_at_once_both_count(country):
    country.propose(renew=("keys",))
    assert at_once(lambda: country.sign("keys A"), lambda: country.sign("keys C")) == [0, 0]
    country.publish()
