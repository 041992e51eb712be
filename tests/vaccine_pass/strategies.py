"""Claims of every kind for properties."""

from datetime import date

from hypothesis import strategies as st

from vaccine_pass import uvci
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import FIRST_YEAR, LAST_YEAR, PartialDate
from vaccine_pass.vaccines import VACCINES

LETTERS = "aàạăắâậbcdđeèêệghiìklmnoòôộơợpqrstuùưựvxyýỵAÁBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYÝ"
END_OF_9999 = 253_402_300_799

words = st.text(LETTERS, min_size=1, max_size=6)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)
years = st.integers(FIRST_YEAR, LAST_YEAR)
whole_dates = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
births = whole_dates.map(lambda day: PartialDate(day.year, day.month, day.day)) | st.builds(
    PartialDate, years, st.integers(0, 12), st.just(0)
)
periods = st.lists(st.integers(0, END_OF_9999), min_size=2, max_size=2, unique=True).map(sorted)
codes = st.integers(0, 0xFFFF) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-", min_size=1, max_size=20)

extension_keys = st.integers(0, 2**64 - 1)
extension_numbers = st.integers(-(2**64), 2**64 - 1) | st.floats(allow_nan=False)
extension_values = st.recursive(
    st.none() | st.booleans() | extension_numbers | st.binary(max_size=9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
extensions = st.dictionaries(extension_keys, extension_values, max_size=3) | st.just({-1: bytes(33)})


@st.composite
def domestic_claims(draw):
    issued, expires = draw(periods)
    doses = draw(st.integers(0, 99))
    told = {"name": draw(names), "birth": draw(births), "serial": draw(st.integers(0, 0xFFFFFFFF))}
    if doses == 0:
        until = min(expires, issued + 90 * 86_400)
        return DomesticClaims(
            **told, doses=0, series=None, vaccine=None, last_dose=None, issued_at=issued, expires_at=until
        )
    return DomesticClaims(
        **told,
        doses=doses,
        series=draw(st.integers(1, 99)),
        vaccine=draw(codes),
        last_dose=draw(st.dates(date(1970, 1, 1))),
        issued_at=issued,
        expires_at=expires,
        extensions=draw(extensions),
    )


@st.composite
def travel_claims(draw):
    issued, expires = draw(periods)
    product = draw(st.sampled_from([vaccine for vaccine in VACCINES if vaccine.product]))
    return TravelClaims(
        family_name=draw(words),
        given_name=draw(names | st.just("")),
        birth=draw(births),
        product=product.product,
        manufacturer=product.manufacturer,
        prophylaxis=product.prophylaxis,
        dose_number=draw(st.integers(1, 99)),
        series=draw(st.integers(1, 99)),
        last_dose=draw(st.dates()),
        certificate_issuer=draw(st.text(max_size=80)),
        certificate_id=uvci.of_serial(draw(st.integers(0, 0xFFFFFFFF))),
        issued_at=issued,
        expires_at=expires,
    )
