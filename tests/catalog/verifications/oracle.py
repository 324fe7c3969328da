"""A second opinion on every verdict: naive, slow and obvious, written from ``verdict.md`` alone.

It knows nothing of the program. It reads the raw ``catalog.json`` and plain dicts:

- a registration: ``{"number", "entries": [entry ...], "evidence": [line ...]}``,
- an entry: ``{"entry", "kind", "effective_from", "recorded_at", "facts"}``,
- a line of evidence: ``{"kind", "number", "issuer", "change": recorded|suspended|resumed|withdrawn, "effective_from",
  "recorded_at", "valid_from", "valid_until"}``,
- a question: ``{"number"?, "manufacturer"?, "manufacturer_uscc"?, "brand"?, "model"?, "name"?, "category"?, "subtype"?,
  "proof"?: {"kind", "number"}}``.

Days are ``YYYY-MM-DD``, moments ``YYYY-MM-DDTHH:MM:SSZ``, both as text, so that comparing is comparing text.
"""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2079, 12, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1


# --- days -----------------------------------------------------------------------------------------------------------


@cache
def day_number(day: str) -> int:
    """Position of a day on the strips that are painted; days far off are at the edges."""
    return min(max((date.fromisoformat(day) - FIRST_DAY).days, 0), DAYS - 1)


def plus(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def shanghai_day(moment: str) -> str:
    """The civil day in Shanghai, eight hours ahead, of a moment."""
    at = datetime.fromisoformat(moment)
    return (at.astimezone(UTC) + timedelta(hours=8)).date().isoformat()


def paint(strip: bytearray, first: str | None, last: str | None, colour: int) -> None:
    """Colour the days from ``first`` to ``last``, both included; None is open."""
    a = 0 if first is None else day_number(first)
    b = DAYS - 1 if last is None else day_number(last)
    if b >= a:
        strip[a : b + 1] = bytes([colour]) * (b - a + 1)


def within(first: str | None, last: str | None, day: str) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


# --- numbers and names ----------------------------------------------------------------------------------------------


@cache
def plain(text: str) -> str:
    """NFKC and upper case, without white space."""
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(sign for sign in upper if not sign.isspace())


@cache
def fold(text: str) -> str:
    """Letters, digits and ``+ * #`` stay, and a dot between two digits; every separator falls away."""
    text = plain(text)
    kept = ""
    for place, sign in enumerate(text):
        before = text[place - 1] if place > 0 else ""
        after = text[place + 1] if place + 1 < len(text) else ""
        if sign.isalnum() or sign in "+*#" or (sign == "." and before.isdigit() and after.isdigit()):
            kept += sign
    return kept


@cache
def letters(text: str) -> str:
    """For brands: letters and digits only."""
    return "".join(sign for sign in plain(text) if sign.isalnum())


@cache
def maker_fold(name: str) -> str:
    """For makers: letters and digits only, without the form of the company."""
    folded = letters(name)
    for form in ("股份有限公司", "有限责任公司", "有限公司"):
        folded = folded.replace(form, "")
    return folded


@cache
def signs(text: str) -> str:
    """For coded numbers: Latin letters and digits only."""
    return "".join(sign for sign in plain(text) if sign in ALPHABET)


@cache
def read_number(text: str) -> tuple[str, str]:
    """What a registration number says: ("none" | "mistyped" | "good", number as printed).

    City 2 to 5 letters, class 2 digits, year 4, serial 5, check character 1.
    """
    told = signs(text)
    if told == "":
        return "none", ""
    city, rest = told[:-12], told[-12:]
    if not (2 <= len(city) <= 5 and city.isalpha() and rest[:11].isdigit()) or check_character(told[:-1]) != told[-1]:
        return "mistyped", ""
    return "good", f"{city}-{rest[:2]}-{rest[2:6]}-{rest[6:11]}-{rest[11]}"


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36."""
    rest = 36
    for sign in body:
        rest = (rest + ALPHABET.index(sign)) % 36 or 36
        rest = rest * 2 % 37
    return ALPHABET[(37 - rest) % 36]


@cache
def uscc_is_good(code: str) -> bool:
    """GB 32100-2015, and GB 11714-1997 for the organisation code inside."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(code) != 18 or any(sign not in alphabet for sign in code) or not code[2:8].isdigit():
        return False
    inner = 11 - sum(w * ALPHABET.index(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), code[8:16], strict=True)) % 11
    if code[16] != {10: "X", 11: "0"}.get(inner, str(inner)):
        return False
    outer = sum(3**place * alphabet.index(sign) for place, sign in enumerate(code[:17]))
    return alphabet.index(code[17]) == (31 - outer % 31) % 31


