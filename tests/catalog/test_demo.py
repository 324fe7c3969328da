"""The sample's 220 rows as the demo loads them: the register says what they say, and every verdict is the oracle's."""

import csv
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.dates import civil_date, term_of_validity
from association.kernel.db import db as database
from catalog import demo
from catalog.categories import catalogfile
from catalog.categories import queries as categories
from catalog.categories import service as categories_service
from catalog.evidence.rules import standing as evidence_standing
from catalog.register import queries as register
from catalog.register.rules import standing_at
from catalog.verifications import queries as verifications
from catalog.verifications.rules import Question, match
from catalog.vocabulary import ReasonCode
from tests import independent_feed_check as independent
from tests.catalog.verifications import oracle
from tests.catalog.verifications.adapter import a_moment, in_words, raw_catalog
from tests.conftest import FreshClient

Plain = dict[str, Any]
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PAST = ("2025-12-31T15:59:59Z", "2022-10-10T04:00:00Z", "2015-06-30T04:00:00Z")
DAYS = (
    "2026-11-23",
    "2026-02-28",
    "2022-10-09",
    "2022-10-10",
    "2019-06-01",
    "2018-06-11",
    "2016-02-02",
    "2012-01-01",
    "2027-12-31",
)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of its own with the catalog and the demo data, on 2026-11-23."""
    from flask_migrate import upgrade

    from wsgi import create_app

    data = tmp_path_factory.mktemp("demo")
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": True,
            "ARGON2_CHEAP": True,
            "DATA_DIR": str(data),
            "DATABASE_URL": f"sqlite:///{data / 'registry.db'}",
            "SECRET_KEY": "a key for tests only, long enough to be taken",
            "BASE_URL": "",
            "MAIL_SERVER": "",
            "PRODUCTION": False,
        }
    )
    app.test_client_class = FreshClient
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        patch.setattr(clock, "today", lambda: TODAY)
        with app.app_context():
            upgrade()
            categories_service.load(catalogfile.OWN_COPY, actor=OPERATOR, now=NOW)
            categories.forget()
            demo.load(now=NOW)
            database.session.remove()
        yield app
        with app.app_context():
            database.session.remove()
            database.engine.dispose()


@pytest.fixture
def open_register(there: Flask) -> Iterator[None]:
    with there.app_context():
        yield
        database.session.remove()


@pytest.fixture(scope="module")
def rows(there: Flask) -> list[Plain]:
    """The sample's rows with the numbers that they were given, and as the oracle wants them."""
    with demo.SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        found = [
            {**row, **{key: json.loads(row[key]) for key in ("evidence", "attributes", "history")}}
            for row in csv.DictReader(file)
        ]
    with there.app_context():
        numbers = {(name.maker, name.model): name.number for name in register.all_names(known=NOW)}
        database.session.remove()
    steps = sorted(
        (step["recorded_on"], at, step)
        for at, row in enumerate(found)
        for step in row["history"]
        if not step.update(row=at)
    )  # type: ignore[func-returns-value]
    for position, (_day, _at, step) in enumerate(steps, 1):
        step["entry"] = position
    for row in found:
        row["number"] = numbers[row["manufacturer"], row["model"]]
        row["plain"] = as_plain(row)
    return found


