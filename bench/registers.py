"""A register of any size on a data folder of its own, for measuring: the tables as the services fill them, in bulk."""

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from association.kernel.numbers import fold, fold_brand, fold_maker, registration_number

MAKERS = 2000
SUBTYPES = ("passive_infrared", "active_infrared", "vibration", "glass_break", "magnetic_switch")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def fill(app: Flask, size: int, *, seed: int = 1) -> list[tuple[str, str, str]]:
    """Fill an empty, migrated register with ``size`` registrations of three entries each; returns number, maker, model of each.

    Hashes are plain counters: nothing measured here reads them.
    """
    path = Path(app.config["DATA_DIR"]) / "registry.db"
    numbers: list[tuple[str, str, str]] = []
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        rows = _rows(size, random.Random(seed), numbers)
        for registration, name, entries, evidence, span in rows:
            connection.execute(
                "INSERT INTO registration (id, number, category, year, serial, subtype, name, name_en, brand, model, "
                "manufacturer, manufacturer_uscc, manufacturer_country, registrant, registrant_uscc, first_day, last_entry) "
                "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                registration,
            )
            connection.execute(
                "INSERT INTO registered_name (number, model, maker, maker_uscc, brand, model_fold, maker_fold, brand_fold, "
                "recorded_at) VALUES (?,?,?,?,?,?,?,?,?)",
                name,
            )
            connection.executemany(
                "INSERT INTO register_entry (entry, number, kind, effective_from, recorded_at, mandate, facts, previous, hash) "
                "VALUES (?,?,?,?,?,?,?,?,?)",
                entries,
            )
            connection.execute(
                "INSERT INTO evidence_line (register_number, kind, number, issuer, change, effective_from, recorded_at, "
                "valid_from, valid_until) VALUES (?,?,?,?,?,?,?,?,?)",
                evidence,
            )
            connection.execute(
                "INSERT INTO standing_span (registration_id, begins, ends, standing) VALUES (?,?,?,?)", span
            )
        connection.execute(
            "INSERT INTO chain_head (name, position, seal) VALUES ('register', ?, ?)", (3 * size, f"{3 * size:064x}")
        )
        connection.execute("ANALYZE")
    connection.close()
    return numbers


def _rows(size: int, dice: random.Random, numbers: list[tuple[str, str, str]]) -> Iterator[tuple[Any, ...]]:
    for index in range(size):
        maker = index % MAKERS
        year, serial = 2019 + (index // 90_000), index % 90_000 + 1
        number = registration_number("SJZ", "01", year, serial)
        first = date(2025, 1, 1) + timedelta(days=dice.randrange(600))
        last = date(first.year + 3, first.month, min(first.day, 28))
        model = f"{dice.choice(LETTERS)}{dice.choice(LETTERS)}-{dice.choice(LETTERS)}{index:06d}"
        maker_name, uscc, brand = f"虚构第{maker:04d}安防设备有限公司", f"91130102PDY{maker:05d}XX", f"牌{maker:04d}"
        numbers.append((number, maker_name, model))
        recorded = datetime(first.year, first.month, first.day, 4, tzinfo=UTC)
        facts = {
            "category": "01",
            "subtype": SUBTYPES[index % 5],
            "name": "室内用被动红外入侵探测器",
            "name_en": "Passive infrared",
            "brand": brand,
            "model": model,
            "manufacturer": {"name": maker_name, "uscc": uscc, "country": "CN"},
            "registrant": {"name": maker_name, "uscc": uscc},
            "origin": "CN-HE",
            "standards": ["GB 10408-2025"],
            "attributes": {"detection_range_m": 12, "alarm_output": ["relay_nc"], "operating_temp_c": [-10, 55]},
            "valid_from": first.isoformat(),
            "valid_until": last.isoformat(),
        }
        entries = []
        for step, (kind, said, after) in enumerate(
            (("registered", facts, 0), ("suspended", {"note": "核实"}, 20), ("reinstated", {"note": "已核实"}, 40))
        ):
            at = recorded + timedelta(days=after)
            position = 3 * index + step + 1
            entries.append(
                (
                    position,
                    number,
                    kind,
                    at.date().isoformat(),
                    at.strftime("%Y-%m-%d %H:%M:%S.%f"),
                    "示例〔2004〕7号",
                    json.dumps(said, ensure_ascii=False),
                    f"{position - 1:064x}",
                    f"{position:064x}",
                )
            )
        stamp = recorded.strftime("%Y-%m-%d %H:%M:%S.%f")
        yield (
            (
                index + 1,
                number,
                "01",
                year,
                serial,
                facts["subtype"],
                facts["name"],
                "",
                brand,
                model,
                maker_name,
                uscc,
                "CN",
                maker_name,
                uscc,
                first.isoformat(),
                3 * index + 3,
            ),
            (number, model, maker_name, uscc, brand, fold(model), fold_maker(maker_name), fold_brand(brand), stamp),
            entries,
            (
                number,
                "voluntary_certificate",
                f"CSP-EX{index:012d}",
                "demo-cert",
                "recorded",
                first.isoformat(),
                stamp,
                first.isoformat(),
                "2032-12-31",
            ),
            (index + 1, first.isoformat(), last.isoformat(), "in_force"),
        )
