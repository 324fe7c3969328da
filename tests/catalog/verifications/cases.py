"""Random registers and questions as plain dicts, dense where the law turns. ``Cases(random.Random(seed))``."""

import copy
import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from association.kernel.numbers import organisation_check, registration_number, uscc_check
from tests.catalog.verifications.adapter import raw_catalog

Plain = dict[str, Any]

FIRST, LAST = date(2000, 1, 1), date(2027, 12, 31)
LATEST_KNOWN = date(2026, 11, 23)


def a_code(body: str) -> str:
    plain = f"91130102{body}{organisation_check(body)}"
    return plain + uscc_check(plain)


CODES = [a_code(f"PDY{serial:05d}") for serial in range(1, 7)]

# Makers who share names, codes and folds; each with the ways in which it writes its name.
MAKERS: list[tuple[str, tuple[str, ...]]] = [
    (CODES[0], ("示例电子有限公司", "示例电子股份有限公司", "示 例 电子 有限公司")),
    (CODES[1], ("示例电子股份有限公司", "示例电子有限责任公司")),
    (CODES[2], ("虚构安防（石家庄）有限公司", "虚构安防石家庄有限责任公司", "虚构安防(石家庄)有限公司")),
    (CODES[3], ("虚构安防（石家庄）有限公司",)),
    ("", ("Beispiel Sicherheit GmbH", "BEISPIEL-SICHERHEIT GMBH", "Ｂｅｉｓｐｉｅｌ Sicherheit GmbH")),
    ("", ("虚构安防（石家庄）有限公司",)),
    (CODES[4], ("演示锁厂", "演示锁业有限公司")),
]

# Models that share a fold, look alike, or lie one edit apart.
MODELS = [
    "SL-PIR-010",
    "SLPIR010",
    "sl-pir-010",
    "SL-PIR-O10",
    "SL-PIR-01O",
    "SL-PIR-001",
    "SL-PIR-10",
    "SL-PIR-0100",
    "SL-РIR-010",
    "SL-PIR-011",
    "00812",
    "0812",
    "00B12",
    "008-12",
    "1E5",
    "IE5",
    "1E-5",
    "lE5",
    "1.5",
    "15",
    "1-5",
    "1.5A",
    "RC-A/6",
    "RC-A6",
    "RC-AG",
    "BS-PIR 24/7",
    "BS-PIR-247",
    "SR-13.56",
    "SR-1356",
    "SR-13.5G",
    "A",
    "B",
    "AB+",
    "AB*",
    "AB",
    "A#B",
]
BRANDS = ["示例", "示-例", "Demo®", "DEMO", "虚构", "", "虚 构"]
GOODS = [
    "",
    "被动红外入侵探测器",
    "门禁电源",
    "电源控制器",
    "在线式UPS",
    "GROUPS",
    "室外网络机柜（含支架）",
    "摄像机支架",
    "Ups",
    "六类网线",
    "UPS 不间断电源",
    "支架（壁装）",
    "辅材",
    "硬盘录像机",
]
CLASSES = [
    *("01", "02", "03", "05", "10", "04", "99", "11", "1", "０２", "101", ""),
    *("入侵探测器", "01 入侵探测器", "１入侵探测器", "弱电系统", "网线", "Intrusion detectors", "1.5"),
]
SEPARATORS = ["-", " ", "_", "/", "－", "　", "·", "—", "(", ")", "\u200b"]
OTHER_KINDS = [
    "type_test_report",
    "voluntary_certificate",
    "ccc_certificate",
    "registration_approval",
    "production_licence",
    "safety_certificate",
]


def boundaries() -> list[date]:
    """Every day on which a catalog fact begins, ends or becomes known."""
    found: set[str] = set()
    raw = raw_catalog()
    for kind in ("editions", "classes", "requirements", "standards"):
        for row in raw[kind]:
            found |= {row.get(key) for key in ("from", "until", "known_from") if row.get(key)}
    for row in raw["evidence_kinds"]:
        found |= {end["on"] for end in row["ended_with_regime"]}
    return sorted(day for day in map(date.fromisoformat, found) if FIRST <= day <= LAST)


