"""Registers of any size, plainly fictional, in the shape of register facts: for measuring, and for tests of the search.

``products(size, seed=)`` makes them, ``sample()`` reads those of the demonstration, ``load(app's database)`` fills an
empty, migrated register with them in bulk, the tables as the services fill them. The same seed, the same products.
"""

import csv
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from association.kernel.dates import noon
from association.kernel.db import db
from association.kernel.numbers import fold_standard, registration_number
from association.ledger.models import ChainHead
from catalog.register import rules
from catalog.register.models import RegisteredName, RegisteredStandard, RegisterEntry, Registration, StandingSpan
from catalog.vocabulary import EntryKind

SAMPLE = Path(__file__).parent.parent / "catalog" / "data" / "products-sample.csv"
BATCH = 2_000

# class, kind, names, English name, letters of models, standards, attributes (key: values to choose from)
_POWER: dict[str, list[Any]] = {"supply_voltage_v": [12, 24, 220], "operating_temp_c": [[-10, 55], [-25, 60], [0, 50]]}
_DETECT: dict[str, list[Any]] = {
    "detection_range_m": [3, 6, 8, 9, 10, 12, 15, 18, 20, 25, 30],
    "link": ["wired", "wireless"],
    "install_location": ["indoor", "outdoor", "both"],
    "tamper_protection": [True, False],
    "alarm_output": [["relay_nc"], ["relay_no"], ["relay_nc", "wireless"]],
    **_POWER,
}
KINDS: tuple[tuple[str, str, tuple[str, ...], str, tuple[str, ...], tuple[str, ...], dict[str, list[Any]]], ...] = (
    ("01", "passive_infrared", ("室内用被动红外入侵探测器", "被动红外入侵探测器（吸顶式）", "幕帘式被动红外探测器"), "Passive infrared detector", ("PIR", "PR", "IRD"), ("GB 10408.5-2000", "GB 10408-2025"), _DETECT),
    ("01", "active_infrared", ("主动红外入侵探测器", "四光束主动红外入侵探测器", "周界用主动红外入侵探测器"), "Active infrared beam detector", ("ABT", "ABE", "BM"), ("GB 10408.4-2000", "GB 10408-2025"), {**_DETECT, "detection_range_m": [30, 60, 100, 150, 250], "beam_count": [2, 3, 4, 8]}),
    ("01", "microwave_pir_dual", ("微波和被动红外复合入侵探测器", "双鉴入侵探测器"), "Combined microwave and passive infrared detector", ("DT", "DUO"), ("GB 10408.6-2009",), _DETECT),
    ("01", "vibration", ("振动入侵探测器", "电子震动入侵探测器"), "Vibration detector", ("VB", "ZD"), ("GB/T 10408.8-2008",), _DETECT),
    ("01", "glass_break", ("玻璃破碎入侵探测器", "室内用被动式玻璃破碎探测器"), "Glass break detector", ("GBD", "PB"), ("GB 10408.9-2001",), _DETECT),
    ("01", "magnetic_switch", ("磁开关入侵探测器", "门窗磁开关"), "Magnetic contact", ("MC", "MK"), ("GB 15209-2006",), {"contact_gap_mm": [15, 20, 30, 45], "link": ["wired", "wireless"]}),
    ("02", "wired", ("有线传输防盗报警控制器", "入侵报警控制指示设备"), "Intruder alarm control unit", ("CP", "KZ"), ("GB 12663-2019",), {"zone_count": [8, 16, 32, 64, 128], **_POWER}),
    ("02", "wireless", ("无线传输防盗报警控制器", "家用无线报警主机"), "Wireless alarm control unit", ("CW", "WX"), ("GB 12663-2019",), {"zone_count": [8, 16, 32], "comm_methods": [["4g"], ["wifi", "rf433"], ["ip"]], **_POWER}),
    ("03", "car_alarm", ("汽车防盗报警器", "单向汽车防盗报警器"), "Vehicle alarm", ("VA", "QC"), ("GB 20816-2006",), {"rated_voltage_v": ["12", "24"], "siren_spl_db": [105, 110, 115]}),
    ("04", "proximity_reader", ("感应式报警出入口控制设备", "出入口控制系统编码识读设备（感应式）", "感应卡读卡器"), "Proximity reader", ("RD", "DK"), ("GB/T 37078-2018",), {"credential_types": [["card_ic"], ["card_cpu"], ["card_id", "pin"]], "read_distance_mm": [30, 50, 80], **_POWER}),
    ("04", "biometric_reader", ("出入口控制系统生物特征识读设备", "指纹识读设备", "指静脉识读设备"), "Biometric reader", ("BR", "ZW"), ("GB/T 37078-2018",), {"credential_types": [["fingerprint"], ["vein"], ["face", "card_ic"]], "user_capacity": [500, 1000, 3000], **_POWER}),
    ("04", "integrated_terminal", ("人脸识别出入口控制一体机", "门禁一体机"), "Face recognition access terminal", ("FT", "RL"), ("GB/T 37078-2018",), {"credential_types": [["face"], ["face", "qr"]], "user_capacity": [1000, 5000, 20000], **_POWER}),
    ("04", "controller", ("出入口控制器", "四门门禁控制器"), "Access controller", ("AC", "MJ"), ("GB/T 37078-2018",), {"doors_controlled": [1, 2, 4, 8], **_POWER}),
    ("05", "safe", ("防盗保险柜", "电子密码防盗保险柜"), "Burglary safe", ("FDG", "BXG"), ("GB 10409-2019",), {"security_level": ["A15", "B30", "B60", "C60"], "volume_l": [50, 80, 120, 300]}),
    ("05", "box", ("防盗保险箱", "指纹防盗保险箱"), "Burglary box", ("FDX", "BXX"), ("GB 10409-2019",), {"security_level": ["A10", "A15"], "volume_l": [20, 30, 45]}),
    ("06", "door_lock", ("防盗安全门专用锁（机械防盗锁）", "插芯式机械防盗锁"), "Mechanical burglar-resistant lock", ("JS", "SJ"), ("GA/T 73-2015",), {"protection_level": ["A", "B", "C"], "structure": ["mortise", "rim"]}),
    ("07", "video", ("可视对讲系统", "联网型可视对讲室内分机"), "Video intercom", ("KS", "DJ"), ("GB/T 31070.1-2014",), {"screen_inch": [4.3, 7, 10.1], "signal_system": ["bus", "ip"], **_POWER}),
    ("07", "digital", ("全数字楼寓对讲系统", "数字楼宇对讲门口机"), "Digital intercom", ("DX", "SZ"), ("GB/T 31070.2-2018",), {"screen_inch": [7, 10.1], "interfaces": [["tcp_ip"], ["tcp_ip", "wifi"]], **_POWER}),
    ("08", "security_door", ("防盗安全门", "钢质防盗安全门", "子母式防盗安全门"), "Burglar-resistant door", ("FDM", "AM"), ("GB 17565-2022",), {"security_level": ["1", "2", "3", "4"], "lock_points": [6, 10, 12]}),
    ("09", "ballistic_laminated_glass", ("防弹复合玻璃", "防弹透明材料（防弹复合玻璃）"), "Ballistic laminated glass", ("FDB", "BL"), ("GA 165-2016",), {"thickness_mm": [21, 28, 36, 42], "ballistic_level": ["F54B", "F79A"]}),
    ("10", "camera", ("网络摄像机", "球形网络摄像机", "红外半球网络摄像机", "筒型网络摄像机"), "Network camera", ("IPC", "CAM"), ("GA/T 1127-2025", "GA/T 1127-2013"), {"megapixels": [2, 4, 8], "ir_distance_m": [20, 30, 50, 80], "codecs": [["h264"], ["h265"], ["h265", "svac2"]], **_POWER}),
    ("10", "recorder", ("网络视频录像机", "录像存储设备"), "Network video recorder", ("NVR", "LX"), ("GB/T 28181-2022", "GB/T 28181-2016"), {"channels": [8, 16, 32, 64], "storage_days": [30, 90], **_POWER}),
    ("10", "platform", ("视频监控管理平台",), "Video management platform", ("VMS",), ("GB/T 28181-2022",), {"channels": [64, 256, 1024]}),
)  # fmt: skip

