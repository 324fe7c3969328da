"""The association's own words are changed fact by fact: a new version each time, never an old one overwritten."""

import copy
import random
from datetime import date, timedelta
from typing import Any

import pytest

from association.kernel.actors import OPERATOR, Role
from association.kernel.errors import Conflict, Forbidden, Invalid
from association.ledger.models import LedgerLine
from catalog.categories import catalogfile, queries, service
from catalog.categories.rules import FactKind
from catalog.categories.words import LoadKind
from tests.builders import actor_of, an_account
from tests.catalog.categories.conftest import LOADED

ON = date(2026, 11, 1)
LATER = LOADED + timedelta(days=10)
TERM = {"term": "测试支架", "name_en": "Test bracket", "from": "2000-09-01", "until": None}
VALIDITY = (FactKind.SETTING, "registration_validity_years@2004-05-01")


@pytest.fixture
def secretary(db: Any) -> Any:
    return actor_of(an_account(Role.SECRETARIAT))


def why(actor: Any, now: Any = LATER) -> dict[str, Any]:
    return {"reason": "会议决定", "actor": actor, "now": now}


def test_a_correction_counts_from_now_and_says_who_when_and_why(db: Any, loaded: None, secretary: Any) -> None:
    fact = queries.newest_of(VALIDITY)
    name = service.correct_fact(fact, {**fact.body, "value": 4}, **why(secretary))
    assert queries.known_at(LATER - timedelta(seconds=1)).setting("registration_validity_years", ON) == 3
    assert queries.known_at(LATER).setting("registration_validity_years", ON) == 4
    new, old = queries.history(queries.newest_of(name))
    assert (old.fact.body["value"], old.fact.superseded_at, new.fact.corrects_from) == (3, LATER, LATER)
    assert old.ended_by is new.load
    assert (new.load.kind, new.load.actor_name, new.load.reason) == (LoadKind.EDIT, secretary.name, "会议决定")
    line = db.session.query(LedgerLine).order_by(LedgerLine.position.desc()).first()
    assert (line.action, line.actor_id, line.facts["reason"]) == ("catalog.corrected", secretary.account_id, "会议决定")
    assert line.facts["facts"][0]["before"]["value"] == 3
    assert line.facts["facts"][0]["after"]["value"] == 4


def test_from_a_day_on_it_is_otherwise_and_before_it_stays(db: Any, loaded: None, secretary: Any) -> None:
    fact = queries.newest_of(VALIDITY)
    service.succeed_fact(fact, {**fact.body, "value": 5}, begins=date(2027, 1, 1), **why(secretary))
    view = queries.known_at(LATER)
    assert view.setting("registration_validity_years", date(2026, 12, 31)) == 3
    assert view.setting("registration_validity_years", date(2027, 1, 1)) == 5


def test_a_word_is_added_ended_and_withdrawn(db: Any, loaded: None, secretary: Any) -> None:
    name = service.add_fact(FactKind.NOT_IN_CATALOG_TERM, TERM, **why(secretary))
    assert queries.known_at(LATER - timedelta(days=1)).outside_term("高级测试支架", ON) != "测试支架"
    assert queries.known_at(LATER).outside_term("高级测试支架", ON) == "测试支架"
    days = [LATER + timedelta(days=n) for n in (1, 2)]
    service.end_fact(queries.newest_of(name), last_day=date(2026, 12, 31), **why(secretary, days[0]))
    assert queries.known_at(days[0]).outside_term("测试支架", date(2026, 12, 31)) == "测试支架"
    assert queries.known_at(days[0]).outside_term("测试支架", date(2027, 1, 1)) != "测试支架"
    service.withdraw_fact(queries.newest_of(name), **why(secretary, days[1]))
    assert queries.known_at(days[1]).outside_term("测试支架", ON) != "测试支架"
    assert queries.known_at(days[0]).outside_term("测试支架", ON) == "测试支架"
    assert [one.key for one in queries.withdrawn_of(FactKind.NOT_IN_CATALOG_TERM)] == [name[1]]