BOUNDARIES = boundaries()
TURNS = [
    day
    for day in BOUNDARIES
    if day.isoformat()
    in {
        "2000-07-21",
        "2000-09-01",
        "2003-05-01",
        "2004-08-01",
        "2005-10-01",
        "2016-02-03",
        "2018-06-11",
        "2020-04-21",
        "2022-10-10",
        "2023-08-10",
        "2026-03-01",
    }
]
STEPS = [0, 0, 0, 1, -1, 1, -1, 89, 90, 91, -90, 365, -365, 1095, 1096]
SUBTYPES = {one["code"]: [kind["code"] for kind in one["subtypes"]] for one in raw_catalog()["classes"]}
STANDARDS = [one["number"] for one in raw_catalog()["standards"]] + ["Q/SLSP 001"]
ACCEPTED: dict[str, list[str]] = {}
for _row in raw_catalog()["requirements"]:
    ACCEPTED.setdefault(_row["class"], []).extend(_row["accepts"])


def a_catalog(chance: random.Random) -> Plain:
    """The catalog file with other days, certainties and demands: the rules know no year and no class by name."""
    catalog = copy.deepcopy(raw_catalog())

    def moved(day: str | None) -> str | None:
        if chance.random() < 0.7:
            return day
        return (date.fromisoformat(day) + timedelta(chance.choice(STEPS))).isoformat() if day else chance.choice(ends)

    ends = [None, *(day.isoformat() for day in TURNS)]
    for row in catalog["requirements"]:
        row["from"] = moved(row["from"]) or row["from"]
        row["until"], row["known_from"] = moved(row["until"]), moved(row["known_from"])
        row["certainty"] = chance.choice((row["certainty"], "verified", "inferred", "unclear"))
        if chance.random() < 0.2:
            row["proof"] = chance.choice(("mandatory", "customary", "unclear", "none"))
        if chance.random() < 0.1:
            row["subtypes"] = None
    for row in (*catalog["classes"], *catalog["not_in_catalog_terms"], *catalog["standards"]):
        row["until"] = moved(row["until"])
    for row in catalog["evidence_kinds"]:
        for end in row["ended_with_regime"]:
            end["on"] = moved(end["on"]) or end["on"]
    chance.choice(catalog["settings"][-1:])["value"] = chance.choice((0, 30, 90))
    return catalog