# Names that nobody bears: made of parts, each with a word that says so.
_SAID = ("虚构", "示例", "样例", "演示")
_FIRST = tuple("安盾宏锐泰恒捷瑞诺联正科远华维康信达明卫")
_SECOND = tuple("安盾宏锐泰恒捷瑞诺联正科远华维康信达明卫")
_TRADES = (
    "电子",
    "安防设备",
    "智能科技",
    "锁业",
    "门业",
    "数字技术",
    "视频技术",
    "识别技术",
    "箱柜",
    "楼宇智能",
    "传感",
    "玻璃",
)
_PLACES = (
    "石家庄",
    "深圳",
    "杭州",
    "厦门",
    "宁波",
    "永康",
    "济南",
    "秦皇岛",
    "邢台",
    "重庆",
    "长春",
    "蚌埠",
    "乐清",
    "厦门翔安",
)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry that is still to be numbered."""

    kind: EntryKind
    effective_from: date
    facts: dict[str, Any]


Product = list[Entered]


def products(size: int, *, seed: int = 1) -> Iterator[Product]:
    """``size`` products: of each maker about fifty, some of them renewed, amended, suspended or revoked."""
    dice = random.Random(seed)
    makers = [_maker(number, dice) for number in range(max(20, size // 50))]
    for index in range(size):
        code, kind, names, english, letters, standards, attributes = dice.choice(KINDS)
        maker, brand = dice.choice(makers)
        registrant = maker if dice.random() < 0.9 else {key: makers[0][0][key] for key in ("name", "uscc")}
        first = date(2018, 1, 1) + timedelta(days=dice.randrange(3_100))
        facts: dict[str, Any] = {
            "category": code,
            "subtype": kind,
            "name": dice.choice(names),
            "name_en": english,
            "brand": brand,
            "model": _model(dice, letters, index),
            "manufacturer": maker,
            "registrant": {"name": registrant["name"], "uscc": registrant["uscc"]},
            "origin": dice.choice(("CN-HE", "CN-GD", "CN-ZJ", "CN")) if maker["country"] == "CN" else maker["country"],
            "standards": [dice.choice(standards)],
            "attributes": {key: dice.choice(values) for key, values in attributes.items() if dice.random() < 0.9},
            "valid_from": first.isoformat(),
            "valid_until": _after(first, 3).isoformat(),
        }
        yield _history(facts, first, dice)


def _history(facts: dict[str, Any], first: date, dice: random.Random) -> Product:
    entries = [Entered(EntryKind.REGISTERED, first, facts)]
    said = dice.random()
    if said < 0.35:
        begins = _after(first, 3) + timedelta(days=1)
        validity = {"valid_from": begins.isoformat(), "valid_until": _after(begins, 3).isoformat()}
        entries.append(Entered(EntryKind.RENEWED, begins, validity))
    elif said < 0.40:
        renamed = {"name": f"新型{facts['name']}", "note": "改名"}
        entries.append(Entered(EntryKind.AMENDED, first + timedelta(days=200), renamed))
    elif said < 0.45:
        entries.append(Entered(EntryKind.SUSPENDED, first + timedelta(days=150), {"note": "核实"}))
    elif said < 0.48:
        entries.append(Entered(EntryKind.REVOKED, first + timedelta(days=300), {"note": "示例"}))
    return entries


def _after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28)) - timedelta(days=1)


def _maker(number: int, dice: random.Random) -> tuple[dict[str, Any], str]:
    brand = dice.choice(_FIRST) + dice.choice(_SECOND)
    if dice.random() < 0.04:
        name = (
            f"{dice.choice(('Beispiel', 'Sample', 'Ejemplo'))} {dice.choice(('Sicherheit', 'Lock', 'Vision'))} {number}"
        )
        return {"name": f"{name}（虚构）", "uscc": "", "country": dice.choice(("DE", "ES", "GB"))}, name.split()[0]
    name = f"{dice.choice(_SAID)}{brand}{dice.choice(_TRADES)}"
    place = dice.choice(_PLACES)
    name = f"{name}（{place}）有限公司" if dice.random() < 0.5 else f"{place}{name}有限公司"
    return {"name": name, "uscc": f"91130100PDY{number:06d}X"[:18].ljust(18, "X"), "country": "CN"}, brand


def _model(dice: random.Random, letters: tuple[str, ...], index: int) -> str:
    own = dice.choice(_LETTERS) + dice.choice(_LETTERS)
    number = f"{index * 7919 % 1_000_003:0{dice.choice((3, 4, 5))}d}"
    between = dice.choice(("-", "-", " ", "/", ""))
    tail = dice.choice(("", "", "", dice.choice(_LETTERS), "-" + dice.choice(_LETTERS) + str(dice.randrange(10)), ".5"))
    return f"{own}{between}{dice.choice(letters)}{between or '-'}{number}{tail}"


def sample() -> Iterator[Product]:
    """The products of the demonstration, with their histories."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            history = json.loads(row["history"])
            first = date.fromisoformat(row["registered_on"])
            facts = {
                "category": row["class_code"],
                "subtype": row["subtype"],
                "name": row["name_zh"],
                "name_en": row["name_en"],
                "brand": row["brand"],
                "model": row["model"],
                "manufacturer": {
                    "name": row["manufacturer"],
                    "uscc": row["manufacturer_uscc"],
                    "country": row["manufacturer_country"],
                },
                "registrant": {"name": row["registrant"], "uscc": row["registrant_uscc"]},
                "origin": row["origin"],
                "standards": [one.strip() for one in row["standards"].split(";") if one.strip()],
                "attributes": json.loads(row["attributes"]),
                "valid_from": first.isoformat(),
                "valid_until": row["valid_until"],
            }
            after = [
                Entered(EntryKind(one["kind"]), date.fromisoformat(one["effective_from"]), {"note": one["note_zh"]})
                for one in history[1:]
                if one["kind"] in ("revoked", "suspended", "reinstated", "cancelled")
            ]
            yield [Entered(EntryKind.REGISTERED, first, facts), *after]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A product under its registration number, with its entries numbered and sealed (by plain counters)."""

    number: str
    year: int
    serial: int
    entries: list[rules.Entry]


def numbered(made: Iterable[Product]) -> Iterator[Numbered]:
    """The products as an empty register numbers them, in order."""
    serials: dict[tuple[str, int], int] = {}
    entry = 0
    for product in made:
        category, year = product[0].facts["category"], product[0].effective_from.year
        # Five digits a year and class: a register of a million fills years that have not come yet.
        while serials.get((category, year), 0) >= 99_999:
            year += 20
        serial = serials[category, year] = serials.get((category, year), 0) + 1
        number = registration_number("SJZ", category, year, serial)
        entries = []
        for one in product:
            entry += 1
            at, seals = noon(one.effective_from), (f"{entry - 1:064x}", f"{entry:064x}")
            made_entry = rules.make_entry(
                entry, number, one.kind, one.effective_from, at, "示例〔2004〕1号", one.facts, *seals
            )
            entries.append(made_entry)
        yield Numbered(number, year, serial, entries)


def load(made: Iterable[Product]) -> list[str]:
    """Fill the empty register of the application at hand; the numbers given, in order.

    Hashes are plain counters: nothing measured or tested with these looks into them.
    """
    numbers: list[str] = []
    entry = 0
    rest = numbered(made)
    while batch := list(islice(rest, BATCH)):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Registration, RegisterEntry, RegisteredName, RegisteredStandard, StandingSpan)
        }
        for one in batch:
            numbers.append(one.number)
            entry = one.entries[-1].entry
            _add(rows, len(numbers), one)
        for table, of_table in rows.items():
            if of_table:
                db.session.execute(insert(table), of_table)
    db.session.merge(ChainHead(name="register", position=entry, seal=f"{entry:064x}"))
    db.session.commit()
    return numbers


def _add(rows: dict[Any, list[dict[str, Any]]], row: int, registered: Numbered) -> None:
    number, entries = registered.number, registered.entries
    counted = rules.in_effect(entries, known=datetime.max.replace(tzinfo=UTC))
    facts = rules.facts_at(counted, date.max)
    rows[Registration].append(
        {
            "id": row, "number": number, "category": facts["category"], "year": registered.year, "serial": registered.serial,
            **rules.latest_word(facts), "first_day": entries[0].effective_from, "last_entry": entries[-1].entry,
        }
    )  # fmt: skip
    rows[RegisterEntry] += [
        {
            "entry": one.entry, "number": number, "kind": one.kind, "effective_from": one.effective_from,
            "recorded_at": one.recorded_at, "mandate": one.mandate, "facts": one.facts,
            "previous": one.previous, "hash": one.hash,
        }
        for one in entries
    ]  # fmt: skip
    rows[RegisteredName] += [
        {
            "number": number, "model": name.model, "maker": name.maker, "maker_uscc": name.maker_uscc,
            "brand": name.brand, "model_fold": name.model_fold, "maker_fold": name.maker_fold,
            "brand_fold": name.brand_fold, "recorded_at": entries[0].recorded_at,
        }
        for name in rules.names_of(counted)
    ]  # fmt: skip
    rows[RegisteredStandard] += [
        {"registration_id": row, "standard": one, "standard_fold": fold_standard(one)}
        for one in dict.fromkeys(facts["standards"])
    ]
    rows[StandingSpan] += [
        {"registration_id": row, "begins": span.begins, "ends": span.ends, "standing": span.standing}
        for span in rules.spans(counted)
    ]