def as_plain(row: Plain) -> Plain:
    """A row as domain.md 11.1 says it is to be read."""
    facts = {
        "model": row["model"],
        "brand": row["brand"],
        "category": row["class_code"],
        "subtype": row["subtype"],
        "manufacturer": {"name": row["manufacturer"], "uscc": row["manufacturer_uscc"] or None},
        "standards": [one.strip() for one in row["standards"].split(";") if one.strip()],
    }
    entries = []
    for step in row["history"]:
        told: Plain = {"note": step["note_zh"]}
        if step["kind"] in ("registered", "renewed"):
            last = term_of_validity(date.fromisoformat(step["effective_from"]), 3)
            told |= {"valid_from": step["effective_from"], "valid_until": last.isoformat()}
        if step["kind"] == "registered":
            told |= facts
        entries.append({**step, "recorded_at": step["recorded_on"] + "T04:00:00Z", "facts": told})
    lines, end = [], row["history"][-1]
    for paper in row["evidence"]:
        known = max(paper["issued_on"], row["history"][0]["recorded_on"])
        line = {
            "kind": paper["kind"],
            "number": paper["number"],
            "issuer": paper["issuer"],
            "change": "recorded",
            "effective_from": paper["issued_on"],
            "recorded_at": known + "T04:00:00Z",
            "valid_from": paper["issued_on"],
            "valid_until": paper["valid_until"] or None,
        }
        lines.append(line)
        if paper["standing"] in ("suspended", "withdrawn"):
            at = end["recorded_on"] + "T04:00:00Z"
            lines.append(
                {**line, "change": paper["standing"], "effective_from": end["effective_from"], "recorded_at": at}
            )
    return {"number": row["number"], "entries": entries, "evidence": lines}


def ask(client: Any, path: str, serial: int = 0, status: int = 200, **asked: str) -> Any:
    """Over the JSON API, as one of many visitors."""
    address = {"REMOTE_ADDR": f"10.0.{serial % 250}.{serial // 250 % 250}"}
    answer = client.get(f"/api/v1/catalog/{path}", query_string=asked, environ_overrides=address)
    assert answer.status_code == status, answer.text
    return answer.json


def words_of(verdict: Plain) -> Plain:
    return {
        "verdict": verdict["verdict"],
        "reasons": [one["code"] for one in verdict["reasons"]],
        "warnings": {one["code"] for one in verdict["warnings"]},
        "matched_by": verdict["matched_by"],
        "number": verdict["registration"]["number"] if verdict["registration"] else None,
    }


def test_each_rows_entries_are_its_history(rows: list[Plain], open_register: None) -> None:
    assert len(rows) == register.count() == 220
    for row in rows:
        told = [
            (one.kind.value, one.effective_from.isoformat(), civil_date(one.recorded_at).isoformat(), one.facts["note"])
            for one in register.entries_of(row["number"])
        ]
        assert told == [
            (one["kind"], one["effective_from"], one["recorded_on"], one["note_zh"]) for one in row["history"]
        ]


def test_entries_stand_in_the_order_in_which_they_were_recorded(rows: list[Plain], open_register: None) -> None:
    feed = register.feed(since=0, limit=10_000)
    assert [entry["entry"] for entry in feed] == list(range(1, sum(len(row["history"]) for row in rows) + 1))
    assert [entry["recorded_at"] for entry in feed] == sorted(entry["recorded_at"] for entry in feed)
    positions = {(entry["number"], entry["kind"], entry["effective_from"]): entry["entry"] for entry in feed}
    for row in rows:
        for step in row["history"]:
            assert positions[row["number"], step["kind"], step["effective_from"]] == step["entry"]


def test_on_the_samples_day_the_register_counts_as_the_briefing_says(
    rows: list[Plain], open_register: None, there: Flask
) -> None:
    expected = {"in_force": 155, "not_yet_valid": 9, "suspended": 11, "revoked": 13, "cancelled": 13, "lapsed": 19}
    found = Counter(standing_at(register.entries_of(row["number"]), TODAY).standing.value for row in rows)
    assert found == expected
    facets = ask(there.test_client(), "register", on="2026-11-23", facets="1")["facets"]
    assert {one["value"]: one["count"] for one in facets["standing"]} == expected


def test_a_list_of_every_day_counts_as_replay_does(rows: list[Plain], open_register: None, there: Flask) -> None:
    entries = register.entries_of_many([row["number"] for row in rows])
    for day in DAYS:
        on = date.fromisoformat(day)
        assert register.standings(on) == {number: standing_at(one, on).standing for number, one in entries.items()}, day


