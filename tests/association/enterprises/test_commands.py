"""``flask accounts create``."""

import pytest
from flask.testing import FlaskCliRunner

from association.accounts.queries import account_by_email
from association.kernel.actors import Role
from tests.builders import PASSWORD, actor_of, an_enterprise

ARGUMENTS = ["accounts", "create", "--email", "admin@test.example", "--name", "管理员"]


@pytest.fixture
def run(app, db):
    runner = FlaskCliRunner(app)

    def call(*arguments, **more):
        result = runner.invoke(args=[*ARGUMENTS, *arguments], **more)
        db.session.rollback()
        db.session.expire_all()
        return result

    return call


def test_an_administrator_is_made_with_the_password_from_the_environment_and_only_once(run):
    first = run("--role", "system_administrator", env={"ADMIN_PASSWORD": PASSWORD})
    again = run("--role", "reviewer", env={"ADMIN_PASSWORD": PASSWORD})
    assert first.exit_code == again.exit_code == 0, first.output
    assert "nothing changed" in again.output
    assert account_by_email("admin@test.example").role_set == {Role.SYSTEM_ADMINISTRATOR}


def test_the_password_is_asked_for(run):
    made = run("--role", "reviewer", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output


def test_a_weak_password_is_refused_in_a_sentence(run):
    refused = run("--role", "reviewer", env={"ADMIN_PASSWORD": "short"})
    assert refused.exit_code == 1
    assert "密码至少10个字符" in refused.output
    assert account_by_email("admin@test.example") is None


def test_the_account_may_come_with_its_enterprise(run):
    enterprise = an_enterprise()
    for _time in range(2):
        made = run("--role", "registrant", "--enterprise", enterprise.uscc, env={"ADMIN_PASSWORD": PASSWORD})
        assert made.exit_code == 0, made.output
    actor = actor_of(account_by_email("admin@test.example"))
    assert (actor.enterprise_id, actor.administers_enterprise) == (enterprise.id, True)
    assert run("--role", "registrant", "--enterprise", "none", env={"ADMIN_PASSWORD": PASSWORD}).exit_code == 1