class Cases:
    """A register and questions about it, from one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.serial = 0
        self.meant: Plain = {}

    # -- days and moments

    def day(self) -> date:
        roll = self.chance.random()
        if roll < 0.35:
            day = self.chance.choice(TURNS) + timedelta(self.chance.choice(STEPS))
        elif roll < 0.6:
            day = self.chance.choice(BOUNDARIES) + timedelta(self.chance.choice(STEPS))
        else:
            day = FIRST + timedelta(self.chance.randrange((LAST - FIRST).days))
        return min(max(day, date(1999, 1, 1)), date(2029, 12, 31))

    def near(self, day: date) -> date:
        return day + timedelta(self.chance.choice((0, 0, 0, 1, -1, -1, 30, -89, -90, -91, 400, -400, 1094, 1095, 1096)))

    def moment(self, day: date) -> str:
        """Noon, or the first or the last second in Shanghai."""
        hour = self.chance.choice(("04:00:00", "04:00:00", "15:59:59", "16:00:00"))
        return f"{day if hour != '16:00:00' else day - timedelta(1)}T{hour}Z"

    # -- a register

    def register(self) -> list[Plain]:
        self.serial = 0
        makers = self.chance.sample(MAKERS, self.chance.randint(1, 3))
        at = self.chance.randrange(len(MODELS))
        family = [MODELS[(at + step) % len(MODELS)] for step in range(self.chance.choice((4, 6, 9)))]
        drafts = [self.registration(makers, family) for _ in range(self.chance.randint(3, 12))]
        # The chain's positions follow the moments of recording over the whole register.
        steps = [(event["recorded_at"], order, event) for order, one in enumerate(drafts) for event in one["entries"]]
        steps.sort(key=lambda step: step[:2])
        for position, (_at, _order, event) in enumerate(steps, 1):
            event["entry"] = position
        for one in drafts:
            for event in one["entries"]:
                wrong = event["facts"].get("entry")
                if wrong is not None:
                    event["facts"]["entry"] = wrong["entry"]
        return drafts

    def named(self, makers: list[tuple[str, tuple[str, ...]]], family: list[str]) -> Plain:
        code, texts = self.chance.choice(makers)
        return {
            "model": self.chance.choice(family),
            "brand": self.chance.choice(BRANDS),
            "manufacturer": {"name": self.chance.choice(texts), "uscc": code or None, "country": "CN"},
        }

    def registration(self, makers: list[tuple[str, tuple[str, ...]]], family: list[str]) -> Plain:
        chance = self.chance
        category = chance.choice([*SUBTYPES, "01", "02", "05", "01", "03"]) if chance.random() < 0.97 else "99"
        subtype = chance.choice(SUBTYPES.get(category, ["thing"]))
        first = self.day()
        last = self.ends(first)
        self.serial += 1
        number = registration_number("SJZ", category, max(first.year, 2000), self.serial)
        facts = {
            **self.named(makers, family),
            "name": "示例产品",
            "category": category,
            "subtype": subtype,
            "standards": chance.sample(STANDARDS, chance.choice((0, 0, 1, 2))),
            "valid_from": first.isoformat(),
            "valid_until": last.isoformat() if last else None,
        }
        recorded = first + timedelta(chance.choice((0, 0, 0, -20, 15)))
        entries: list[Plain] = [
            {
                "kind": "registered",
                "effective_from": first.isoformat(),
                "recorded_at": self.moment(recorded),
                "facts": facts,
            }
        ]
        for _ in range(chance.choice((0, 0, 1, 1, 2, 3, 5))):
            recorded = recorded + timedelta(chance.choice((0, 1, 30, 90, 400, 1000)))
            entries.append(self.happening(entries, recorded, first, last, makers, family))
            if entries[-1]["kind"] == "renewed":
                until = entries[-1]["facts"]["valid_until"]
                last = date.fromisoformat(until) if until else None
        for before, event in pairwise(entries):
            event["recorded_at"] = max(event["recorded_at"], before["recorded_at"])
        return {"number": number, "entries": entries, "evidence": self.evidence(category, first)}

    def ends(self, first: date) -> date | None:
        return self.chance.choice(
            (
                first + timedelta(1094),
                first + timedelta(1094),
                first + timedelta(400),
                first,
                first + timedelta(3000),
                None,
            )
        )

    def happening(
        self,
        entries: list[Plain],
        recorded: date,
        first: date,
        last: date | None,
        makers: list[tuple[str, tuple[str, ...]]],
        family: list[str],
    ) -> Plain:
        chance = self.chance
        kind = chance.choice(
            (
                "renewed",
                "renewed",
                "suspended",
                "suspended",
                "reinstated",
                "reinstated",
                "revoked",
                "cancelled",
                "amended",
                "amended",
                "corrected",
                "corrected",
            )
        )
        effective = recorded
        facts: Plain = {"note": "示例"}
        if kind in ("suspended", "revoked", "corrected", "reinstated", "cancelled") and chance.random() < 0.5:
            effective = chance.choice(
                (first, first, self.near(first), self.near(recorded), self.near(last or recorded))
            )
        if kind == "renewed":
            after = (last or recorded) + timedelta(chance.choice((1, 1, 1, 2, 60, -30)))
            until = self.ends(after)
            effective = after
            facts |= {"valid_from": after.isoformat(), "valid_until": until.isoformat() if until else None}
        if kind == "amended" or (kind == "corrected" and chance.random() < 0.4):
            facts |= self.changes(makers, family)
        elif kind == "corrected":
            wrong = chance.choice(entries)
            facts["entry"] = wrong
            if wrong["kind"] != "registered" and chance.random() < 0.5:
                facts["void"] = True
            else:
                effective = date.fromisoformat(wrong["effective_from"]) if chance.random() < 0.6 else effective
                facts["facts"] = self.changes(makers, family) if wrong["kind"] not in ("suspended", "revoked") else {}
                if wrong["kind"] in ("registered", "renewed") and chance.random() < 0.5:
                    until = self.ends(date.fromisoformat(wrong["facts"]["valid_from"]))
                    facts["facts"]["valid_until"] = until.isoformat() if until else None
        return {
            "kind": kind,
            "effective_from": effective.isoformat(),
            "recorded_at": self.moment(recorded),
            "facts": facts,
        }

    def changes(self, makers: list[tuple[str, tuple[str, ...]]], family: list[str]) -> Plain:
        named = self.named(makers, family)
        found = {key: named[key] for key in self.chance.sample(sorted(named), self.chance.randint(1, 2))}
        if self.chance.random() < 0.1:
            found["subtype"] = self.chance.choice(SUBTYPES["01"])
        return found

    # -- its evidence

    def evidence(self, category: str, first: date) -> list[Plain]:
        chance, lines = self.chance, []
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            self.serial += 1
            kind = (
                chance.choice(ACCEPTED.get(category, OTHER_KINDS))
                if chance.random() < 0.8
                else chance.choice(OTHER_KINDS)
            )
            begins = chance.choice((first - timedelta(30), first - timedelta(300), self.day(), self.near(first)))
            length = chance.choice((1, 400, 729, 1825, 1825, 4000, None, None))
            recorded = chance.choice((first, first, first, self.day()))
            paper = {
                "kind": kind,
                "number": f"EX-{self.serial}",
                "issuer": "demo-cert",
                "change": "recorded",
                "effective_from": begins.isoformat(),
                "recorded_at": self.moment(recorded),
                "valid_from": begins.isoformat(),
                "valid_until": (begins + timedelta(length)).isoformat() if length else None,
            }
            lines.append(paper)
            for _ in range(chance.choice((0, 0, 1, 2, 3))):
                recorded = recorded + timedelta(chance.choice((0, 1, 40, 500)))
                lines.append(
                    {
                        **paper,
                        "change": chance.choice(("suspended", "suspended", "resumed", "resumed", "withdrawn")),
                        "effective_from": chance.choice(
                            (recorded, self.near(recorded), begins + timedelta(chance.choice((0, 1, 40, 100, 200))))
                        ).isoformat(),
                        "recorded_at": max(self.moment(recorded), lines[-1]["recorded_at"]),
                        "valid_from": None,
                        "valid_until": None,
                    }
                )
        # A file is read in the order in which it was written.
        lines.sort(key=lambda line: line["recorded_at"])
        return lines

    # -- questions

    def disguised(self, text: str, share: float = 0.3) -> str:
        """The same text with other separators, case and width."""
        chance = self.chance
        written = []
        for sign in text:
            if sign in "- /" and chance.random() < 0.5:
                sign = chance.choice(SEPARATORS)
            elif sign.isascii() and sign.isalnum() and chance.random() < share:
                sign = chance.choice((sign.lower(), chr(ord(sign) + 0xFEE0)))
            written.append(sign)
            if chance.random() < share / 4:
                written.append(chance.choice(SEPARATORS))
        return "".join(written)

    def question(self, register: list[Plain]) -> Plain:
        chance = self.chance
        meant = self.meant = chance.choice(register)
        told: Plain = {}
        for event in meant["entries"]:
            for facts in (event["facts"], event["facts"].get("facts", {})):
                if not told or chance.random() < 0.5:
                    told |= {key: facts[key] for key in ("model", "brand", "manufacturer") if key in facts}
        maker = told["manufacturer"]
        asked: Plain = {}
        roll = chance.random()
        if roll < 0.30:
            asked["number"] = self.disguised(meant["number"])
            if chance.random() < 0.2:
                asked["manufacturer_uscc"] = chance.choice((maker["uscc"] or CODES[5], chance.choice(CODES)))
            if chance.random() < 0.2:
                asked["model"] = chance.choice((told["model"], chance.choice(MODELS)))
        elif roll < 0.36:
            place = chance.randrange(len(meant["number"]))
            asked["number"] = meant["number"][:place] + chance.choice("0O1I8BXQ7-") + meant["number"][place + 1 :]
        elif roll < 0.39:
            asked["number"] = chance.choice(
                (registration_number("SJZ", "01", 2026, 99_000 + chance.randrange(99)), "无", "/", "123", "SJZ")
            )
            asked["model"] = told["model"]
            asked["manufacturer"] = maker["name"]
        elif roll < 0.82:
            model = told["model"] if chance.random() < 0.75 else self.mistyped(told["model"])
            asked["model"] = self.disguised(model, 0.15) if chance.random() < 0.6 else model
            if chance.random() < 0.05:
                between = chance.choice(("/", "\u3001", " ", "\u6216", ",", "+"))
                asked["model"] = between.join(chance.sample((model, chance.choice(MODELS), "XYZ-1"), 2))
            who = chance.random()
            if who < 0.75:
                asked["manufacturer"] = self.noisy_maker(maker["name"])
            if who > 0.5:
                asked["manufacturer_uscc"] = self.noisy_code(maker["uscc"] or chance.choice(CODES))
        elif roll < 0.94:
            asked["model"] = told["model"] if chance.random() < 0.8 else self.mistyped(told["model"])
            asked["brand"] = self.disguised(told["brand"] or "虚构")
        else:
            asked["model"] = chance.choice((told["model"], "XYZ-1", "", "-"))
        if chance.random() < 0.25:
            asked["name"] = chance.choice(GOODS)
        if chance.random() < 0.25:
            asked["category"] = chance.choice(CLASSES)
        if chance.random() < 0.1:
            asked["subtype"] = chance.choice(SUBTYPES["01"])
        if chance.random() < 0.15:
            paper = chance.choice(meant["evidence"] or [{"kind": "ccc_certificate", "number": "EX-0"}])
            asked["proof"] = {
                # Of some only the number is said.
                "kind": paper["kind"] if chance.random() < 0.7 else chance.choice([None, *OTHER_KINDS]),
                "number": self.disguised(paper["number"]),
            }
        return asked

    def mistyped(self, text: str) -> str:
        chance = self.chance
        place = chance.randrange(len(text))
        way = chance.randrange(4)
        other = chance.choice("0OQ1I5S8BA9Х.")
        if way == 0:
            return text[:place] + text[place + 1 :]
        if way == 1:
            return text[:place] + other + text[place:]
        if way == 2:
            return text[:place] + other + text[place + 1 :]
        return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]

    def noisy_maker(self, name: str) -> str:
        roll = self.chance.random()
        if roll < 0.5:
            return name
        if roll < 0.7:
            return name.replace("（", "(").replace("）", " )").replace("股份有限公司", "有限公司")
        if roll < 0.9:
            return " " + name.replace("有限公司", "有限责任公司") + "　"
        return self.chance.choice(["不相干有限公司", "示例电子有限公司", "虚构安防石家庄", "有限公司"])

    def noisy_code(self, code: str) -> str:
        roll = self.chance.random()
        if roll < 0.6:
            return code
        if roll < 0.8:
            return f" {code[:2]}-{code[2:8].lower()} {code[8:].lower()}"
        if roll < 0.9:
            return self.chance.choice(CODES)
        return code[:-1] + self.chance.choice("0123456789A")

    def dates(self, register: list[Plain]) -> tuple[str, str | None]:
        """``on`` and ``made_on`` for the question asked last."""
        chance = self.chance
        on, turns = self.day(), []
        if chance.random() < 0.7:
            one = self.meant if self.meant in register and chance.random() < 0.8 else chance.choice(register)
            turns = [event["effective_from"] for event in one["entries"]]
            for line in one["evidence"]:
                turns += [day for day in (line["effective_from"], line["valid_until"]) if day]
            on = self.near(date.fromisoformat(chance.choice(turns)))
        roll = chance.random()
        made = None
        if roll > 0.8:
            made = self.near(date.fromisoformat(chance.choice(turns))) if turns else self.day()
        elif roll > 0.4:
            made = on - timedelta(chance.choice((0, 1, 30, 200, 700)))
        return on.isoformat(), made.isoformat() if made else None

    def known(self, register: list[Plain]) -> str:
        """A moment of knowledge, never later than today: often now, sometimes before the first entry."""
        chance = self.chance
        roll = chance.random()
        if roll < 0.5:
            return "2026-11-23T08:00:00Z"
        if roll < 0.75:
            event = chance.choice(chance.choice(register)["entries"])
            if event["recorded_at"] <= "2026-11-23":
                return str(event["recorded_at"])
        return self.moment(min(self.day(), LATEST_KNOWN))
