"""Tags: a date-time's is passed over, as some issuers of travel passes write it; others are refused."""

import cbor2
import pytest

from vaccine_pass import cbor
from vaccine_pass.errors import Unreadable


def test_a_tagged_date_time_is_read_as_its_text():
    tagged = cbor2.dumps({"sc": cbor2.CBORTag(0, "2021-06-15T12:00:00Z")})
    assert cbor.loads(tagged)["sc"][:16] == "2021-06-15T12:00"


@pytest.mark.parametrize("tag", [1, 2, 3, 4, 5, 28, 29, 30, 35, 37, 258, 1004, 55799, 4711])
def test_any_other_tag_is_refused(tag):
    with pytest.raises(Unreadable):
        cbor.loads(cbor2.dumps(cbor2.CBORTag(tag, 1)))
