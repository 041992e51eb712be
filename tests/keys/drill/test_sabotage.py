"""Why each rule is there: a short year without it, and who comes to harm."""

import pytest

from keys.drill.arguments import SABOTAGES as NAMES
from keys.drill.run import Played, staged
from keys.drill.sabotage import SABOTAGES, cast
from keys.drill.tally import PROMISES

from .conftest import SHORT


@pytest.fixture(scope="session")
def kept(honest_year):
    """What scanners said in the year in which every rule was kept."""
    return honest_year.tally(cast(None).scanner)


def as_ministry(sabotage):
    """The tally of a year in which the ministry broke a rule, and scanners kept theirs."""
    with staged(SHORT, cast(sabotage).office) as stage:
        return stage.tally(cast(sabotage).scanner)


def test_the_command_offers_every_sabotage():
    assert set(NAMES) == set(SABOTAGES)


def test_with_every_rule_kept_no_honest_person_is_refused_and_no_news_is_ignored(kept):
    figures = kept.figures()
    assert {name: figures[name] for name in PROMISES} == dict.fromkeys(PROMISES, 0)
    assert figures["presented"] > 2000
    assert figures["honest"] > 1200


def test_the_short_year_has_everything_that_the_promises_are_about(kept, honest_year):
    figures, year = kept.figures(), honest_year.year
    assert figures["forged_accepted_before_news"] > 0
    assert figures["revoked_accepted_before_news"] > 0
    assert figures["degraded_scanner_days"] > figures["cannot_tell_scanner_days"] > 0
    assert all(sum(said.values()) for said in figures["verdicts"].values())
    assert year.counts["rotations"] >= 5
    assert year.counts["ceremonies"] >= 15
    assert year.counts["publications_refused"] >= year.counts["ceremonies"]
    assert {kind for _, kind in year.events} == {
        "ceremony", "rotation", "theft", "found", "holder replaced", "new online keys",
    }  # fmt: skip


def test_the_thief_offers_old_and_far_dated_updates_and_none_of_them_takes_the_news_back(kept):
    offered = kept.update_figures()["thief"]
    assert set(offered) <= {"update_rolled_back", "update_expired", "timestamp_too_far_ahead", "taken", "nothing_new"}
    assert offered["update_rolled_back"] > 0


def test_a_key_that_signs_before_scanners_can_know_it_has_honest_people_refused():
    figures = as_ministry("activate-early").figures()
    assert figures["honest_refused"] > 0
    assert set(figures["honest_refused_why"]) == {"unknown_signer"}


def test_a_stolen_key_that_is_only_replaced_goes_on_making_good_passes():
    figures = as_ministry("skip-revocation").figures()
    assert figures["forged_accepted_after_news"] > 10
    assert figures["honest_refused"] == 0


def test_a_scanner_that_trusts_its_clock_refuses_honest_people_and_accepts_what_has_expired(honest_year):
    tally = honest_year.tally(cast("trust-clock").scanner)
    figures = tally.figures()
    assert figures["honest_refused"] > 0
    assert set(figures["honest_refused_why"]) == {"not_yet_valid"}
    assert figures["expired_accepted"] > 0
    assert Played(honest_year.year, tally, "trust-clock", 0.0).broken == ("honest_refused", "expired_accepted")


def test_a_scanner_that_takes_an_old_timestamp_trusts_the_stolen_key_again(honest_year):
    figures = honest_year.tally(cast("accept-old-timestamp").scanner).figures()
    assert figures["forged_accepted_after_news"] > 0
