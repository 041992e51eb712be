"""The vaccine table: products used in Vietnam, with their EU and WHO codes and usual series.

The domestic pass names a product by its index in this table, which travels to scanners as signed
data.  The table is append-only and an index is never reused.  Intervals between doses change by
decision and date; they are the register's data, not this table's.

Sources: the Ministry of Health's conditional approvals of 2021; the EU value sets for
``vaccine-medicinal-product``, ``vaccine-mah-manf`` and ``vaccine-prophylaxis``; DESIGN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from vaccine_pass.errors import PassError

VECTOR, MRNA, ANTIGEN, INACTIVATED = "29061000087103", "1119349007", "28531000087107", "1157024006"
"""SNOMED CT codes of the EU's ``vp``: vector, mRNA, protein subunit, inactivated virus."""


@dataclass(frozen=True, slots=True)
class Vaccine:
    """One product.

    :ivar index: its number on a domestic pass, from 1, never reused.
    :ivar key: the register's short key, such as ``PFIZER``.
    :ivar name: the name shown to people; ``name_vn`` the one on Vietnamese papers.
    :ivar product: EU ``mp`` code, None for a product that may not go on a travel pass.
    :ivar manufacturer: EU ``ma`` code.
    :ivar prophylaxis: EU ``vp`` code (SNOMED CT).
    :ivar series: usual number of doses of a complete series.
    :ivar trial: given in a trial and never licensed.
    """

    index: int
    key: str
    name: str
    name_vn: str
    product: str | None
    manufacturer: str | None
    prophylaxis: str | None
    series: int
    trial: bool = False


class VaccineTable:
    """Look-up of products by index, key and EU product code."""

    def __init__(self, vaccines: Sequence[Vaccine]) -> None:
        self._vaccines = tuple(vaccines)
        self._by_index = {vaccine.index: vaccine for vaccine in self._vaccines}
        self._by_key = {vaccine.key: vaccine for vaccine in self._vaccines}
        self._by_product = {v.product: v for v in self._vaccines if v.product is not None}
        if not len(self._by_index) == len(self._by_key) == len(self._vaccines):
            raise PassError("The vaccine table uses one index or key twice.", code="bad_vaccine_table")

    def __iter__(self) -> Iterator[Vaccine]:
        return iter(self._vaccines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VaccineTable) and self._vaccines == other._vaccines

    def __hash__(self) -> int:
        return hash(self._vaccines)

    def by_index(self, index: int) -> Vaccine | None:
        """Return the product with this index, or None when the table is older than the pass."""
        return self._by_index.get(index)

    def by_key(self, key: str) -> Vaccine | None:
        """Return the product with this register key, upper or lower case."""
        return self._by_key.get(key.strip().upper())

    def by_product(self, product: str) -> Vaccine | None:
        """Return the product with this EU ``mp`` code."""
        return self._by_product.get(product)

    def display_name(self, code: int | str | None) -> str | None:
        """Return what a person reads for an index or an EU code; an unknown one is named as such."""
        if code is None:
            return None
        known = self.by_index(code) if isinstance(code, int) else self.by_product(code)
        if known is not None:
            return known.name
        return f"product {code}, not in this table" if isinstance(code, int) else code

    def to_document(self) -> list[dict[str, object]]:
        """Return the table as JSON values."""
        return [asdict(vaccine) for vaccine in self._vaccines]

    @classmethod
    def from_document(cls, document: object) -> VaccineTable:
        """Read what :meth:`to_document` wrote.

        :raises PassError: naming the first entry that is wrong.
        """
        if not isinstance(document, list):
            raise PassError("The vaccine table is not a list.", code="bad_vaccine_table")
        return cls([_entry(number, entry) for number, entry in enumerate(document, start=1)])


_TYPES: dict[str, tuple[type, ...]] = {
    "index": (int,),
    "series": (int,),
    "trial": (bool,),
    "product": (str, type(None)),
    "manufacturer": (str, type(None)),
    "prophylaxis": (str, type(None)),
}


def _entry(number: int, entry: object) -> Vaccine:
    values = entry if isinstance(entry, Mapping) else {}
    for field in fields(Vaccine):
        value = values.get(field.name, False if field.name == "trial" else ...)
        if type(value) not in _TYPES.get(field.name, (str,)):
            where = f"entry {number}, {field.name}"
            raise PassError(f"The vaccine table is wrong in {where}.", code="bad_vaccine_table")
    return Vaccine(**{field.name: values[field.name] for field in fields(Vaccine) if field.name in values})


VACCINES = VaccineTable(
    [
        Vaccine(1, "AZ", "Vaxzevria", "AstraZeneca", "EU/1/21/1529", "ORG-100001699", VECTOR, 2),
        Vaccine(2, "SPUTNIK", "Sputnik V", "Gam-COVID-Vac", "Sputnik-V", "Gamaleya-Research-Institute", VECTOR, 2),
        Vaccine(3, "VERO", "BBIBP-CorV", "Vero Cell", "BBIBP-CorV", "ORG-100020693", INACTIVATED, 2),
        Vaccine(4, "PFIZER", "Comirnaty", "Comirnaty", "EU/1/20/1528", "ORG-100030215", MRNA, 2),
        Vaccine(5, "MODERNA", "Spikevax", "Spikevax", "EU/1/20/1507", "ORG-100031184", MRNA, 2),
        Vaccine(6, "JANSSEN", "Jcovden", "Janssen", "EU/1/20/1525", "ORG-100001417", VECTOR, 1),
        Vaccine(7, "HAYAT", "Hayat-Vax", "Hayat-Vax", "Hayat-Vax", "ORG-100023050", INACTIVATED, 2),
        Vaccine(8, "ABDALA", "Abdala", "Abdala", "Abdala", "CIGB", ANTIGEN, 3),
        Vaccine(9, "NANOCOVAX", "Nano Covax", "Nano Covax", None, None, None, 2, trial=True),
    ]
)
"""This project's own table, as of 2021."""
