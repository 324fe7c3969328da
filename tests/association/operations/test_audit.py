"""``flask register audit`` finds each kind of tampering in the database's own file, and says it in a clerk's words."""

import os
import random
import shutil
import sys
import tracemalloc
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from association.kernel.actors import OPERATOR
from association.kernel.db import db, transaction
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from catalog.register import service as register
from catalog.register.models import RegisterEntry
from tests.association.operations.data import an_app, tamper
from tests.builders import NOW, TODAY


def audit(app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["register", "audit"])
    return done.exit_code, done.output


def test_a_whole_register_passes(there: Flask) -> None:
    status, said = audit(there)
    assert status == 0, said
    assert "哈希链无误" in said
    assert "封签链无误" in said
    assert "登记表与登记簿记录一致" in said


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["UPDATE register_entry SET facts = replace(facts, 'SL-PIR-777', 'SL-PIR-778') WHERE entry = 2"], "登记簿第2条的内容被改动过"),
        (["UPDATE register_entry SET effective_from = '2020-01-01' WHERE entry = 4"], "登记簿第4条的内容被改动过"),
        (["UPDATE register_entry SET facts = '{}' WHERE entry = 3"], "登记簿第3条的内容被改动过"),
        (["DELETE FROM register_entry WHERE entry = 5"], "登记簿第5条被删除"),
        (["DELETE FROM register_entry WHERE entry IN (5, 6, 7)"], "登记簿第5条与第7条（含）之间的内容被删除"),
        (["DELETE FROM register_entry WHERE entry = (SELECT max(entry) FROM register_entry)"], "被删除"),
        (
            [
                "UPDATE register_entry SET entry = -5 WHERE entry = 5",
                "UPDATE register_entry SET entry = 5 WHERE entry = 6",
                "UPDATE register_entry SET entry = 6 WHERE entry = -5",
            ],
            "登记簿第5条与第6条的次序被调换",
        ),
        (
            [
                "UPDATE register_entry SET entry = -entry - 1 WHERE entry > 4",
                "UPDATE register_entry SET entry = -entry WHERE entry < 0",
                "INSERT INTO register_entry (entry, number, kind, effective_from, recorded_at, mandate, facts, previous, hash) "
                "SELECT 5, number, kind, effective_from, recorded_at, mandate, facts, 'p', 'h' FROM register_entry WHERE entry = 1",
            ],
            "登记簿第5条是后来插入的",
        ),
        (["UPDATE chain_head SET position = position - 1 WHERE name = 'register'"], "是后来插入的"),
        (["UPDATE ledger_line SET actor_name = '别人' WHERE position = 3"], "工作日志第3行的内容被改动过"),
        (["DELETE FROM ledger_line WHERE position = 4"], "工作日志第4行被删除"),
        (["UPDATE registration SET model = 'OTHER' WHERE id = 1"], "现状与登记簿记录推得的不符"),
        (["UPDATE standing_span SET ends = '2039-01-01' WHERE id = (SELECT min(id) FROM standing_span)"], "效力期间与登记簿记录推得的不符"),
        (["UPDATE registered_name SET model_fold = 'x' WHERE id = 1"], "检索名称与登记簿记录推得的不符"),
        (["DELETE FROM registered_standard WHERE id = (SELECT min(id) FROM registered_standard)"], "执行标准与登记簿记录推得的不符"),
        (["UPDATE evidence_line SET valid_until = '2050-01-01'"], "证明材料与工作日志封存的不符"),
        (["INSERT INTO registration SELECT 'SJZ-01-2026-99999-X', category, year, 99999, subtype, name, name_en, brand, model, "
          "manufacturer, manufacturer_uscc, manufacturer_country, registrant, registrant_uscc, first_day, last_entry, 999 "
          "FROM registration WHERE id = 1"], "登记簿中却没有它的记录"),
    ],
)  # fmt: skip
def test_each_kind_of_tampering_is_found_and_named(
    there: Flask, folder: Path, statements: list[str], sentence: str
) -> None:
    tamper(folder, *statements)
    status, said = audit(there)
    assert status == 1
    assert sentence in said
    assert "请停止登记" in said


@pytest.mark.full
def test_memory_does_not_grow_with_the_ledger(there: Flask) -> None:
    from association.ledger import queries, service

    with there.app_context():
        peaks = []
        for _round in range(2):
            with transaction():
                for number in range(3000):
                    service.record("product.saved", f"product:{number}", actor=OPERATOR, at=NOW, reason="x" * 300)
                    db.session.expunge_all()
            db.session.remove()
            tracemalloc.start()
            assert queries.fault() is None
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            db.session.remove()
        assert peaks[1] < peaks[0] * 1.3


@pytest.mark.soak
def test_a_big_register_is_audited_whole_and_any_changed_entry_is_named(folder: Path) -> None:
    """SOAK_SIZE registrations through the service (5,000)."""
    size = int(os.environ.get("SOAK_SIZE") or 5_000)
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    sys.stdout.write(f"SEED={seed} SOAK_SIZE={size}\n")
    app = an_app(folder, migrated=False)
    with app.app_context():
        enter_many(size)
        entries = db.session.scalar(select(func.max(RegisterEntry.entry))) or 0
        db.session.remove()
    assert audit(app)[0] == 0
    for entry in random.Random(seed).sample(range(entries - size + 1, entries), 3):
        forged = folder.parent / f"forged-{entry}"
        shutil.copytree(folder, forged)
        tamper(forged, f"UPDATE register_entry SET facts = replace(facts, 'BIG-', 'BIT-') WHERE entry = {entry}")
        status, said = audit(an_app(forged, migrated=False))
        assert (status, f"登记簿第{entry}条的内容被改动过" in said) == (1, True), said
        shutil.rmtree(forged)


def enter_many(size: int) -> None:
    mandate = mandates.in_force(MandateItem.REGISTRATION, on=TODAY)
    assert mandate is not None
    party = {"name": "示例电子有限公司", "uscc": ""}
    for number in range(size):
        facts = {
            "name": "探测器", "name_en": "", "brand": "甲", "model": f"BIG-{number}", "category": "01",
            "subtype": "passive_infrared", "manufacturer": {**party, "country": "CN"}, "registrant": party,
            "origin": "", "standards": ["GB 10408.5-2000"], "attributes": {}, "valid_from": TODAY.isoformat(),
            "valid_until": "2029-03-01", "evidence": [],
        }  # fmt: skip
        with transaction():
            register.enter(facts, effective_from=TODAY, mandate=mandate, actor=OPERATOR, now=NOW)
        db.session.expunge_all()
