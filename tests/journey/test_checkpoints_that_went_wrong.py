"""What went wrong in 2021 with codes and checkpoints (FIELD.md's table), each row lived through by its people.

5. several apps and codes: until all shared one QR in November 2021
6. checkpoints jammed: 2 to 5 s a scan, papers still read by hand; forms of 3 to 10 minutes
7. forgery: fake papers for 500,000 đ; QR posted on social media, printed on T-shirts

How fast a scan is, is measured by ``bench/scan.py``; here is that every answer is right, without a network.
"""

import csv
import io
import random
import re

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from bench.people import altered
from tests import issuer

from .visitor import Visitor
from .work import day, enter, passes, picture, record, sign_all, vaccinated

PICTURES, SHOWN = 20, 200
ANY = "any reason"


def codes_on(pdf):
    """Every code on a printed page, as a checkpoint reads it."""
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]


def code_in(path):
    return zxingcpp.read_barcode(Image.open(path)).text


@pytest.mark.parametrize("ends", [True, False], ids=["a new pass ends the old", "the old card counts on"])
def test_row_5_one_code_in_the_book_on_paper_and_at_the_site_and_one_scanner_for_both_forms(found_province, ends):
    province = found_province(new_pass_ends_old=ends)
    vaccinator, lead, clerk = (province.staff(name) for name in ("vaccinator", "lead", "clerk"))
    hers = {"phone": "0912000051", "id_number": "001190000051"}
    person = vaccinated(province, vaccinator, lead, "Đặng Thị Chung", doses=1, **hers)
    citizen = province.citizen("0912000051")

    everywhere = codes_of(province, citizen, clerk, person)
    assert len(everywhere) == 1
    ((number, standing, _status),) = passes(clerk, person)
    assert standing == "current"
    laminated = picture(province, clerk, number)
    clerk.open(f"/people/{person}")
    clerk.press("Cấp: Mã QR quốc tế")
    travel = picture(province, clerk, clerk.path.rpartition("/")[2])

    record(vaccinator, person, day(province))
    sign_all(province, lead)
    renewed = codes_of(province, citizen, clerk, person)
    assert len(renewed) == 1
    assert renewed != everywhere
    current = [one for one in passes(clerk, person) if one[1] == "current"]
    assert sorted(status for _number, _standing, status in current) == ["complete", "complete"]  # one of each form

    province.publish()
    province.update_scanner()
    verdicts = province.verdicts(laminated, travel, *renewed)
    said = [(one["outcome"], one["format"], one["doses"]) for one in verdicts]
    old = ("refused" if ends else "accepted", "domestic", 1)
    assert [said[0][:2], *said[1:]] == [old[:2], ("accepted", "hcert", 1), ("accepted", "domestic", 2)]
    assert verdicts[0]["reason"] == ("revoked" if ends else None)
    clerk.open(f"/people/{person}")
    told = clerk.follow("Mã QR trong nước")
    assert ("không còn dùng được. Hãy dùng mã này." in told) == ends
    assert ("vẫn dùng được đến" in told) != ends


def codes_of(province, citizen, clerk, person):
    """The person's domestic code wherever it is: in the book, on its paper and card, at the site and on its paper."""
    found = set(codes_on(citizen.fetch(f"/book/people/{person}/domestic-a4.pdf")))
    found |= set(codes_on(citizen.fetch(f"/book/people/{person}/domestic-card.pdf")))
    clerk.open(f"/people/{person}")
    clerk.follow("Mã QR trong nước")
    number = clerk.path.rpartition("/")[2]
    found.add(code_in(picture(province, clerk, number)))
    return found | set(codes_on(clerk.fetch(f"/passes/{number}.pdf")))