def test_a_withdrawn_word_may_come_back(db: Any, loaded: None, secretary: Any) -> None:
    name = service.add_fact(FactKind.NOT_IN_CATALOG_TERM, TERM, **why(secretary))
    service.withdraw_fact(queries.newest_of(name), **why(secretary, LATER + timedelta(days=1)))
    service.add_fact(FactKind.NOT_IN_CATALOG_TERM, TERM, **why(secretary, LATER + timedelta(days=2)))
    assert [one.fact.version for one in queries.history(queries.newest_of(name))] == [2, 1]
    assert queries.known_at(LATER + timedelta(days=2)).outside_term("测试支架", ON) == "测试支架"


WRONG: list[tuple[FactKind, dict[str, Any], str, str]] = [
    (FactKind.NOT_IN_CATALOG_TERM, {**TERM, "term": ""}, "term", "blank"),
    (FactKind.NOT_IN_CATALOG_TERM, {**TERM, "until": "1999-01-01"}, "until", "order"),
    (FactKind.NOT_IN_CATALOG_TERM, {**TERM, "term": "电源"}, "", "overlap"),
    (FactKind.SYNONYM, {"code": "x", "name_zh": "某", "words": ["一"], "from": None, "until": None}, "words", "blank"),
    (FactKind.CONFUSABLE, {"characters": ["Q"]}, "characters", "blank"),
    (FactKind.HOLIDAY, {"date": "2027-05-01", "kind": "feast", "name_zh": "某", "name_en": "x"}, "kind", "choice"),
    (
        FactKind.GROUND,
        {"code": "x", "name_zh": "某", "name_en": "x", "citation": "nobody", "from": None, "until": None},
        "citation",
        "reference",
    ),
]


@pytest.mark.parametrize(("kind", "body", "field", "code"), WRONG)
def test_the_loaders_rules_judge_a_page_too(
    db: Any, loaded: None, secretary: Any, kind: FactKind, body: dict[str, Any], field: str, code: str
) -> None:
    if body.get("term") == "电源":
        body = {**body, "from": "2010-01-01"}
    before = queries.newest_change()
    with pytest.raises(Invalid) as refused:
        service.add_fact(kind, body, **why(secretary))
    assert (field, code) in [(one.field, one.code) for one in refused.value.shortfalls]
    assert queries.newest_change() == before


def test_what_the_registry_computes_with_cannot_be_withdrawn_nor_be_no_number(
    db: Any, loaded: None, secretary: Any
) -> None:
    fact = queries.newest_of(VALIDITY)
    with pytest.raises(Invalid):
        service.withdraw_fact(fact, **why(secretary))
    with pytest.raises(Invalid) as refused:
        service.correct_fact(fact, {**fact.body, "value": "three"}, **why(secretary))
    assert [one.field for one in refused.value.shortfalls] == ["value"]


def test_a_change_needs_a_reason_and_a_person_who_may(db: Any, loaded: None, secretary: Any) -> None:
    fact = queries.newest_of(VALIDITY)
    body = {**fact.body, "value": 4}
    for role in (Role.REVIEWER, Role.AUDITOR, Role.SUPERVISING_OFFICE, Role.REGISTRANT):
        with pytest.raises(Forbidden):
            service.correct_fact(fact, body, **why(actor_of(an_account(role))))
    with pytest.raises(Invalid) as refused:
        service.correct_fact(fact, body, reason="  ", actor=secretary, now=LATER)
    assert [one.field for one in refused.value.shortfalls] == ["reason"]
    service.correct_fact(fact, body, **why(secretary))


def test_law_comes_with_a_file_only(db: Any, loaded: None, secretary: Any) -> None:
    law = queries.facts_of(FactKind.REQUIREMENT)[0]
    with pytest.raises(Conflict):
        service.correct_fact(law, {**law.body, "proof": "none"}, **why(secretary))


def test_of_two_who_change_the_same_the_second_is_told(db: Any, loaded: None, secretary: Any) -> None:
    fact = queries.newest_of(VALIDITY)
    service.correct_fact(fact, {**fact.body, "value": 4}, **why(secretary))
    colleague = actor_of(an_account(Role.SYSTEM_ADMINISTRATOR))
    with pytest.raises(Conflict) as refused:
        service.correct_fact(fact, {**fact.body, "value": 5}, **why(colleague, LATER + timedelta(days=1)))
    assert refused.value.code == "lost_race"


# -- a later file --------------------------------------------------------------------------------------------


