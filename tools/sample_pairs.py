"""People for pictures who were entered twice, found already; and a few districts and wards to choose from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import insert

from verifier_server import schema
from verifier_server.config import load_config
from verifier_server.people.pair_search import PIECE, search_a_piece
from verifier_server.people.rules import add_person, person_entry
from verifier_server.storage import Storage
from verifier_server.units.tables import Unit

TABLES = schema.METADATA
TODAY = date(2021, 7, 30)
TWICE = (
    ("Phạm Văn Bình", "12/05/1964", "0913000111", "001064000125"),
    ("Pham Van Binh", "12/05/1964", "0913000111", "001064000152"),
    ("Đỗ Thị Kim Ngân", "09/11/1988", "0913000222", "079188000333"),
    ("Đỗ Thị Kim Ngân", "11/09/1988", "0913000222", ""),
)
UNITS = (
    ("760", "district", "Quận 1", "79"),
    ("769", "district", "Thành phố Thủ Đức", "79"),
    ("26740", "ward", "Phường Bến Nghé", "760"),
    ("26743", "ward", "Phường Bến Thành", "760"),
    ("26794", "ward", "Phường Linh Xuân", "769"),
)


def make(instance: Path, now: int) -> None:
    """Enter them in the register of ``instance``, and look through it."""
    storage = Storage(load_config(instance).database_url)
    with storage.writing() as session:
        for name, birth, phone, number in TWICE:
            entry = person_entry(name=name, birth=birth, sex="other", phone=phone, id_number=number, today=TODAY)
            add_person(session, entry, by=None, now=now)
        of_saigon = {"version": 2021, "province": "79"}
        names = ("code", "kind", "name", "parent")
        session.execute(insert(Unit), [dict(zip(names, one, strict=True)) | of_saigon for one in UNITS])
    looked = PIECE
    while looked == PIECE:  # until the round is over
        looked = search_a_piece(storage, now)
    storage.close()
