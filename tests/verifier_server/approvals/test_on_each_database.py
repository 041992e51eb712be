"""The pages' own questions to the register, on SQLite and on PostgreSQL: the same words on both."""

from keys.signers import SigningDesk
from keys.store import KeyStore
from verifier_server.bulk.run import Office
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.revocation.reissue import reissue
from verifier_server.staff.accounts import add_account
from verifier_server.web.services import services

from ..builders import NOW
from ..conftest import PASSWORD, SECRET, Browser
from ..revocation.builders import a_site, passes, people, revoked
from .conftest import SECOND
from .test_pages import REASON, decide, press, preview_of, words_of


def test_from_the_preview_to_the_re_issued_passes(app_on_each, instance):
    with app_on_each.app_context():
        register = services().storage
        with register.writing() as session:
            add_account(session, email=SECOND, role="key_administrator", password=PASSWORD, now=NOW)
    first, second = Browser(app_on_each), Browser(app_on_each)
    assert first.log_in("administrator").status_code == second.log_in("second").status_code == 302
    desk = IssuingDesk(SigningDesk(KeyStore(instance / "keys")), SerialStock(register, SECRET))
    rows = passes(register, desk, people(register, 130), site_id=a_site(register, "Trạm Bến Nghé", "79"))
    form = {"kind": "key", "key": rows[0].kid, "action": "revoke", "reason": REASON}

    assert "Hồ Chí Minh 130 130" in words_of(preview_of(first, form))
    decide(first, form)
    assert "(130 thẻ) chờ người quản trị thứ hai." in words_of(second.get("/admin"))
    press(second, 1, "approve")
    assert revoked(register) == {row.id for row in rows}
    said = words_of(first.get("/revocations/1"))
    assert "Trạm Bến Nghé 130 130" in said
    assert "0 trên 130 người và loại thẻ" in said

    decide(first, {"kind": "batch", "batch": "1", "action": "unrevoke", "reason": REASON})
    press(second, 2, "approve")
    assert revoked(register) == set()
    assert "130 thẻ có hiệu lực lại" in words_of(first.get("/revocations/2"))
    decide(first, {"kind": "person", "person": str(rows[0].person_id), "action": "revoke", "reason": REASON})
    reissue(Office(register, desk, lambda: float(NOW)), 3, checked=True)
    assert "1 trên 1 người và loại thẻ đã cấp thẻ mới 1" in words_of(first.get("/revocations/3"))
    assert "Đợt 3" in words_of(first.get("/revocations"))