def pieces(text: str) -> set[str]:
    """The models that may stand in one text: what signs part, and what blanks and Han characters part again."""
    plain, parts = unicodedata.normalize("NFKC", text), [""]
    for sign in plain:
        if sign in "/|,;:+&*×、。()[]【】<>\r\n\t":
            parts.append("")
        else:
            parts[-1] += sign
    smaller = [""]
    for part in parts:
        smaller.append("")
        for sign in part:
            if sign.isspace() or "\u3400" <= sign <= "\u9fff":
                smaller.append("")
            else:
                smaller[-1] += sign
    return {fold(one) for one in (*parts, *smaller) if len(fold(one)) >= 3} - {fold(text)}


def one_edit(a: str, b: str) -> bool:
    """Whether one letter put in, left out, changed, or two neighbours exchanged make the one into the other."""
    if a == b:
        return False
    for place in range(max(len(a), len(b)) + 1):
        if a[:place] + a[place + 1 :] == b or b[:place] + b[place + 1 :] == a:
            return True
        if len(a) == len(b) and a[:place] == b[:place] and a[place + 1 :] == b[place + 1 :]:
            return True
        if a[:place] + a[place + 1 : place + 2] + a[place : place + 1] + a[place + 2 :] == b:
            return True
    return False


# --- the register ---------------------------------------------------------------------------------------------------


def entries_in_effect(registration: dict, known: str) -> list[dict]:
    """Entries recorded by ``known``, in order, each as it was last corrected by then."""
    result: list[dict] = []
    for entry in sorted(registration["entries"], key=lambda entry: entry["entry"]):
        if entry["recorded_at"] > known:
            continue
        wrong = entry["facts"].get("entry") if entry["kind"] == "corrected" else None
        if wrong is None:
            result.append(entry)
            continue
        if entry["facts"].get("void"):
            result = [old for old in result if old["entry"] != wrong]
            continue
        corrected = []
        for old in result:
            if old["entry"] == wrong:
                old = {
                    **old,
                    "effective_from": entry["effective_from"],
                    "facts": {**old["facts"], **entry["facts"].get("facts", {})},
                }
            corrected.append(old)
        result = corrected
    return result


def painted(entries: list[dict]) -> tuple[bytearray, bytearray, bytearray]:
    """Three strips of days: validity, suspension, and the end (1 revoked, 2 cancelled)."""
    valid, suspended, ended = bytearray(DAYS), bytearray(DAYS), bytearray(DAYS)
    for entry in entries:
        kind, day = entry["kind"], entry["effective_from"]
        if kind in ("registered", "renewed"):
            paint(valid, entry["facts"]["valid_from"], entry["facts"]["valid_until"], 1)
        elif kind == "suspended":
            paint(suspended, day, None, 1)
        elif kind == "reinstated":
            paint(suspended, day, None, 0)
        elif kind == "revoked":
            paint(ended, day, None, 1)
        elif kind == "cancelled":
            paint(ended, day, None, 2)
    return valid, suspended, ended


def standing(entries: list[dict], on: str) -> str:
    valid, suspended, ended = painted(entries)
    today = day_number(on)
    if ended[today]:
        return {1: "revoked", 2: "cancelled"}[ended[today]]
    if suspended[today]:
        return "suspended"
    if valid[today]:
        return "in_force"
    if 1 not in valid[: today + 1]:
        return "not_yet_valid" if 1 in valid else "lapsed"
    return "lapsed"


