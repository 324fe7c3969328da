"""Role × route: nobody gets anywhere by accident. The table is ``matrix.csv``; ``python -m tests.house.matrix`` writes it.

Whoever adds a route says in ``samples.py`` how it is asked, writes the table anew and reads its difference.
"""

from collections.abc import Iterator

import pytest

from association.kernel.actors import Role
from tests.conftest import ON_POSTGRES
from tests.house import matrix
from tests.house.matrix import OUTSIDE, PEOPLE, STAFF, Asked, Row
from tests.house.showroom import Showroom, incidents

pytestmark = [
    # Some six thousand calls; the doors that matter most are tried all day in ``test_doors.py``.
    pytest.mark.full,
    pytest.mark.skipif(ON_POSTGRES, reason="who may do what does not depend on the database"),
]

# What leads everybody on, whether the thing exists or not: the page it leads to refuses.
LEADS_ON = {"/v/<number>", "/c/<code>"}
# Ids of one enterprise's or one person's things, in addresses that strangers might try.
THINGS_OF_SOMEBODY = ("product_id", "paper_id", "decision_id", "filing_id", "message_id", "key_id", "session_id")
# Kept by one person: colleagues in the enterprise may not see these either.
PERSONAL = ("message_id", "session_id")
# Not the owner's: messages that could not be delivered, for who looks after the post.
NOT_THE_OWNERS = {"/association/outbox/dead/<int:message_id>/resend"}


@pytest.fixture(scope="module")
def asked(showroom: Showroom) -> Asked:
    """Everybody, asked at every route; once for all tests here."""
    with incidents() as found:
        answers = matrix.asked(showroom)
    assert found == []
    return answers


def rows(asked: Asked, *, thing: str = "own", guard: str = "") -> Iterator[tuple[Row, dict[str, str]]]:
    for row, answers in asked.table.items():
        if row[3] == thing and (not guard or row[0] == guard):
            yield row, answers


def passes(answer: str) -> bool:
    return answer.isdigit() and int(answer) < 400


def is_api(row: Row) -> bool:
    return row[2].startswith("/api/")


def things_in(row: Row, names: tuple[str, ...]) -> bool:
    return any(f"{name}>" in row[2] for name in names)


def test_everybody_is_in_the_table(showroom: Showroom) -> None:
    with showroom.app.app_context():
        from association.accounts.queries import account_by_email

        found = {role for who in PEOPLE[1:] for role in account_by_email(f"{who}@demo.example").role_set}
    assert found == set(Role)


def test_somebody_says_how_every_route_is_asked(asked: Asked) -> None:
    assert [f"{one.method} {one.address} ({one.endpoint})" for one in asked.unsaid] == []


def test_nothing_breaks(asked: Asked) -> None:
    broken = [(row, who) for row, answers in asked.table.items() for who, said in answers.items() if said[0] == "5"]
    assert broken == []


def test_everybody_gets_what_the_table_says(asked: Asked) -> None:
    assert matrix.differences(asked.table) == [], (
        "python -m tests.house.matrix writes the table anew; read its difference"
    )


def test_a_stranger_is_led_to_sign_in_and_a_program_without_key_is_told_so(asked: Asked) -> None:
    for row, answers in asked.table.items():
        if row[0] in ("member", "staff"):
            assert answers["stranger"] == "sign-in", row
            assert (
                any(passes(said) for who, said in answers.items() if who != "stranger")
                or row[3] == "none"
                or (row[2] in MORE_IS_NEEDED)
            ), row
        if row[0] == "key":
            assert answers["stranger"] == "401", row