def test_row_6_a_queue_of_two_hundred_mixed_passes_is_judged_right_without_a_network(province):
    domestic = issued(province, "domestic", 135)
    travelling = issued(province, "travel", 30)
    clerk = province.staff("clerk")
    lost, good = domestic[:5], domestic[5:]
    for row in lost:
        clerk.open(f"/people?q={row['id_number']}")
        clerk.follow(row["full_name"])
        clerk.follow("Mã QR trong nước")
        clerk.press("Thu hồi và cấp mã mới", reason="lost")
    province.publish()
    province.update_scanner()

    pictures = [(province.folder / "domestic" / row["image"], accepted(row)) for row in good[:PICTURES]]
    texts = [(row["text"], accepted(row)) for row in good[PICTURES:]]
    texts += [(row["text"], accepted(row, "hcert")) for row in travelling]
    texts += [(row["text"], ("refused", "revoked")) for row in lost]
    texts += [(altered(row["text"]), ("refused", "bad_signature")) for row in good[:10]]
    stranger, abroad = issuer.an_issuer(), issuer.an_issuer("travel")
    texts += [(issuer.a_pass(one, doses=2), ("refused", "unknown_signer")) for one in (stranger, abroad) * 5]
    texts += [
        (text, ("refused", "unknown_prefix")) for text in ("https://example.vn/qr", "WIFI:S:cafe;;", "0912345678")
    ]
    texts += [(row["text"][: 20 + 9 * at], ("refused", ANY)) for at, row in enumerate(good[:12])]  # read by half
    random.Random(6).shuffle(texts)
    queue = [*pictures, *texts]
    assert len(queue) == SHOWN

    verdicts = province.verdicts(*(shown for shown, _expected in queue))
    assert len(verdicts) == SHOWN
    wrong = [
        (expected, said) for (_shown, expected), said in zip(queue, verdicts, strict=True) if not fits(said, expected)
    ]
    assert wrong == []


def accepted(row, form="domestic"):
    """What the checkpoint must say of somebody: the colour, the doses, and the name to hold against the card."""
    doses = int(row["dose_number"])
    return ("accepted", None, form, ("none", "partial", "complete")[doses], doses, row["full_name"])


def fits(said, expected):
    """Whether a verdict is the expected one; of what is refused unread no person is shown."""
    outcome, reason, *more = expected
    if said["outcome"] != outcome or reason not in {said["reason"], ANY}:
        return False
    return outcome == "refused" or [said[key] for key in ("format", "status", "doses", "name")] == more


def issued(province, form, count):
    """Rows of a file for which `checkpoint-server issue` has made passes; each with its text and picture."""
    rows = []
    for at in range(count):
        doses = 2 if form == "travel" else at % 3
        family, number = ("Lê Thị", 34_175_600_000) if form == "travel" else ("Trần Văn", 1_084_200_000)
        name = f"{family} {'ABCDEGHIKL'[at % 10]}{'abcdefghijklmn'[at // 10]}"
        row = {"full_name": name, "dob": f"{1 + at % 28:02d}/05/1984"}
        row |= {"id_number": f"{number + at:012d}", "dose_number": str(doses)}
        row |= {"vaccine": "PFIZER", "dose_date": day(province, 30)} if doses else {"vaccine": "", "dose_date": ""}
        rows.append(row)
    file, out = province.folder / f"{form}.csv", province.folder / form
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    image = "png" if form == "domestic" else "none"
    province.server("issue", "--in", file, "--out", out, "--form", form, "--image", image)
    with (out / "results.csv").open(encoding="utf-8", newline="") as opened:
        return [row | told for row, told in zip(rows, csv.DictReader(opened), strict=True)]


def test_row_7_a_copied_code_shows_its_holders_name_and_ends_when_it_was_posted(province):
    vaccinator, lead, clerk = (province.staff(name) for name in ("vaccinator", "lead", "clerk"))
    hers = {"phone": "0912000071", "id_number": "001190000071"}
    person = vaccinated(province, vaccinator, lead, "Ngô Thị Chủ", **hers)
    posted = picture(province, clerk, passes(clerk, person)[0][0])
    province.publish()
    province.update_scanner()

    # Somebody else wears it on a T-shirt: the checkpoint says whose it is, and asks for the ID card.
    (verdict,) = province.verdicts(posted)
    assert (verdict["outcome"], verdict["name"], verdict["date_of_birth"]) == ("accepted", "Ngô Thị Chủ", "1990-01-31")
    passer_by = Visitor(province.app)
    passer_by.open("/try")
    said = passer_by.press("Thử", files={"picture": (posted.read_bytes(), "áo.png")})
    assert "Ngô Thị Chủ" in said
    assert "Hãy mang theo giấy tờ tùy thân để đối chiếu." in said

    passes(clerk, person)
    clerk.follow("Mã QR trong nước")
    clerk.press("Thu hồi và cấp mã mới", reason="posted")
    new = picture(province, clerk, clerk.path.rpartition("/")[2])
    province.publish()
    province.update_scanner()
    assert [one["reason"] for one in province.verdicts(posted, new)] == ["revoked", None]