def facts_on(entries: list[dict], on: str) -> dict:
    """What the register said of the product on a day; before its first day, what it said then."""
    told: dict = {}
    for entry in entries:
        if entry["kind"] not in ("registered", "renewed", "amended", "corrected"):
            continue
        if told and entry["effective_from"] > on:
            continue
        told = {**told, **entry["facts"]}
    return told


def names(entries: list[dict]) -> list[dict]:
    """Every way in which a registration has been named."""
    found: list[dict] = []
    told: dict = {}
    for entry in entries:
        if entry["kind"] in ("registered", "renewed", "amended", "corrected"):
            told = {**told, **entry["facts"]}
            maker = told.get("manufacturer") or {}
            found.append(
                {
                    "model": told.get("model") or "",
                    "brand": told.get("brand") or "",
                    "maker": maker.get("name") or "",
                    "uscc": maker.get("uscc") or "",
                }
            )
    return found


# --- evidence -------------------------------------------------------------------------------------------------------


def papers(lines: list[dict], known: str) -> list[dict]:
    """The papers on file by ``known``: each recorded line with what became of it later."""
    result = []
    seen = [line for line in lines if line["recorded_at"] <= known]
    for line in seen:
        if line["change"] == "recorded":
            key = (line["kind"], line["number"], line["issuer"])
            later = [
                other
                for other in seen
                if other["change"] != "recorded" and (other["kind"], other["number"], other["issuer"]) == key
            ]
            result.append({**line, "later": later})
    return result


def regime_end(catalog: dict, kind: str, category: str, subtype: str) -> str | None:
    """The first day on which papers of this kind had ended because their regime had."""
    days = []
    for row in catalog["evidence_kinds"]:
        if row["code"] == kind:
            for end in row["ended_with_regime"]:
                if category in end["classes"] and (end["subtypes"] is None or subtype in end["subtypes"]):
                    days.append(end["on"])
    return min(days) if days else None


def faults(catalog: dict, paper: dict, category: str, subtype: str, day: str) -> set[str]:
    """Why a paper did not cover a day: paint the days of each fault and look at one. Nothing: it covered the day."""
    early, over, held, withdrawn, ended = (bytearray(DAYS) for _ in range(5))
    paint(early, None, None, 1)
    paint(early, paper["valid_from"], None, 0)
    if paper["valid_until"] is not None:
        paint(over, plus(paper["valid_until"], 1), None, 1)
    for change in paper["later"]:
        since = change["effective_from"]
        if change["change"] == "suspended":
            paint(held, since, None, 1)
        elif change["change"] == "resumed":
            paint(held, since, None, 0)
        elif change["change"] == "withdrawn":
            # A later word on the withdrawal takes the place of an earlier one.
            paint(withdrawn, None, None, 0)
            paint(withdrawn, since, None, 1)
    end = regime_end(catalog, paper["kind"], category, subtype)
    if end is not None:
        paint(ended, end, None, 1)
    place = day_number(day)
    words = {"not_yet_valid": early, "expired": over, "suspended": held, "withdrawn": withdrawn, "regime": ended}
    return {word for word, strip in words.items() if strip[place]}


# --- the question ---------------------------------------------------------------------------------------------------


def class_in_catalog(catalog: dict, code: str, on: str, known: str) -> bool:
    for row in catalog["classes"]:
        public = row["known_from"] is None or row["known_from"] <= shanghai_day(known)
        if row["code"] == code and public and within(row["from"], row["until"], on):
            return True
    return False