# Doors that open for nobody here: they want a letter's link, a file that was offered, a code from a telephone, a key
# that was prepared, an account that is nobody's yet, somebody who passed, somebody
# who had no part in what is objected to, a certificate that is suspended, a name that
# changed, marks of everybody who sat, an examiner's own turn, hours that are
# complete, a question that was retired, somebody who is not sitting an examination just now.
MORE_IS_NEEDED = {
    "/accounts/address",
    "/accounts/address/<token>",
    "/accounts/password",
    "/accounts/second-factor/confirm",
    "/accounts/second-factor/end",
    "/accounts/second-factor/recovery",
    "/association/persons/<int:person_id>/erase",
    "/training/attendance/come",
    "/training/attendance/come/<code>",
    "/training/attendance/lessons/<int:lesson_id>",
    "/training/attendance/lessons/<int:lesson_id>/hand-in",
    "/training/certificates/classes/<int:class_id>/preview",
    "/training/enrolments/<int:class_id>",
    "/training/exams/<int:sitting_id>/release",
    "/training/hours/renew/<number>",
    "/training/marksheets/<int:sitting_id>",
    "/training/marksheets/<int:sitting_id>/<code>",
    "/training/marksheets/<int:sitting_id>/<code>/columns",
    "/training/marksheets/<int:sitting_id>/<code>/enter",
    "/training/marksheets/<int:sitting_id>/<code>/failing.xlsx",
    "/training/questions/<int:question_id>/reinstate",
    "/training/scores/<int:sitting_id>/<int:sitter_id>",
    "/training/scores/<int:sitting_id>/<int:sitter_id>/joint",
    "/training/enrolments/<int:class_id>/<code>",
    "/training/enrolments/<int:class_id>/<code>/columns",
    "/training/enrolments/<int:class_id>/<code>/enrol",
    "/training/enrolments/<int:class_id>/<code>/failing.xlsx",
    "/association/signing/keys/switch",
    "/accounts/people/<int:account_id>/open",
    "/accounts/people/<int:account_id>/second-factor/reset",
    "/association/persons/mine",
    "/catalog/revocations/desk/objections/<int:objection_id>",
    "/training/certificates/file/<number>/reinstate",
    "/training/certificates/file/<number>/replace",
    "/catalog/categories/desk",
    "/catalog/categories/desk/facts/<kind>/new",
    "/catalog/categories/desk/facts/<int:fact_id>/edit",
    "/catalog/categories/desk/files/<sha256>",
}


def test_a_staff_door_is_not_there_for_anybody_else(asked: Asked) -> None:
    for row, answers in asked.table.items():
        if row[0] == "staff":
            assert {who: answers[who] for who in OUTSIDE if who in answers} == {
                who: "404" for who in OUTSIDE if who in answers
            }, row


def test_an_enterprises_things_do_not_exist_for_another(asked: Asked) -> None:
    for row, answers in rows(asked):
        if row[2] in NOT_THE_OWNERS or row[0] == "staff" or not things_in(row, THINGS_OF_SOMEBODY):
            continue
        if "/reviews" in row[2]:
            assert (answers["maker2"], answers["maker"]) == ("404", "404"), row
            assert passes(answers["reviewer"]), row
            continue
        others = ("maker2",) if is_api(row) else ("maker2", "newcomer", "installer", "acceptance", "practitioner")
        assert {answers[who] for who in others} == {"404"}, row
        assert passes(answers["maker"]), row


def test_what_is_personal_does_not_exist_for_colleagues(asked: Asked) -> None:
    for row, answers in rows(asked):
        if things_in(row, PERSONAL) and row[2] not in NOT_THE_OWNERS:
            assert {answers[who] for who in (*OUTSIDE, *STAFF) if who != "maker"} == {"404"}, row
            assert passes(answers["maker"]), row


def test_what_does_not_exist_opens_for_nobody(asked: Asked) -> None:
    for row, answers in rows(asked, thing="none"):
        if row[2] not in LEADS_ON:
            assert not any(passes(said) for said in answers.values()), row


def test_a_session_opens_no_door_of_the_api(asked: Asked, showroom: Showroom) -> None:
    signed_in = showroom.person("maker")
    for route in asked.routes:
        if route.guard == "key" and not route.rule.arguments:
            assert signed_in.open(route.address, method=route.method).status_code == 401, route.address
    assert signed_in.get("/accounts/").status_code == 200


def test_a_key_opens_no_page(asked: Asked, showroom: Showroom) -> None:
    program = showroom.program(asked.known.keys["maker"])
    for route in asked.routes:
        if route.guard in ("member", "staff") and route.method == "GET" and not route.rule.arguments:
            answer = program.get(route.address)
            assert (answer.status_code, answer.headers["Location"][:15]) == (303, "/accounts/login"), route.address
    assert program.get("/api/v1/catalog/products").status_code == 200


def test_a_key_for_reading_changes_nothing(asked: Asked) -> None:
    for row, answers in rows(asked):
        if row[0] == "key" and row[1] != "GET":
            assert not passes(answers["reader"]), row
            assert any(passes(answers[who]) for who in ("maker", "reviewer", "installer")), row