def test_evidence_stands_as_the_samples_column_says(rows: list[Plain], open_register: None, there: Flask) -> None:
    view, client = categories.known_at(NOW), there.test_client()
    for serial, row in enumerate(rows):
        expected = {(one["kind"], one["number"]): one["standing"] for one in row["evidence"]}
        found = register.known_registration(row["number"], known=NOW)
        assert found is not None
        assert {
            (one.kind.value, one.number): evidence_standing(
                one, TODAY, regime_end=view.regime_end(one.kind, row["class_code"], row["subtype"])
            ).value
            for one in found.evidence
        } == expected
        told = ask(client, f"register/{row['number']}", serial, on="2026-11-23")
        assert {(one["kind"], one["number"]): one["standing"] for one in told["evidence"]} == expected


def test_the_api_tells_each_registration_as_the_sample_does(rows: list[Plain], there: Flask) -> None:
    client = there.test_client()
    for serial, row in enumerate(rows):
        told = ask(client, f"register/{row['number']}", serial, on="2026-11-23")
        assert [(one["kind"], one["effective_from"], one["recorded_at"]) for one in told["entries"]] == [
            (one["kind"], one["effective_from"], one["recorded_on"] + "T04:00:00Z") for one in row["history"]
        ]
        assert told["standing"] == oracle.standing(row["plain"]["entries"], "2026-11-23")
        assert (told["model"], told["manufacturer"]["name"], told["attributes"]) == (
            row["model"],
            row["manufacturer"],
            row["attributes"],
        )
        first = row["history"][0]["recorded_on"]
        ask(client, f"register/{row['number']}", serial, 404, known=f"{first}T03:59:59Z")
        assert ask(client, f"register/{row['number']}", serial, known=first)["entries"][0]["kind"] == "registered"


def test_a_paper_does_not_count_before_it_was_known(rows: list[Plain], open_register: None) -> None:
    later = 0
    for row in rows:
        for paper in row["evidence"]:
            day = max(paper["issued_on"], row["history"][0]["recorded_on"])
            for known, there_is in ((f"{day}T03:59:59Z", False), (f"{day}T04:00:00Z", True)):
                found = register.known_registration(row["number"], known=a_moment(known))
                assert found is not None
                assert (paper["number"] in [one.number for one in found.evidence]) is there_is
            later += paper["issued_on"] > row["history"][0]["recorded_on"]
    assert later > 0


def questions(row: Plain, chance: random.Random) -> Iterator[Plain]:
    """In which ways one may ask for a row, and for what is nearly it."""
    maker, code, model = row["manufacturer"], row["manufacturer_uscc"], row["model"]
    yield {"number": row["number"].replace("-", " ").lower()}
    yield {"manufacturer": maker.replace("有限公司", "有限责任公司"), "model": model.replace("-", " ").lower()}
    if code:
        yield {"manufacturer": maker, "manufacturer_uscc": code, "model": model}
    yield {"brand": row["brand"], "model": model}
    place = chance.randrange(len(model))
    typo = model[:place] + chance.choice("0O1I5S8B.") + model[place + chance.randrange(2) :]
    yield {"manufacturer": maker, "model": typo}
    yield {"manufacturer": maker, "manufacturer_uscc": code or "91130102PDY0002200", "model": typo, "name": "门禁电源"}
    yield {"brand": row["brand"], "model": typo}
    yield {"manufacturer": maker, "manufacturer_uscc": code or "91130102PDY0002200", "model": model[0]}
    yield {"manufacturer": maker, "manufacturer_uscc": "91130102PDY0002200", "model": model}
    yield {"model": model, "category": chance.choice(["01", "99"])}


