"""Erased means erased: no file says who it was, and every old proof verifies as before. Merged files keep both histories."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from association.accounts import letters
from association.accounts import service as accounts
from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Forbidden
from association.ledger.queries import fault, lines_about
from association.outbox import service as outbox
from association.persons import commands, erasure, holdings, queries, rules, sealed, service
from association.persons.models import Person
from association.vocabulary import ConsentPurpose, ErasureGround, LetterPurpose, MergeGround
from tests.association.operations.data import an_app, settings
from tests.builders import NOW, PASSWORD, a_registrant, actor_of, an_account, an_enterprise, picture_bytes
from tests.conftest import FreshClient
from tests.training.builders import a_class, a_person, a_practitioner, an_enrolment, an_identity, the_desk
from training.rosters import queries as rosters
from training.vocabulary import EnrolmentState
from wsgi import create_app

NAME, NEW_NAME, PHONE, EMAIL = "司马光启明", "司马光启亮", "0311-76543218", "sima.guangqi@test.example"
BORN = "19871129"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def there(folder: Path) -> Iterator[Flask]:
    """A register in a folder of its own, as an operator has it."""
    app = an_app(folder)
    app.test_client_class = FreshClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def traces(folder: Path, *also: Path) -> list[str]:
    """Files in which something that names the person can be read, in any way texts are written."""
    texts = [NAME, NEW_NAME, PHONE, EMAIL, an_identity(555, born=BORN), an_identity(555, born=BORN)[:14]]
    marks = [text.encode() for text in texts]
    marks += [text.encode("utf-16-le") for text in texts] + [json.dumps(text).strip('"').encode() for text in texts]
    marks += [b"JFIF"]  # the portrait
    found = []
    for path in [*folder.rglob("*"), *also]:
        if path.is_file():
            content = path.read_bytes()
            found += [path.name for mark in marks if mark in content]
    return found


def a_life(now=NOW) -> tuple[Person, Account, str]:
    """Somebody with everything the register can hold of a person; and what the ledger holds of them."""
    account = accounts.create_account(EMAIL, NAME, PASSWORD, [Role.PRACTITIONER], actor=OPERATOR, now=now)
    actor = actor_of(account, now)
    person = service.record_own(NAME, an_identity(555, born=BORN), phone=PHONE, email=EMAIL, actor=actor, now=now)
    actor = actor_of(account, now)
    committed = lines_about(f"person:{person.id}")[0].facts["commitment"]
    service.correct(person, name=NEW_NAME, actor=actor, now=now)
    for purpose in ConsentPurpose:
        service.give_consent(person, purpose, actor=actor, now=now)
    sealed.file_portrait(person, picture_bytes("JPEG", (800, 1000)), actor=actor, now=now)
    service.employ(person, an_enterprise().id, begins=now.date(), actor=OPERATOR, now=now)
    with transaction():
        letters.send(
            LetterPurpose.RESET, EMAIL, account, f"{NAME}：重设", f"{NAME} {PHONE} {{token}}", {"name": NAME}, now=now
        )
    outbox.deliver(now)
    an_enrolment(a_class(), person, now=now)
    return person, account, committed


def test_after_erasure_no_file_and_no_new_backup_names_the_person_and_the_ledger_verifies(
    there: Flask, folder: Path, tmp_path: Path
) -> None:
    person, _account, committed = a_life()
    person_id, number = person.id, an_identity(555, born=BORN)
    visitor = there.test_client()
    assert visitor.post("/accounts/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 303
    assert visitor.get("/association/persons/mine").status_code == 200
    db.session.remove()
    assert traces(folder)
    assert rules.opens(committed, db.session.get_one(Person, person_id).salt, {"name": NAME, "identity": number})
    db.session.remove()

    done = there.test_cli_runner().invoke(args=["persons", "erase", str(person_id), "--yes"])
    assert done.exit_code == 0, done.output

    backup = tmp_path / "after.tar"
    made = there.test_cli_runner().invoke(args=["backup", str(backup)])
    assert made.exit_code == 0, made.output
    assert traces(folder, backup) == []
    assert fault() is None
    erased = db.session.get_one(Person, person_id)
    assert (erased.salt, erased.erased_at is not None) == ("", True)
    assert not rules.opens(committed, erased.salt, {"name": NAME, "identity": number})
    assert visitor.get("/association/persons/mine").status_code == 303
    assert there.test_client().post("/accounts/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 422
    listed = there.test_cli_runner().invoke(args=["persons", "erased"])
    assert listed.output.split() == [str(person_id)]


@pytest.fixture
def cluster() -> Iterator[tuple[sa.Engine, Path, str]]:
    """A PostgreSQL server set up as docs/operations.md asks, its folder, and a database of the test's own."""
    server = sa.make_url(os.environ["TEST_POSTGRES_URL"]).set(drivername="postgresql+psycopg")
    name = f"jifang_erasure_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("ALTER SYSTEM SET wal_recycle = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
        connection.execute(sa.text(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0"))
        data = Path(connection.execute(sa.text("SHOW data_directory")).scalar_one())
    try:
        yield engine, data, server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
            connection.execute(sa.text("ALTER SYSTEM RESET wal_recycle"))
            connection.execute(sa.text("SELECT pg_reload_conf()"))


@pytest.mark.postgres
@pytest.mark.full
def test_on_postgresql_no_file_of_the_server_and_no_new_backup_names_the_person(
    cluster: tuple[sa.Engine, Path, str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, indexes, the planner's notes, the write-ahead log: every byte of the server's folder is read. While somebody
    still sees the state from before, or another database of the server goes on with what it began before, it waits."""
    engine, data, url = cluster
    folder.mkdir()
    app = create_app(settings(folder) | {"DATABASE_URL": url})
    with app.app_context():
        upgrade()
        person, _account, _committed = a_life()
        person_id = person.id
        db.session.remove()
        with engine.connect() as connection:
            connection.execute(sa.text("CHECKPOINT"))
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))
        before = names_in(data)
        assert any("pg_wal" in path.parts for path in before)
        assert any("base" in path.parts for path in before)

        # In another database of the server: what began before and goes on holds up every later look, the eraser's own too.
        with engine.connect() as elsewhere, db.engine.connect() as looking, monkeypatch.context() as hurried:
            hurried.setattr(erasure, "TRIES", 1)
            hurried.setattr(erasure, "BETWEEN_TRIES", 0)
            elsewhere.exec_driver_sql("BEGIN")
            elsewhere.execute(sa.text("SELECT pg_current_xact_id()"))
            looking.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            looking.execute(sa.text("SELECT count(*) FROM person"))
            both = app.test_cli_runner().invoke(args=["persons", "erase", str(person_id), "--yes"])
            looking.rollback()
            one = app.test_cli_runner().invoke(args=["persons", "clear"])
            elsewhere.exec_driver_sql("ROLLBACK")
        for waiting in (both, one):
            assert waiting.exit_code == 1, (waiting.output, names_in(data))
            assert "being read" in waiting.output
        # Whatever else this server is asked meanwhile may take its time.
        monkeypatch.setattr(erasure, "TRIES", 6000)
        cleared = app.test_cli_runner().invoke(args=["persons", "clear"])
        assert cleared.exit_code == 0, cleared.output
        backup = tmp_path / "after.tar"
        made = app.test_cli_runner().invoke(args=["backup", str(backup)])
        assert made.exit_code == 0, made.output
        assert names_in(data) == []
        assert traces(folder, backup) == []
        assert fault() is None
        db.session.remove()
        db.engine.dispose()


def names_in(folder: Path) -> list[Path]:
    """Files of a server's folder with something in them that names the person."""
    texts = (NAME, NEW_NAME, PHONE, EMAIL, an_identity(555, born=BORN), an_identity(555, born=BORN)[:14])
    marks = [text.encode() for text in texts] + [json.dumps(text).strip('"').encode() for text in texts]
    found = []
    # Unlike rglob, walk goes on where the server removes a whole folder meanwhile: another test's database.
    for path in (Path(place, name) for place, _folders, names in os.walk(folder) for name in names):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # the server removes files of its own meanwhile
            continue
        if any(mark in content for mark in marks):
            found.append(path)
    return found


def test_at_a_page_it_takes_two_steps_and_the_worker_clears_the_database(there: Flask, folder: Path) -> None:
    person, _account, _committed = a_life()
    secretary = an_account(Role.SECRETARIAT, email="secretariat@test.example")
    page = f"/association/persons/{person.id}/erase"
    visitor = there.test_client()
    visitor.post("/accounts/login", data={"email": secretary.email, "password": PASSWORD})
    first = visitor.get(page)
    assert "删除后无法恢复" in first.text
    wrong = visitor.post(page, data={"ground": "request", "name": "司马光"})
    assert wrong.status_code == 422
    assert "没有删除" in wrong.text
    assert visitor.post(page, data={"ground": "request", "name": NEW_NAME}).status_code == 303
    assert queries.waiting_to_be_cleared() == 1
    db.session.remove()
    assert commands.clear(clock.now()) == 1
    assert commands.clear(clock.now()) == 0
    assert traces(folder) == []


@pytest.mark.usefixtures("db")
class TestRules:
    """What may be erased and merged, by whom."""

    def erase(self, person, actor):
        erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=actor, now=NOW)

    def test_only_the_secretariat_erases(self):
        person = a_person()
        for actor in (the_desk(), actor_of(a_registrant()), actor_of(an_account(Role.SYSTEM_ADMINISTRATOR))):
            with pytest.raises(Forbidden):
                self.erase(person, actor)
        self.erase(person, actor_of(an_account(Role.SECRETARIAT)))
        with pytest.raises(Conflict):
            self.erase(person, OPERATOR)

    def test_either_database_is_cleared_once_after_an_erasure(self):
        self.erase(a_person(), OPERATOR)
        assert commands.clear(NOW) == 1
        assert commands.clear(NOW) == 0

    def test_the_same_number_may_come_again_as_a_new_person(self):
        number = an_identity()
        person = a_person(identity=number)
        self.erase(person, OPERATOR)
        assert queries.by_identity(number) is None
        assert a_person(identity=number).id != person.id

    def test_a_place_in_a_coming_class_goes_to_whoever_waits(self):
        of = a_class(capacity=1)
        first = an_enrolment(of)
        second = an_enrolment(of, now=NOW + timedelta(minutes=1))
        self.erase(queries.person(first.person_id), OPERATOR)
        assert (first.state, second.state) == (EnrolmentState.WITHDRAWN, EnrolmentState.ENROLLED)

    def test_an_account_that_holds_an_office_is_settled_first(self):
        account = a_practitioner()
        person = queries.person(account.person_id)
        account.roles = ["practitioner", "trainer"]
        db.session.commit()
        with pytest.raises(Conflict):
            self.erase(person, OPERATOR)
        assert person.name

    def test_two_files_of_one_person_become_one_and_both_histories_stay(self):
        kept, account = a_person("李四", phone="", agrees=()), a_practitioner(a_person("李四四", phone="0311-111111"))
        gone = queries.person(account.person_id)
        past, present = an_enterprise(), an_enterprise()
        service.employ(
            gone,
            past.id,
            begins=NOW.date() - timedelta(days=900),
            ends=NOW.date() - timedelta(days=500),
            actor=OPERATOR,
            now=NOW,
        )
        service.employ(kept, present.id, begins=NOW.date() - timedelta(days=300), actor=OPERATOR, now=NOW)
        row = an_enrolment(a_class(), gone)
        erasure.merge(
            gone, kept, ground=MergeGround.MISTYPED, holdings=holdings.everywhere(), actor=the_desk(), now=NOW
        )
        assert row.person_id == kept.id
        assert queries.person(gone.id) is kept
        assert account.person_id == kept.id
        assert kept.phone == "0311-111111"
        assert queries.agrees(kept, ConsentPurpose.TRAINING)
        assert [one.enterprise_id for one in queries.employments_of(kept)] == [present.id, past.id]
        assert lines_about(f"person:{gone.id}")
        with pytest.raises(Conflict):
            erasure.merge(
                gone, kept, ground=MergeGround.MISTYPED, holdings=holdings.everywhere(), actor=the_desk(), now=NOW
            )
        self.erase(kept, OPERATOR)
        assert (gone.name, gone.salt, gone.identity_hash) == ("", "", None)

    def test_files_that_sit_in_one_class_together_are_not_merged(self):
        of, kept, gone = a_class(), a_person(), a_person()
        an_enrolment(of, kept)
        an_enrolment(of, gone)
        with pytest.raises(Conflict, match=of.code):
            erasure.merge(
                gone, kept, ground=MergeGround.MISTYPED, holdings=holdings.everywhere(), actor=the_desk(), now=NOW
            )
        assert rosters.classes_of_person(gone.id)

    def test_merging_is_the_desks(self):
        for account in (a_registrant(), a_practitioner()):
            with pytest.raises(Forbidden):
                erasure.merge(
                    a_person(), a_person(), ground=MergeGround.MISTYPED, holdings=(), actor=actor_of(account), now=NOW
                )

    def test_whoever_merges_two_files_says_why_two_numbers_are_one_persons(self, browser):
        desk, kept, gone = browser(an_account(Role.TRAINING_STAFF)), a_person(), a_person()
        where = f"/association/persons/{kept.id}/merge"
        refused = desk.post(where, data={"gone": str(gone.id)})
        assert refused.status_code == 422
        assert "两个号码是同一个人的，因为" in refused.text
        assert gone.name in refused.text
        assert queries.person(gone.id) is gone
        assert desk.post(where, data={"gone": str(gone.id), "ground": "mistyped"}).status_code == 303
        assert queries.person(gone.id).id == kept.id
        assert lines_about(f"person:{kept.id}")[-1].facts["ground"] == "mistyped"
