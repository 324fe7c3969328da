"""Loading: all or nothing, nothing overwritten, earlier answers stay."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from association.kernel.actors import CALENDAR, NOBODY, OPERATOR
from association.kernel.errors import Forbidden, Invalid
from association.ledger.models import LedgerLine
from catalog.categories import queries, service
from catalog.categories.models import CatalogFact, CatalogLoad
from catalog.categories.rules import CatalogView
from catalog.vocabulary import Proof
from tests.catalog.categories.conftest import LOADED

Data = dict[str, Any]
ON = date(2026, 3, 1)
LATER = LOADED + timedelta(days=10)
ROW = "01-2022-10-10-customary-015"


def load(data: Data | Path, now: Any = LATER) -> service.LoadReport:
    return service.load(data, actor=OPERATOR, now=now)


def row(view: CatalogView) -> Any:
    return next((one for one in view.requirements("01", "ultrasonic", ON) if one.id == ROW), None)


def find(data: Data, section: str, key: str, name: str) -> Data:
    return next(one for one in data[section] if one[key] == name)


def count(db: Any, model: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)))


def test_the_first_loading_is_in_the_ledger_with_its_counts(db: Any, loaded: None) -> None:
    line = db.session.scalars(select(LedgerLine)).one()
    assert (line.action, line.actor_name) == ("catalog.loaded", "operator")
    assert line.facts["added"]["class"] == 10
    assert line.facts["changed"] == {}
    assert sum(line.facts["added"].values()) == count(db, CatalogFact)


def test_the_same_file_twice_changes_nothing_and_says_so(db: Any, loaded: None, file: Data) -> None:
    before = queries.facts()
    report = load(file)
    assert report.nothing_new
    assert (count(db, CatalogLoad), count(db, LedgerLine)) == (1, 1)
    assert report.same == count(db, CatalogFact)
    assert queries.facts().as_known(LATER).editions() == before.as_known(LATER).editions()


def test_a_changed_fact_counts_from_the_loading_and_the_old_one_stays_for_earlier_knowledge(
    db: Any, loaded: None, file: Data
) -> None:
    find(file, "requirements", "id", ROW)["proof"] = "mandatory"
    report = load(file)
    assert report.changed == (f"requirement:{ROW}",)
    assert row(queries.known_at(LATER - timedelta(seconds=1))).proof is Proof.CUSTOMARY
    assert row(queries.known_at(LATER)).proof is Proof.MANDATORY
    old, new = db.session.scalars(select(CatalogFact).where(CatalogFact.key == ROW).order_by(CatalogFact.version)).all()
    assert (old.superseded_at, new.corrects_from, new.version) == (LATER, LATER, 2)
    assert old.body["proof"] == "customary"


def test_a_fact_that_is_gone_is_no_longer_known_and_back_again_from_its_return(
    db: Any, loaded: None, file: Data
) -> None:
    standard = find(file, "standards", "number", "GA/T 72")
    file["standards"].remove(standard)
    assert load(file).removed == ("standard:GA/T 72",)
    assert queries.known_at(LATER - timedelta(days=1)).standard("GA/T 72") is not None
    assert queries.known_at(LATER).standard("GA/T 72") is None
    back = LATER + timedelta(days=5)
    file["standards"].append(standard)
    assert load(file, back).added == ("standard:GA/T 72",)
    assert queries.known_at(back - timedelta(seconds=1)).standard("GA/T 72") is None
    assert queries.known_at(back).standard("GA/T 72") is not None


def test_new_law_is_known_from_its_publication_not_from_the_loading(db: Any, loaded: None, file: Data) -> None:
    old = find(file, "requirements", "id", ROW)
    file["requirements"].append({**old, "id": "new", "known_from": "2026-02-10", "from": "2026-03-01"})
    load(file)
    ids = [one.id for one in queries.known_at(LOADED).requirements("01", "ultrasonic", ON)]
    assert ids == [ROW, "new"]
    early = queries.known_at(LOADED - timedelta(days=40))
    assert [one.id for one in early.requirements("01", "ultrasonic", ON)] == [ROW]


def test_the_associations_own_new_words_never_change_an_earlier_answer(db: Any, loaded: None, file: Data) -> None:
    term = file["not_in_catalog_terms"][0]
    file["not_in_catalog_terms"].append({**term, "term": "探测器外壳"})
    load(file)
    assert queries.known_at(LATER - timedelta(days=1)).outside_term("红外探测器外壳", ON) is None
    assert queries.known_at(LATER).outside_term("红外探测器外壳", ON) == "探测器外壳"


def test_a_broken_file_lists_every_fault_and_changes_nothing(db: Any, loaded: None, file: Data) -> None:
    file["requirements"][0]["citation"] = "nobody"
    file["classes"][1]["name_zh"] = 7
    file["settings"][0]["value"] = 5
    with pytest.raises(Invalid) as refused:
        load(file)
    fields = {one.field for one in refused.value.shortfalls}
    assert fields == {"requirements.0.citation", "classes.1.name_zh"}
    assert (count(db, CatalogLoad), count(db, LedgerLine)) == (1, 1)
    assert queries.known_at(LATER).setting("registration_validity_years", ON) == 3


def test_broken_json_and_a_missing_file_are_refused_in_words(db: Any, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_text('{"meta": ')
    for source in (path, tmp_path / "none.json"):
        with pytest.raises(Invalid) as refused:
            load(source)
        assert len(refused.value.shortfalls) == 1
    assert count(db, CatalogFact) == 0


def test_only_an_operator_loads(db: Any, file: Data) -> None:
    for actor in (NOBODY, CALENDAR):
        with pytest.raises(Forbidden):
            service.load(file, actor=actor, now=LATER)
    assert count(db, CatalogFact) == 0


def test_a_clock_that_went_back_leaves_one_version_in_force_at_every_moment(db: Any, loaded: None, file: Data) -> None:
    wanted = find(file, "requirements", "id", ROW)
    for proof, days in (("mandatory", 10), ("unclear", 3), ("customary", 12)):
        wanted["proof"] = proof
        load(file, LOADED + timedelta(days=days))
    for days in range(20):
        rows = queries.known_at(LOADED + timedelta(days=days)).requirement_rows("01")
        assert len([one for one in rows if one.id == ROW]) == 1


def test_the_facts_are_read_once_and_asked_about_at_most_once_a_second(db: Any, loaded: None) -> None:
    assert queries.facts() is queries.facts()
    before = queries.facts()
    queries.forget()
    assert queries.facts() is not before


def test_nothing_loaded_is_an_empty_catalog(db: Any) -> None:
    queries.forget()
    view = queries.known_at(LOADED)
    assert view.classes(ON) == ()
    assert view.requirements("01", "ultrasonic", ON) == ()
    assert view.outside_term("电源", ON) is None
    queries.forget()


def test_the_command_loads_tells_what_changed_and_refuses_with_every_fault(
    app: Any, db: Any, file: Data, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    assert "新增862项" in runner.invoke(args=["catalog", "load"]).output
    assert "没有变化" in runner.invoke(args=["catalog", "load"]).output
    path = tmp_path / "catalog.json"
    find(file, "requirements", "id", ROW)["proof"] = "mandatory"
    path.write_text(json.dumps(file), encoding="utf-8")
    assert f"~ requirement:{ROW}" in runner.invoke(args=["catalog", "load", str(path)]).output
    file["issuers"][0]["citation"] = "nobody"
    file["editions"][0]["until"] = "2003-02-30"
    path.write_text(json.dumps(file), encoding="utf-8")
    refused = runner.invoke(args=["catalog", "load", str(path)])
    assert refused.exit_code == 1
    assert "/issuers/0/citation: " in refused.output
    assert "/editions/0/until: " in refused.output
    queries.forget()