def class_meant(catalog: dict, text: str, known: str) -> str | None:
    """The class that somebody names by its code, its name, or one after the other."""

    def plain(words: str) -> str:
        return "".join(unicodedata.normalize("NFKC", words).lower().split())

    said = plain(text)
    if said.isascii() and said.isdigit() and len(said) <= 3:
        return said.rjust(2, "0")
    for row in catalog["classes"]:
        if row["known_from"] is None or row["known_from"] <= shanghai_day(known):
            for name in (row["name_zh"], row["name_en"], *(row.get("other_names_zh") or ())):
                if said in (plain(name), row["code"] + plain(name), row["code"].lstrip("0") + plain(name)):
                    return row["code"]
    return None


@cache
def goods(name: str) -> str:
    """A name of goods without remarks in brackets and signs at its end."""
    name = unicodedata.normalize("NFKC", name).upper().strip()
    while name and not name[-1].isalnum():
        opening = {")": "(", "]": "[", "】": "【"}.get(name[-1])
        name = name[: name.rindex(opening)] if opening and opening in name else name[:-1]
    return name


def goods_word_outside(catalog: dict, name: str, on: str) -> bool:
    """The name ends with a word on the list; a word in Latin letters must stand by itself."""
    tight = plain(goods(name))
    for row in catalog["not_in_catalog_terms"]:
        term = plain(row["term"])
        if within(row["from"], row["until"], on) and tight.endswith(term):
            for written in (tight, " ".join(goods(name).split())):
                before = written[: -len(term)][-1:]
                alone = not (term[0].isascii() and before.isascii() and before.isalnum())
                if written.endswith(term) and alone:
                    return True
    return False


def rows_that_apply(catalog: dict, category: str, subtype: str, made_on: str, known: str) -> list[dict]:
    found = []
    for row in catalog["requirements"]:
        if row["class"] != category:
            continue
        if row["subtypes"] is not None and subtype not in row["subtypes"]:
            continue
        if not within(row["from"], row["until"], made_on):
            continue
        if row["known_from"] is not None and row["known_from"] > shanghai_day(known):
            continue
        found.append(row)
    return found


ORDER = [
    "category_not_in_catalog",
    "mistyped_number",
    "unknown_number",
    "mistyped_uscc",
    "several_match",
    "manufacturer_conflict",
    "manufacturer_not_given",
    "model_not_given",
    "only_similar_found",
    "not_found",
    "registration_suspended",
    "registration_revoked",
    "registration_not_yet_valid",
    "registration_lapsed",
    "registration_cancelled",
    "evidence_missing",
    "evidence_wrong_kind",
    "evidence_not_yet_valid",
    "evidence_expired",
    "evidence_suspended",
    "evidence_withdrawn",
    "regime_unclear",
]


def find(register: list[dict], question: dict, known: str) -> tuple[dict | None, str | None, str, bool]:
    """(registration, matched_by, reason, several): the reason only when no single registration is meant; ``several``
    when registrations match exactly and yet none of them decides.
    """
    there = []
    for registration in register:
        entries = entries_in_effect(registration, known)
        if entries:
            there.append((registration, names(entries)))
    code, maker = signs(question.get("manufacturer_uscc") or ""), maker_fold(question.get("manufacturer") or "")
    brand, model = letters(question.get("brand") or ""), fold(question.get("model") or "")

    state, number = read_number(question.get("number") or "")
    if state == "mistyped":
        return None, None, "mistyped_number", False
    if state == "good":
        for registration, called in there:
            if registration["number"] == number:
                if code and code not in {name["uscc"] for name in called}:
                    return None, None, "manufacturer_conflict", True
                return registration, "number", "", False
        return None, None, "unknown_number", False

    if model == "":
        return None, None, "model_not_given", False
    if not code and not maker and not brand:
        return None, None, "manufacturer_not_given", False
    if code and not uscc_is_good(code):
        return None, None, "mistyped_uscc", False
    if code and maker:
        codes_of_name = {name["uscc"] for _, called in there for name in called if maker_fold(name["maker"]) == maker}
        names_of_code = {maker_fold(name["maker"]) for _, called in there for name in called if name["uscc"] == code}
        if (codes_of_name and code not in codes_of_name) or (names_of_code and maker not in names_of_code):
            return None, None, "manufacturer_conflict", False

    def same_maker(name: dict) -> bool:
        if code:
            return name["uscc"] == code
        if maker:
            return maker_fold(name["maker"]) == maker
        return letters(name["brand"]) == brand

    hits = []
    for registration, called in there:
        fitting = [name for name in called if same_maker(name) and fold(name["model"]) == model]
        if fitting:
            hits.append((registration, fitting))
    if code or maker:
        for key, asked in (("maker", question.get("manufacturer") or ""), ("model", question["model"])):
            text = unicodedata.normalize("NFKC", asked).strip()
            if len(hits) > 1:
                as_registered = []
                for registration, fitting in hits:
                    exact = [name for name in fitting if unicodedata.normalize("NFKC", name[key]).strip() == text]
                    if exact:
                        as_registered.append((registration, exact))
                hits = as_registered or hits
    if len(hits) == 1:
        return hits[0][0], "manufacturer_model" if code or maker else "brand_model", "", False
    if hits:
        return None, None, "several_match", True
    for _, called in there:
        for name in called:
            if same_maker(name) and fold(name["model"]) and one_edit(fold(name["model"]), model):
                return None, None, "only_similar_found", False
    in_it = pieces(question["model"])
    for _, called in there:
        for name in called:
            if same_maker(name) and fold(name["model"]) in in_it:
                return None, None, "not_found: several models", False
    return None, None, "not_found", False