def test_row_7_what_nobody_signed_is_refused_and_no_page_before_the_button_holds_a_code(province):
    vaccinator, lead, clerk = (province.staff(name) for name in ("vaccinator", "lead", "clerk"))
    hers = {"phone": "0912000072", "id_number": "001190000072"}
    person = enter(clerk, "Hồ Thị Xem", **hers)
    record(vaccinator, person, day(province, 30))
    lead.open("/days")
    citizen = province.citizen("0912000072")
    looked_at = [
        (clerk, f"/people/{person}"),
        (clerk, f"/people/{person}/doses/new"),
        (clerk, "/people?q=ho thi xem"),
        (lead, re.search(r'href="(/days/[^"]+)"', lead.page)[1]),
        (citizen, f"/book/people/{person}"),
    ]
    for who, path in looked_at:
        who.open(path)
        assert 'id="code"' not in who.page
        assert "VN1:" not in who.page
    assert passes(clerk, person) == []

    genuine = picture(province, clerk, passes(clerk, vaccinated(province, vaccinator, lead, "Hồ Thị Thật"))[0][0])
    province.publish()
    province.update_scanner()
    code = code_in(genuine)
    stranger = issuer.an_issuer()
    (kid,) = re.findall(r"khóa (\w+)", clerk.open(f"/passes/{genuine.stem.removeprefix('pass-')}"))
    impostor = issuer.an_issuer(kid=bytes.fromhex(kid))
    made = {
        issuer.a_pass(stranger): "unknown_signer",
        issuer.a_pass(impostor): "bad_signature",
        altered(code): "bad_signature",
        code: None,
    }
    assert [one["reason"] for one in province.verdicts(*made)] == list(made.values())


def test_row_7_sold_access_is_stopped_at_the_cap_alarmed_attributed_and_revocable(found_province):
    province = found_province(account_day_cap=5)
    vaccinator, lead, clerk = (province.staff(name) for name in ("vaccinator", "lead", "clerk"))
    honest = vaccinated(province, vaccinator, lead, "Dương Thị Ngay")
    other_lead = province.staff("lead2")
    elsewhere = enter(other_lead, "Dương Thị Xa")
    record(other_lead, elsewhere, day(province), site="2")
    sign_all(province, other_lead)
    bought = [enter(clerk, f"Mua {letter}") for letter in ("An", "Ba", "Ca", "Đa", "Em", "Giang")]
    sold = []
    for person in bought[:5]:
        clerk.open(f"/people/{person}")
        clerk.press("Cấp: Mã QR trong nước")
        assert "clerk@example.vn" in clerk.words
        sold.append(picture(province, clerk, clerk.path.rpartition("/")[2]))
    clerk.open(f"/people/{bought[5]}")
    clerk.press("Cấp: Mã QR trong nước", status=409)
    assert passes(clerk, bought[5]) == []

    admin = province.staff("admin")
    assert "2 báo động chưa ai xem." in admin.open("/")
    assert "clerk@example.vn" in admin.open("/alarms")
    kept = {person: picture(province, lead, passes(lead, person)[0][0]) for person in (honest, elsewhere)}
    admin.open("/revocations/new?kind=account")
    admin.press("Xem trước", account="clerk@example.vn", reason="Bán quyền cấp mã")
    admin.press("Thu hồi")
    province.publish()
    province.update_scanner()
    assert [one["reason"] for one in province.verdicts(*sold, *kept.values())] == ["revoked"] * 5 + [None, None]

    # And by site: what a false site has issued ends, what the others have issued stays.
    password = province.folder / "password"
    password.write_text("a long test password")
    password.chmod(0o600)
    decided = ("--by", "admin@example.vn", "--password-file", password, "--reason", "Điểm tiêm giả")
    today = "-".join(reversed(day(province).split("/")))
    province.server("revoke", "--site", "Trạm y tế Ninh Hiệp", "--from", today, "--to", today, *decided)
    province.publish()
    province.update_scanner()
    assert [one["reason"] for one in province.verdicts(*kept.values())] == [None, "revoked"]
