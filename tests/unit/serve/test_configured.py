"""A service inside another application follows the project file that it was told of, and no other."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from tests.conformance import bundles

from golive.engine.ssh import Signers
from golive.errors import ApprovalError, GoliveError
from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.configured import Configured, configured
from golive.serve.flask import blueprint
from golive.serve.service import Service

FILE = """\
[approve]
roles = ["risk", "product"]
allowed_signers = "keys/allowed"
accept_typed = true
[approve.signers]
risk = ["anna@example.org"]
product = ["mei@example.org"]
[serve]
journal = "kept.db"
retention_days = 400
control_key = "control.key"
frame_hosts = ["https://desk.example.org"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "control.key").write_bytes(b"k" * 32 + b"\n")
    path = tmp_path / "project" / "golive.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return bundles.bundle(tmp_path / "small.golive")


def test_everything_that_a_service_needs_is_read_and_its_paths_lead_from_the_file(config: Path) -> None:
    names = {"risk": ("anna@example.org",), "product": ("mei@example.org",)}
    assert configured(config, Configured(None)) == Configured(
        journal=config.parent / "kept.db",
        roles=("risk", "product"),
        accept_typed=True,
        signers=Signers(config.parent / "keys" / "allowed", names),
        retention_days=400,
        control_key=b"k" * 32,
        frame_hosts=("https://desk.example.org",),
    )


def test_what_is_said_in_python_wins(config: Path, tmp_path: Path) -> None:
    signers = Signers(tmp_path / "others", {})
    said = Configured(tmp_path / "mine.db", ["legal"], False, signers, 500, b"x" * 32, ("https://other.example.org",))
    assert configured(config, said) == said._replace(roles=("legal",))


def test_a_journal_that_is_an_address_stays_one(config: Path) -> None:
    config.write_text('[serve]\njournal = "postgresql://h/d"\n', encoding="utf-8")
    assert configured(config, Configured(None)).journal == "postgresql://h/d"


def test_flask_needs_no_more_than_the_file(bundle: Path, config: Path) -> None:
    app = Flask("product")
    app.register_blueprint(blueprint(bundle, config=config), url_prefix="/credit")
    assert app.test_client().get("/credit/health/ready").status_code == 200
    assert (config.parent / "kept.db").exists()


def test_a_file_that_was_not_named_is_not_read(bundle: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(config.parent)
    with pytest.raises(ApprovalError, match="no role was named"):
        Service(bundle, journal="journal.db")
    with pytest.raises(GoliveError, match="no journal was named"):
        Service(bundle, roles=bundles.ROLES, accept_typed=True)


def test_a_file_inside_the_bundle_is_refused(bundle: Path, config: Path) -> None:
    with pytest.raises(GoliveError, match="lies inside the bundle"):
        Service(bundle, config=config.rename(bundle / "golive.toml"))


def test_a_file_that_refuses_typed_names_is_not_talked_out_of_it(bundle: Path, config: Path) -> None:
    config.write_text('[approve]\nroles = ["risk"]\n', encoding="utf-8")
    with pytest.raises(ApprovalError, match="typed names were not allowed"):
        Service(bundle, config=config)


def test_flask_asks_for_tokens_where_it_is_given_some(bundle: Path, tmp_path: Path) -> None:
    held = tmp_path / "tokens.json"
    secret = tokens.new(held, "shop", scopes=[Scope.decide], today=date(2026, 3, 1))
    options = {"journal": tmp_path / "journal.db", "roles": bundles.ROLES, "accept_typed": True}
    app = Flask("product")
    app.register_blueprint(blueprint(bundle, tokens=held, **options), url_prefix="/credit")  # type: ignore[arg-type]
    client, case = app.test_client(), {"case_id": "1", "inputs": dict(bundles.GOOD)}
    assert client.post("/credit/v1/decisions", json=case).status_code == 401
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.post("/credit/v1/decisions", json=case, headers=bearer).status_code == 200
    assert client.get("/credit/v1/bundle", headers=bearer).status_code == 403, "the scope `read` is missing"
    assert b"<form" in client.get("/credit/queue", follow_redirects=True).data, "somebody must log in"


def test_the_service_is_closed_by_whoever_opened_it(bundle: Path, config: Path) -> None:
    with closing(Service(bundle, config=config)) as service:
        assert service.frame_hosts == ("https://desk.example.org",)
