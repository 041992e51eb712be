"""Every process that issues follows the settings of its instance: pages, the worker, and the command."""

from dataclasses import replace

from verifier_server import create_app
from verifier_server.commands.issue import office
from verifier_server.commands.work import work_of
from verifier_server.config import ServerConfig, Settings
from verifier_server.passes.caps import Caps
from verifier_server.passes.validity import Validity
from verifier_server.web.services import services

from ..conftest import SECRET

CHOSEN = Settings(
    domestic_days=100,
    travel_days=200,
    before_dose_days=30,
    certificate_issuer="Sở Y tế Mẫu",
    account_day_cap=7,
    site_day_cap=8,
    register_day_cap=9,
    new_pass_ends_old=True,
)


def test_pages_worker_and_command_issue_under_the_same_settings(instance, sqlite_url):
    config = ServerConfig(instance, sqlite_url, SECRET, SECRET, CHOSEN, testing=True)
    app, work, bulk = create_app(config), work_of(config), office(config)
    with app.app_context():
        pages = services().desk
        services().storage.close()
    work.storage.close()
    bulk.storage.close()
    for desk in (pages, work.desk, bulk.desk):
        same = replace(desk, signers=None, serials=None)
        assert (same.caps, same.new_pass_ends_old) == (Caps(7, 8, 9), True)
        assert (same.validity, same.certificate_issuer) == (Validity(100, 200, 30), "Sở Y tế Mẫu")