@pytest.mark.full
def test_every_verdict_is_the_oracles_and_the_names_read_suffice(rows: list[Plain], open_register: None) -> None:
    chance = random.Random(11_23)
    plain, raw = [row["plain"] for row in rows], raw_catalog()
    moments = ["2026-11-23T08:00:00Z", *PAST]
    everything = {known: register.all_names(known=a_moment(known)) for known in moments}
    seen: Counter[str] = Counter()
    for row in rows:
        asked = list(questions(row, chance))
        for at, question in enumerate(asked):
            known = chance.choice(moments) if at % 3 else moments[0]
            for on in chance.sample(DAYS, 3 if at == 0 else 1):
                made = chance.choice([None, *DAYS])
                answer = verifications.answer(
                    Question(**question),
                    on=date.fromisoformat(on),
                    made_on=date.fromisoformat(made) if made else None,
                    known=a_moment(known),
                )
                # Registrations that cannot be meant only cost the oracle time.
                near = [one for one in plain if might_be_meant(one, question)]
                expected = oracle.judge(raw, near, question, on, made, known)
                assert in_words(answer.judgement) == expected, (question, on, made, known)
                seen[expected["verdict"]] += 1
            read = verifications_names(question, a_moment(known))
            groups = answer.view.confusable_groups()
            few, all_of_them = (
                match(Question(**question), read, groups),
                match(Question(**question), everything[known], groups),
            )
            assert (few.number, few.matched_by, few.reason, few.ambiguous) == (
                all_of_them.number,
                all_of_them.matched_by,
                all_of_them.reason,
                all_of_them.ambiguous,
            ), question
            if few.reason in (ReasonCode.ONLY_SIMILAR_FOUND, ReasonCode.SEVERAL_MATCH):
                assert few.suggestions == all_of_them.suggestions, question
    assert set(seen) == {"compliant", "not_compliant", "not_registered", "not_in_catalog", "undetermined"}


def might_be_meant(one: Plain, question: Plain) -> bool:
    if "number" in question:
        return oracle.read_number(question["number"])[1] == one["number"]
    name = oracle.names(one["entries"])[0]
    return (
        oracle.maker_fold(name["maker"]) == oracle.maker_fold(question.get("manufacturer", ""))
        or name["uscc"] == question.get("manufacturer_uscc", "-")
        or oracle.letters(name["brand"]) == oracle.letters(question.get("brand", "-"))
    )


def verifications_names(question: Plain, known: datetime) -> Any:
    """The names that ``catalog.verifications.queries.answer`` reads for a question."""
    from association.kernel.numbers import compact, fold, fold_brand, fold_maker, read_registration_number

    model = fold(question.get("model", ""))
    return register.names(
        number=read_registration_number(question.get("number", "")).number or "",
        model=model,
        maker=fold_maker(question.get("manufacturer", "")),
        maker_uscc=compact(question.get("manufacturer_uscc", "")),
        brand=fold_brand(question.get("brand", "")),
        variants=lambda: verifications.look_alikes(model, categories.known_at(known).confusable_groups()),
        known=known,
    )


def test_the_api_gives_the_oracles_verdict_for_every_row(rows: list[Plain], there: Flask) -> None:
    client, raw, chance = there.test_client(), raw_catalog(), random.Random(2026)
    for serial, row in enumerate(rows):
        for on, made in (("2026-11-23", None), (chance.choice(DAYS), chance.choice(DAYS))):
            asked = {
                "number": row["number"],
                "on": on,
                "known": "2026-11-23T08:00:00Z",
                **({"made_on": made} if made else {}),
            }
            told = ask(client, "verifications/check", serial, **asked)
            expected = oracle.judge(raw, [row["plain"]], {"number": row["number"]}, on, made, "2026-11-23T08:00:00Z")
            assert words_of(told) == expected, asked
            assert told["compliant"] is {"compliant": True, "not_compliant": False}.get(expected["verdict"])
        known = chance.choice(PAST)
        told = ask(
            client,
            "verifications/check",
            serial,
            manufacturer=row["manufacturer"],
            model=row["model"],
            on="2026-11-23",
            known=known,
        )
        near = [one["plain"] for one in rows if one["manufacturer"] == row["manufacturer"]]
        question = {"manufacturer": row["manufacturer"], "model": row["model"]}
        assert words_of(told) == oracle.judge(raw, near, question, "2026-11-23", None, known), (question, known)