def test_a_later_file_does_not_silently_undo_what_the_staff_changed(
    db: Any, loaded: None, secretary: Any, file: dict[str, Any]
) -> None:
    fact = queries.newest_of(VALIDITY)
    service.correct_fact(fact, {**fact.body, "value": 4}, **why(secretary))
    service.add_fact(FactKind.NOT_IN_CATALOG_TERM, TERM, **why(secretary))
    report = service.load(file, actor=OPERATOR, now=LATER + timedelta(days=1))
    assert set(report.kept) == {f"setting:{VALIDITY[1]}", "not_in_catalog_term:测试支架@2000-09-01"}
    assert report.nothing_new
    view = queries.known_at(LATER + timedelta(days=1))
    assert view.setting("registration_validity_years", ON) == 4
    assert view.outside_term("测试支架", ON) == "测试支架"
    report = service.load(file, actor=OPERATOR, now=LATER + timedelta(days=2), undo_edits=True)
    assert len(report.changed) == len(report.removed) == 1
    assert queries.known_at(LATER + timedelta(days=2)).setting("registration_validity_years", ON) == 3


def test_what_is_kept_must_go_with_the_new_file(db: Any, loaded: None, secretary: Any, file: dict[str, Any]) -> None:
    cited = {"code": "x", "name_zh": "某", "name_en": "x", "citation": "jjj", "from": None, "until": None}
    file["citations"].append({**file["citations"][0], "id": "jjj"})
    service.load(copy.deepcopy(file), actor=OPERATOR, now=LATER)
    service.add_fact(FactKind.GROUND, cited, **why(secretary, LATER + timedelta(days=1)))
    file["citations"].pop()
    with pytest.raises(Invalid) as refused:
        service.load(file, actor=OPERATOR, now=LATER + timedelta(days=2))
    assert "jjj" in refused.value.shortfalls[0].detail
    assert queries.known_at(LATER + timedelta(days=2)).citation("jjj") is not None


@pytest.mark.parametrize("seed", range(4))
def test_later_loads_and_edits_never_change_what_was_known_earlier(
    db: Any, loaded: None, secretary: Any, file: dict[str, Any], seed: int
) -> None:
    chance = random.Random(seed)
    moments, snapshots = [LOADED], [picture(LOADED)]
    for step in range(1, 7):
        now = LOADED + timedelta(days=step)
        something_happens(chance, file, secretary, now)
        moments.append(now)
        snapshots.append(picture(now))
        for moment, seen in zip(moments, snapshots, strict=True):
            assert picture(moment + timedelta(hours=1)) == seen
    assert len({str(one) for one in snapshots}) > 1


def picture(moment: Any) -> Any:
    """The association's words and everything about one class, as known then."""
    view = queries.known_at(moment)
    return (
        view.settings(ON), view.grounds(ON), view.synonyms(), view.outside_terms(ON), view.confusable_groups(),
        view.holidays(), view.issuers(demo=True), view.requirement_rows("01"), view.standards(),
    )  # fmt: skip


def something_happens(chance: random.Random, file: dict[str, Any], actor: Any, now: Any) -> None:
    match chance.randrange(4):
        case 0:
            file["settings"][0]["value"] = chance.randint(1, 9)
            chance.choice(file["requirements"])["note_en"] = f"note {chance.random()}"
            service.load(file, actor=OPERATOR, now=now, undo_edits=chance.random() < 0.5)
        case 1:
            term = {**TERM, "term": f"物件{chance.randrange(10**6)}"}
            service.add_fact(FactKind.NOT_IN_CATALOG_TERM, term, **why(actor, now))
        case 2:
            fact = chance.choice(list(queries.facts_of(FactKind.GROUND)))
            service.correct_fact(fact, {**fact.body, "name_en": f"Words {chance.random()}"}, **why(actor, now))
        case _:
            fact = chance.choice(list(queries.facts_of(FactKind.SYNONYM)))
            service.withdraw_fact(fact, **why(actor, now))


def test_what_is_on_file_is_a_file_again(db: Any, loaded: None, raw: dict[str, Any]) -> None:
    back = catalogfile.data_of(catalogfile.current(queries.on_file()), as_of="2026-11-23")
    assert {name: raw[name] for name in raw if name != "meta"} == {name: back[name] for name in back if name != "meta"}
