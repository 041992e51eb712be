"""Serial numbers: each is taken once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from keys.secret import Secret
from vaccine_pass.serials import number_of
from verifier_server.errors import ServerError
from verifier_server.passes.serials import SerialStock, take_numbers
from verifier_server.passes.tables import SerialBlock

from ..builders import NOW

SECRET = Secret(bytes(range(32)))
TAKE = """
import sys
from keys.secret import Secret
from verifier_server.passes.serials import SerialStock
from verifier_server.storage import Storage
stock = SerialStock(Storage(sys.argv[1]), Secret(bytes(32)))
for _ in range(20):
    print(*(number.n for number in stock.reserve(7)))
"""


def test_serials_are_the_designs_permutation_of_block_1(storage):
    stock = SerialStock(storage, SECRET)
    assert [f"{stock.serial(number):06x}" for number in stock.reserve(3)] == ["162c4a", "1d4fb0", "176e52"]


def test_a_number_given_back_is_used_and_one_that_was_not_is_gone(storage):
    stock = SerialStock(storage, SECRET)
    first = stock.reserve(2)
    stock.give_back(first[1:])
    assert stock.reserve(1) == first[1:]


def test_another_process_never_gets_what_this_one_has_in_stock(storage):
    here, there = SerialStock(storage, SECRET), SerialStock(storage, SECRET)
    taken = [stock.reserve(5) for stock in (here, there, here, there)]
    assert len({number for part in taken for number in part}) == 20


def test_processes_that_take_numbers_at_once_never_share_one(database_url, storage):
    running = [
        subprocess.Popen([sys.executable, "-c", TAKE, database_url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    with ThreadPoolExecutor(3) as pool:
        outputs = list(pool.map(lambda process: process.communicate()[0], running))
    numbers = " ".join(outputs).split()
    assert len(numbers) == len(set(numbers)) == 3 * 20 * 7


def test_a_used_block_is_followed_by_the_next(storage):
    with storage.writing() as session:
        session.execute(update(SerialBlock).values(next_n=(1 << 20) - 2))
        session.add(SerialBlock(block=7, next_n=0, leased_at=NOW))
    with storage.writing() as session:
        assert [tuple(number) for number in take_numbers(session, 4)] == [
            (1, (1 << 20) - 2),
            (1, (1 << 20) - 1),
            (7, 0),
            (7, 1),
        ]


def test_when_every_block_is_used_the_sentence_says_what_to_do(storage):
    with storage.writing() as session:
        session.execute(update(SerialBlock).values(next_n=1 << 20))
    with pytest.raises(ServerError, match="lease a new block"):
        SerialStock(storage, SECRET).reserve(1)


def test_a_serial_leads_back_to_its_number(storage):
    stock = SerialStock(storage, SECRET)
    number = stock.reserve(1)[0]
    assert number_of(bytes(range(32)), stock.serial(number)) == tuple(number)
