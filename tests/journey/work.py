"""What staff do every day, as steps on the pages: enter somebody, record a dose, sign a day off, import a file."""

import csv
import io
import re
from datetime import timedelta

from verifier_server.checks import today_at
from verifier_server.imports.template import VIETNAMESE


def day(province, days_ago=0):
    """A day as it is written on papers."""
    return f"{today_at(int(province.now())) - timedelta(days=days_ago):%d/%m/%Y}"


def parts(name, text):
    """A date in its three boxes."""
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), text.split("/"), strict=True))


def enter(staff, name, born="31/01/1990", **fields):
    """Enter a person; gives the number of the record."""
    staff.open("/people/new")
    staff.press("Lưu", full_name=name, **parts("dob", born), gender="female", **fields)
    return int(re.fullmatch(r"/people/(\d+)", staff.path)[1])


def record(staff, person, given, vaccine="PFIZER", site="1", **fields):
    """Record a dose; it waits for its site's signature."""
    staff.open(f"/people/{person}")
    staff.follow("Ghi mũi tiêm")
    staff.press("Lưu mũi tiêm", vaccine=vaccine, **parts("dose_date", given), site=site, **fields)
    assert staff.path == f"/people/{person}", staff.words


def sign_all(province, lead):
    """Sign every day that waits, and let the worker issue what follows."""
    lead.open("/days")
    while 'href="/days/' in lead.page:
        lead.open(re.search(r'href="(/days/[^"]+)"', lead.page)[1])
        lead.press("Ký xác nhận các mũi đã chọn")
    province.work()


def vaccinated(province, staff, lead, name, doses=2, vaccine="PFIZER", **fields):
    """A person with so many doses, four weeks apart, signed off; gives the number of the record."""
    person = enter(staff, name, **fields)
    for number in range(doses):
        record(staff, person, day(province, 28 * (doses - number)), vaccine)
    sign_all(province, lead)
    return person


def passes(staff, person):
    """The passes on a person's page, the newest first: (number, form and standing, status word)."""
    staff.open(f"/people/{person}")
    found = re.findall(r'href="/passes/(\d+)" class="(\w+)">.*?class="chip (\w+)', staff.page, re.DOTALL)
    return [(int(number), standing, status) for number, standing, status in found]


def picture(province, visitor, number):
    """Download a pass's picture, as whoever carries it does; gives its file."""
    path = province.folder / f"pass-{number}.png"
    path.write_bytes(visitor.fetch(f"/passes/{number}.png"))
    return path


def sheet(*rows):
    """A file of papers as a ward office writes it: Vietnamese headers, semicolons, a mark at its beginning."""
    text, columns = io.StringIO(), list(VIETNAMESE)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(VIETNAMESE.values())
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def paper(province, name, number=1, days_ago=60, **changes):
    """A row of such a file: one dose on a paper certificate."""
    row = {"full_name": name, "dob": "31/01/1990", "gender": "nữ", "vaccine": "PFIZER", "lot": "FF2832"}
    given = {"dose_number": str(number), "dose_date": day(province, days_ago), "site": "Trạm y tế Phù Đổng"}
    return row | given | changes


def check_file(province, clerk, content, name="giấy xác nhận.csv"):
    """Hand a file in and look at the dry run; gives the address of the import and what it would do."""
    clerk.open("/imports")
    clerk.press("Kiểm tra tệp", files={"file": (content, name)})
    address = clerk.path
    province.work()
    clerk.open(address)
    return address, findings(clerk)


def import_file(province, clerk, content, name="giấy xác nhận.csv"):
    """Hand a file in, look, and import it; gives the address of the import and what became of the rows."""
    address, _found = check_file(province, clerk, content, name)
    clerk.press("Xác nhận và nhập vào sổ")
    province.work()
    clerk.open(address)
    return address, findings(clerk)


def findings(clerk):
    """The table of an import's page: how many rows of each kind."""
    rows = re.findall(r'<th scope="row">([^<]+)</th>.*?class="number"[^>]*>([\d.]+)<', clerk.page, re.DOTALL)
    return {name: int(count.replace(".", "")) for name, count in rows}
