"""What two scanners do at the same moment, and what a page reads, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, inspect, select

from tests.keys.scanners import Device
from verifier_server.errors import ServerError
from verifier_server.scanners.enrolling import enrol
from verifier_server.scanners.listing import in_use
from verifier_server.scanners.receiving import take_receipt
from verifier_server.scanners.tables import EnrolmentCode, Scanner

from ..builders import NOW
from .builders import a_code, a_proof, a_receipt, a_scanner


def entered(storage, token, device):
    """How a device's enrolment ends, as the server does it."""

    def work(session):
        return enrol(session, token=token, key=device.jwk, proof=a_proof(device, token), now=NOW)[0].device

    try:
        return storage.transaction(work)
    except ServerError as problem:
        return problem.code


def test_of_eight_devices_with_one_code_at_once_one_is_enrolled(storage):
    token, devices = a_code(storage).token, [Device() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        ends = list(threads.map(lambda device: entered(storage, token, device), devices))
    assert ends.count("code_used") == 7
    with storage.reading() as session:
        scanner = session.scalars(select(Scanner)).one()
        assert scanner.device in ends
        assert session.scalars(select(EnrolmentCode.used_by)).one() == scanner.id


def test_one_device_that_asks_several_times_at_once_is_enrolled_once(storage):
    token, device = a_code(storage).token, Device()
    with ThreadPoolExecutor(6) as threads:
        ends = list(threads.map(lambda _: entered(storage, token, device), range(6)))
    assert ends == [device.id] * 6
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(Scanner)) == 1


def test_of_receipts_that_come_at_once_the_newest_is_kept(storage):
    device = a_scanner(storage)
    texts = [a_receipt(device, at=NOW + number) for number in range(12)]

    def take(text):
        with storage.writing() as session:
            take_receipt(session, text, NOW)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(take, [*texts[::2], *texts[1::2]]))
    with storage.reading() as session:
        assert session.scalars(select(Scanner.receipt_at)).one() == NOW + 11


@pytest.mark.parametrize("with_receipts", [False, True])
def test_a_page_does_not_read_every_receipt(storage, with_receipts):
    a_scanner(storage, days=1)
    with storage.reading() as session:
        (scanner,) = in_use(session, with_receipts=with_receipts)
        assert ("receipt" in inspect(scanner).unloaded) is not with_receipts
