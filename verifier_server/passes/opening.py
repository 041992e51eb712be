"""Opening the issuing desk of an instance: one place for every process that issues, so that all follow its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keys.signers import SigningDesk
from keys.store import KeyStore
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import stock
from verifier_server.passes.desk import IssuingDesk

if TYPE_CHECKING:
    from verifier_server.config import ServerConfig
    from verifier_server.passes.desk import Signers
    from verifier_server.storage import Storage


def open_desk(config: ServerConfig, storage: Storage, signers: Signers | None = None) -> IssuingDesk:
    """Return the desk that pages, workers and commands of an instance issue at.

    :param signers: where signing keys come from; the instance's key folder by default.
    """
    return IssuingDesk(
        signers or SigningDesk(KeyStore(config.keys_folder)),
        stock(storage, config.serial_secret, LeaseBook(config.lease_book)),
        validity=config.validity,
        certificate_issuer=config.settings.certificate_issuer,
        caps=config.caps,
        new_pass_ends_old=config.settings.new_pass_ends_old,
    )
