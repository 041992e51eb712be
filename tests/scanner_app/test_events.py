import io
import json

from scanner_app.events import EventLog, time_bucket, verdict_fields
from tests.scanner_app.builders import NOW, a_verdict_for, an_accepted
from vaccine_pass.verdict import Reason


def test_an_event_holds_nothing_personal():
    stream = io.StringIO()
    EventLog(stream).emit("verdict", **verdict_fields(an_accepted(), NOW + 61), ms=12.0, frame=3)
    told = json.loads(stream.getvalue())
    assert told == {
        "event": "verdict", "bucket": "2021-07-30T08:00Z", "verdict": "complete", "reason": None,
        "key_id": "0101010101010101", "ms": 12.0, "frame": 3,
    }  # fmt: skip


def test_a_key_that_is_not_trusted_is_unknown():
    fields = verdict_fields(a_verdict_for(Reason.UNKNOWN_SIGNER), NOW)
    assert (fields["verdict"], fields["reason"], fields["key_id"]) == (
        "refused", "unknown_signer", "unknown",
    )  # fmt: skip


def test_the_time_is_told_to_a_quarter_of_an_hour():
    assert time_bucket(NOW + 14 * 60 + 59) == "2021-07-30T08:00Z"
    assert time_bucket(NOW + 15 * 60) == "2021-07-30T08:15Z"


def test_a_reader_that_went_away_does_not_stop_the_scanner():
    class Gone(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    log = EventLog(Gone())
    log.emit("ready")
    log.emit("ready")


def test_without_a_stream_nothing_is_written():
    EventLog(None).emit("ready")