def judge(catalog: dict, register: list[dict], question: dict, on: str, made_on: str | None, known: str) -> dict:
    """The whole table of ``verdict.md``, line by line."""
    made_on = made_on or on
    registration, matched_by, reason, several = find(register, question, known)
    warnings: set[str] = set()

    def answer(verdict: str, *reasons: str) -> dict:
        return {
            "verdict": verdict,
            "reasons": [code for code in ORDER if code in reasons],
            "warnings": warnings,
            "matched_by": matched_by,
            "number": registration["number"] if registration else None,
        }

    # Lines 1 and 2
    if registration is None:
        if not several:
            category = question.get("category")
            meant = class_meant(catalog, category, known) if category else None
            if meant is not None and not class_in_catalog(catalog, meant, on, known):
                return answer("not_in_catalog", "category_not_in_catalog")
            if category and meant is None and goods_word_outside(catalog, category, on):
                return answer("not_in_catalog", "category_not_in_catalog")
            if question.get("name") and goods_word_outside(catalog, question["name"], on):
                return answer("not_in_catalog", "category_not_in_catalog")
        if question.get("category") and class_meant(catalog, question["category"], known) is None:
            warnings.add("category_unread")
        if reason == "not_found: several models":
            reason = "not_found"
            warnings.add("several_models")
        return answer("not_registered" if reason in ("unknown_number", "not_found") else "undetermined", reason)

    entries = entries_in_effect(registration, known)
    facts = facts_on(entries, on)
    category, subtype = facts["category"], facts["subtype"]
    stands = standing(entries, on)
    rows = rows_that_apply(catalog, category, subtype, made_on, known)
    on_file = papers(registration["evidence"], known)
    accepted = {kind for row in rows for kind in row["accepts"]}

    def covers(paper: dict, day: str) -> bool:
        return paper["kind"] in accepted and not faults(catalog, paper, category, subtype, day)

    covering = [paper for paper in on_file if covers(paper, made_on)]
    # A row that asks for nothing is met by nothing.
    met = [row for row in rows if row["proof"] == "none" or any(paper["kind"] in row["accepts"] for paper in covering)]

    # Warnings never change the verdict.
    today = shanghai_day(known)
    soon = plus(on, next(row["value"] for row in catalog["settings"] if row["key"] == "ends_soon_days"))
    for standard in catalog["standards"]:
        if standard["number"] in (facts.get("standards") or []) and standard["successors"]:
            public = standard["known_from"] is None or standard["known_from"] <= today
            over = standard["until"] is not None and standard["until"] < on
            if public and (over or standard["ended_on_unknown_day"]):
                warnings.add("standard_superseded")
    if stands == "in_force":
        last_days = [paper["valid_until"] for paper in on_file if covers(paper, on)]
        if last_days and None not in last_days and max(last_days) <= soon:
            warnings.add("evidence_ends_soon")
        if 0 in painted(entries)[0][day_number(on) : day_number(soon) + 2]:
            warnings.add("registration_ends_soon")
    if covering and not any(covers(paper, today) for paper in on_file):
        for paper in covering:
            why = faults(catalog, paper, category, subtype, today)
            if "expired" in why and first_ending(catalog, paper, category, subtype) == "expired":
                warnings.add("evidence_expired_since")
    if question.get("proof"):
        proof = question["proof"]
        same = [
            paper
            for paper in on_file
            if proof["kind"] in (None, paper["kind"])
            and (paper["number"] == proof["number"] or signs(paper["number"]) == signs(proof["number"]) != "")
        ]
        if not same:
            warnings.add("proof_not_on_file")
        kinds = {paper["kind"] for paper in same} if proof["kind"] is None else {proof["kind"]}
        if rows and kinds and not kinds & accepted:
            warnings.add("proof_wrong_kind")
        if same and all(paper["valid_until"] is not None and paper["valid_until"] < made_on for paper in same):
            warnings.add("proof_expired")
    maker = facts.get("manufacturer") or {}
    for typed, registered in (
        (fold(question.get("model") or ""), fold(facts.get("model") or "")),
        (maker_fold(question.get("manufacturer") or ""), maker_fold(maker.get("name") or "")),
        (letters(question.get("brand") or ""), letters(facts.get("brand") or "")),
        (class_meant(catalog, question.get("category") or "", known) or "", category),
        (question.get("subtype") or "", subtype),
    ):
        if typed and typed != registered:
            warnings.add("details_differ")
    if question.get("category") and class_meant(catalog, question["category"], known) is None:
        warnings.add("category_unread")

    def carried_by(rows: list[dict]) -> None:
        if rows and not any(row["certainty"] == "verified" for row in rows):
            warnings.add("fact_not_verified")

    # Lines 3, 4, 5
    if not class_in_catalog(catalog, category, on, known):
        return answer("not_in_catalog", "category_not_in_catalog")
    if stands in ("suspended", "revoked"):
        return answer("not_compliant", "registration_" + stands)
    if stands in ("not_yet_valid", "lapsed", "cancelled"):
        return answer("not_registered", "registration_" + stands)

    # Lines 6, 7, 8, 9
    proofs = {row["proof"] for row in rows}
    if not met and proofs & {"mandatory", "unclear", "customary"}:
        why = set()
        for paper in on_file:
            if paper["kind"] in accepted:
                why |= {
                    "evidence_" + fault for fault in faults(catalog, paper, category, subtype, made_on) - {"regime"}
                }
            else:
                why.add("evidence_wrong_kind")
        why = why or {"evidence_missing"}
        if "mandatory" in proofs:
            carried_by(rows)
            return answer("not_compliant", *why)
        if "unclear" in proofs:
            carried_by([row for row in rows if row["proof"] == "unclear"])
            return answer("undetermined", "regime_unclear")
        carried_by(rows)
        return answer("undetermined", *why)
    carried_by(met)
    return answer("compliant")


def first_ending(catalog: dict, paper: dict, category: str, subtype: str) -> str:
    """Of several endings of a paper the first counts."""
    endings = []
    withdrawn = [change["effective_from"] for change in paper["later"] if change["change"] == "withdrawn"]
    if withdrawn:
        endings.append((withdrawn[-1], "withdrawn"))
    end = regime_end(catalog, paper["kind"], category, subtype)
    if end is not None:
        endings.append((end, "regime"))
    if paper["valid_until"] is not None:
        endings.append((plus(paper["valid_until"], 1), "expired"))
    return min(endings, key=lambda ending: ending[0])[1]
