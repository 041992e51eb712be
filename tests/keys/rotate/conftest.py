"""A demonstration and a country with holders, each with signers of passes, made once and copied for each test."""

import os
import shutil

import pytest

from keys import ceremony, pkcs8
from keys.channel import carried, documents, first
from keys.channel.place import Channel
from keys.store import KeyStore

from ..builders import NOW
from ..channel.builders import ENOUGH, HOLDERS
from .builders import Office


@pytest.fixture(autouse=True)
def _fast(cheap_scrypt, monkeypatch):
    """Keys that open fast, and no waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture(scope="session")
def first_days(tmp_path_factory):
    """What every test's own folders are copies of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        patch.setattr(os, "fsync", lambda _descriptor: None)
        return _demo(tmp_path_factory.mktemp("demo")), _country(tmp_path_factory.mktemp("country"))


@pytest.fixture
def demo(first_days, tmp_path):
    """A demonstration on its first day."""
    return Office(shutil.copytree(first_days[0], tmp_path / "office", symlinks=True))


@pytest.fixture
def country(first_days, tmp_path):
    """A country on its first day: release 1 is out, its holders are far away."""
    return Office(shutil.copytree(first_days[1], tmp_path / "office", symlinks=True))


def _demo(top):
    store, channel = KeyStore(top / "keys"), Channel(top / "channel")
    ceremony.init(store, NOW)
    first.demonstration(channel, ["01"], _files(store), NOW)
    carried.note_published(store, channel.current(), NOW)
    return top


def _country(top):
    office = Office(top)
    ceremony.init(office.store, NOW)
    people = [office.country.make_holder(name, *roles) for name, roles in HOLDERS.items()]
    first.guided(office.channel, people, _files(office.store), NOW)
    office.country.sign(*ENOUGH)
    office.country.publish()
    carried.note_published(office.store, office.channel.current(), NOW)
    return top


def _files(store):
    return {documents.SIGNERS: documents.signers(store.signers()), documents.VACCINE_TABLE: documents.vaccines()}