def test_rows_that_test_exactness(rows: list[Plain], open_register: None) -> None:
    by_model = {row["model"]: row for row in rows}
    exact = ["00812", "1E5", "SL-PIR-O10", "SL-PIR-010", "RC-A/6", "BS-PIR 24/7", "SR-13.56", "OEM-SL-IPC-503"]
    for model in exact:
        row = by_model[model]
        for typed in (model, model.lower(), f" {model} "):
            answer = verifications.answer(
                Question(manufacturer=row["manufacturer"], model=typed), on=TODAY, made_on=None, known=NOW
            )
            assert answer.judgement.number == row["number"], typed
    for model, wrong in (
        ("00812", "812"),
        ("00812", "0812"),
        ("1E5", "100000"),
        ("1E5", "IE5"),
        ("SR-13.56", "SR-1356"),
        ("SR-13.56", "SR1.356"),
    ):
        question = Question(manufacturer=by_model[model]["manufacturer"], model=wrong)
        answer = verifications.answer(question, on=TODAY, made_on=None, known=NOW)
        assert answer.judgement.number is None
        assert answer.judgement.compliant is None
    twins = [
        verifications.answer(
            Question(number=by_model[one]["number"]), on=TODAY, made_on=None, known=NOW
        ).judgement.verdict.value
        for one in ("SL-PIR-O10", "SL-PIR-010")
    ]
    assert twins[1] == "not_compliant"
    assert twins[0] != "not_compliant"


# -- the feed, by the script that knows nothing of the program --------------------------------------------------


def the_feed(client: Any) -> tuple[list[Plain], Plain]:
    entries: list[Plain] = []
    while True:
        page = ask(client, "register/entries", since=str(entries[-1]["entry"] if entries else 0), limit="100")
        if not page["items"]:
            return entries, page["head"]
        entries += page["items"]
        assert page["next_since"] == entries[-1]["entry"]


@pytest.mark.full
def test_the_demo_registers_feed_holds_and_any_forgery_is_noticed(there: Flask, tmp_path: Path) -> None:
    feed, head = the_feed(there.test_client())
    file = tmp_path / "feed.json"
    file.write_text(json.dumps({"items": feed, "head": head}, ensure_ascii=False), encoding="utf-8")
    assert independent.main([str(file)]) == 0
    assert any("10.525" in json.dumps(entry["facts"]) for entry in feed)
    chance = random.Random(5)
    for place in [0, 1, len(feed) - 2, len(feed) - 1, *chance.sample(range(2, len(feed) - 2), 12)]:
        entry = feed[place]
        key = chance.choice([key for key in entry if key != "facts"])
        edited = {**entry, key: entry[key] + 1 if key == "entry" else "0" + str(entry[key])[1:] + "x"}
        noted = {**entry, "facts": {**entry["facts"], "note": "改"}}
        resealed = {**noted, "hash": independent.entry_hash(noted)}
        forgeries = [
            [*feed[:place], edited, *feed[place + 1 :]],
            [*feed[:place], noted, *feed[place + 1 :]],
            [*feed[:place], resealed, *feed[place + 1 :]],
            [*feed[:place], *feed[place + 1 :]],
            [*feed[:place], resealed, *feed[place:]],
            [*feed[:place], entry, *feed[place:]],
        ]
        other = (place + chance.randrange(1, len(feed))) % len(feed)
        swapped = list(feed)
        swapped[place], swapped[other] = feed[other], feed[place]
        for forged in (*forgeries, swapped):
            assert independent.first_fault(forged, head) is not None, (place, key)


def test_a_revocation_is_there_with_lists_that_rested_on_it(there: Flask) -> None:
    from catalog.revocations import objecting, queries
    from catalog.revocations.models import Revocation
    from catalog.verifications import kept
    from catalog.vocabulary import ObjectionState, RevocationState

    with there.app_context():
        case = database.session.query(Revocation).filter_by(state=RevocationState.CONFIRMED).one()
        assert len(kept.relied_on(case.number)) == 3
        counts = queries.counts(case)
        assert (counts.by_channel["account"].owed, counts.by_channel["mail"].owed) == (2, 1)
        assert objecting.counts(case) == {ObjectionState.FILED: 1}
        assert "演示" in case.reason
