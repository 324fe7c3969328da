"""The Python checker by itself, as a stranger runs it: vectors, forgeries, mutations."""

import json
import os
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import rfc8785

from association.signing import rules, standalone, words
from association.signing.checkers import jifang_check
from catalog.register import statements
from catalog.verifications import proofs
from tests.association.signing.papers import ANSWER, ISSUER, Signer, bad_lists, forgeries, pinned
from tests.association.signing.vectors import CANONICAL, VECTORS, Vector
from tests.seeds import a_seed
from training.certificates import statements as certificates

LONGEST = 300


def check(text: str) -> str:
    how = jifang_check.check_address if "#" in text else jifang_check.check_jws
    return how(text, pinned()["keys"], ISSUER)[0]


def test_it_is_short_enough_to_be_read_and_needs_nothing_but_python() -> None:
    lines = standalone.PROGRAM.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_signature_holds_in_one_reading_only(vector: Vector) -> None:
    public, message, signature = map(bytes.fromhex, (vector.public, vector.message, vector.signature))
    assert jifang_check.verifies(public, signature, message) is vector.holds


@pytest.mark.parametrize(("given", "written"), CANONICAL)
def test_json_is_written_in_one_way_only(given: str, written: str) -> None:
    assert jifang_check.canonical(json.loads(given)) == written


@pytest.mark.parametrize("value", [ANSWER, {"b": [1.5, 1e21, -0.0], "a": {"é": "\x00\x7f "}}, ["😀", "\ufb33"]])
def test_the_register_writes_json_as_the_checker_reads_it(value: object) -> None:
    assert rules.canonical(value) == rfc8785.dumps(value) == jifang_check.canonical(value).encode()


@pytest.mark.parametrize(("what", "text", "code"), forgeries(), ids=[one[0] for one in forgeries()])
def test_only_what_we_signed_is_taken(what: str, text: str, code: str) -> None:
    assert check(text) == code


def test_every_outcome_has_its_words_here_and_on_the_pages() -> None:
    assert jifang_check.WORDS.keys() <= words.OUTCOMES.keys()
    assert {code for _what, _text, code in forgeries()} <= jifang_check.WORDS.keys()


def test_a_look_alike_address_is_spelled_out() -> None:
    chinese, english = jifang_check.said("issuer", {"iss": "https://regіster.example"}, ISSUER)
    assert "[U+0456]" in chinese
    assert "逐字核对" in chinese
    assert "compare it letter by letter" in english
    assert "逐字核对" not in jifang_check.said("issuer", {"iss": "https://other.example"}, ISSUER)[0]


def unseen(text: str) -> set[str]:
    """What of ``text`` a reader does not see but a terminal or a browser obeys."""
    return {one for one in text if unicodedata.category(one) in {"Cc", "Cf"} and one != "\n"}


def test_no_file_that_anybody_may_write_makes_the_sentence_say_something_else() -> None:
    for what, text, _code in forgeries():
        how = jifang_check.check_address if "#" in text else jifang_check.check_jws
        code, head, _payload = how(text, pinned()["keys"], ISSUER)
        for sentence in jifang_check.said(code, head, ISSUER):
            assert unseen(sentence) == set(), what
            assert code == "ok" or "签名有效" not in sentence, what


def test_both_checkers_say_what_kind_of_thing_was_signed(tmp_path: Path) -> None:
    # Whoever is handed a status list as "the receipt" sees that it is none.
    (tmp_path / "list.jws").write_text(Signer(1).jws(typ="jifang-status-list+jws"))
    (tmp_path / "good.jws").write_text(Signer(1).jws())
    (tmp_path / "other.jws").write_text(Signer(1).jws(typ="jifang-\x9b2Jsurvey+jws"))
    assert "这是核验回执。 This is a receipt." in run(tmp_path, "good.jws").stdout
    assert "这是登记状态清单。 This is a status list of registrations." in run(tmp_path, "list.jws").stdout
    assert "This is a status list of registrations." in run(tmp_path, "list.jws", encoding="ascii").stdout
    assert "[U+009B]2Jsurvey" in run(tmp_path, "other.jws").stdout
    assert "这是一项登记（二维码）。" in run(tmp_path, Signer(1).address()).stdout
    assert "这是一份培训证书（二维码）。" in run(tmp_path, Signer(1).certificate()).stdout
    assert jifang_check.KINDS.keys() == words.KINDS.keys()
    assert {statements.KIND, certificates.KIND, certificates.LIST_KIND, proofs.KIND} < words.KINDS.keys()


def test_of_a_key_that_the_list_has_not_the_day_of_the_list_and_the_way_on_are_said(
    tmp_path: Path,
) -> None:
    (tmp_path / "new.jws").write_text(Signer(9).jws())
    shown = run(tmp_path, "new.jws").stdout
    assert "截至2026-03-02T04:00:00Z的清单中没有密钥" in shown
    assert "如果是后来启用的密钥" in shown
    assert "The key list of 2026-03-02T04:00:00Z has no key" in shown
    (tmp_path / "newest.json").write_text(json.dumps({**pinned(), "keys": [*pinned()["keys"], Signer(9).jwk]}))
    assert run(tmp_path, "--keys", "newest.json", "new.jws").returncode == 0


# -- mutations -----------------------------------------------------------------------------------------------


def mutated(text: str, chance: random.Random) -> str:
    """``text`` with one thing changed: a letter, a bit of what it stands for, a piece cut out, doubled or moved."""
    place = chance.randrange(len(text))
    match chance.randrange(6):
        case 0:
            return text[:place] + chance.choice("ABCXYZabcxyz0189-_.=") + text[place + 1 :]
        case 1:
            return text[:place] + text[place + 1 :]
        case 2:
            return text[:place] + text[place] + text[place:]
        case 3:
            other = chance.randrange(len(text))
            low, high = sorted((place, other))
            return text[:low] + text[high] + text[low + 1 : high] + text[low] + text[high + 1 :]
        case 4:
            return text[: place // 2] + text[place:]
        case _:
            parts = text.split(".")
            which = chance.randrange(3)
            content = bytearray(rules.as_bytes(parts[which]))
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            parts[which] = rules.as_text(bytes(content))
            return ".".join(parts)


def mutate(size: int) -> None:
    print(f"SOAK_SIZE={size}")  # noqa: T201
    chance, good = random.Random(a_seed()), Signer(1).jws()
    taken = 0
    for _one in range(size):
        text = mutated(good, chance)
        if text != good and check(text) == "ok":
            taken += 1
            print(text)  # noqa: T201
    assert taken == 0


def test_no_mutation_is_taken() -> None:
    mutate(60)


@pytest.mark.full
def test_none_of_ten_thousand_mutations_is_taken() -> None:
    mutate(int(os.environ.get("SOAK_SIZE") or 10_000))


# -- as a stranger runs it ------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str, encoding: str = "utf-8") -> "subprocess.CompletedProcess[str]":
    (folder / "jifang_check.py").write_text(standalone.program(pinned()), encoding="utf-8")
    # Isolated, Python would not hear of another encoding.
    apart = ["-I"] if encoding == "utf-8" else []
    command = [sys.executable, *apart, "jifang_check.py", *arguments]
    environment = {"PYTHONIOENCODING": encoding} | {"PATH": os.environ["PATH"]}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding=encoding)


def test_the_downloaded_program_checks_a_receipt_with_the_keys_it_brings(tmp_path: Path) -> None:
    (tmp_path / "good.jws").write_text(Signer(1).jws() + "\n")
    (tmp_path / "forged.jws").write_text(Signer(9).jws())
    good, forged = run(tmp_path, "good.jws"), run(tmp_path, "forged.jws")
    assert (good.returncode, forged.returncode) == (0, 1)
    assert "签名有效" in good.stdout
    assert '"verdict": "compliant"' in good.stdout
    assert "不能采信" in forged.stdout
    assert "compliant" not in forged.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "ascii"])
def test_content_is_shown_with_its_controls_written_out_and_reads_back_the_same(tmp_path: Path, encoding: str) -> None:
    answer = {**ANSWER, "project": "一\x1b[2J\x9b2J\x85\x7f\u202e二\u2066\u200b\u2028\ufeff"}
    (tmp_path / "good.jws").write_text(Signer(1).jws(answer))
    done = run(tmp_path, "good.jws", encoding=encoding)
    assert done.returncode == 0
    assert unseen(done.stdout) == set()
    assert json.loads(done.stdout[done.stdout.index("{") :]) == answer


def test_it_takes_a_list_kept_elsewhere_and_says_when_it_has_none(tmp_path: Path) -> None:
    (tmp_path / "good.jws").write_text(Signer(9).jws())
    (tmp_path / "keys.json").write_text(json.dumps({"issuer": ISSUER, "keys": [Signer(9).jwk]}))
    assert run(tmp_path, "--keys", "keys.json", "good.jws").returncode == 0
    assert run(tmp_path, "--keys", "keys.json", "--issuer", "https://other.example", "good.jws").returncode == 1
    assert run(tmp_path, "--keys", "none.json", "good.jws").returncode == 2
    assert run(tmp_path, "none.jws").returncode == 2
    assert run(tmp_path, Signer(1).address()).returncode == 0


@pytest.mark.parametrize(("what", "listed"), bad_lists(), ids=[one[0] for one in bad_lists()])
def test_what_is_no_key_list_is_said_to_be_none(tmp_path: Path, what: str, listed: object) -> None:
    (tmp_path / "good.jws").write_text(Signer(1).jws())
    (tmp_path / "keys.json").write_text(json.dumps(listed))
    done = run(tmp_path, "--keys", "keys.json", "good.jws")
    assert (done.returncode, done.stderr) == (2, "")
    assert "密钥清单读不出" in done.stdout


def test_a_list_with_keys_of_an_algorithm_of_later_years_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "good.jws").write_text(Signer(1).jws())
    later = {"alg": "SM2", "crv": "SM2", "kid": "later", "y": "…"}
    (tmp_path / "keys.json").write_text(json.dumps({**pinned(), "keys": [later, Signer(1).jwk]}))
    assert run(tmp_path, "--keys", "keys.json", "good.jws").returncode == 0


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b" \r\n", b"\xef\xbb\xbf\xe3\x80\x80"])
def test_a_file_that_an_editor_saved_anew_is_read_all_the_same(tmp_path: Path, mark: bytes) -> None:
    (tmp_path / "good.jws").write_bytes(mark + Signer(1).jws().encode() + b"\r\n")
    (tmp_path / "keys.json").write_text(json.dumps(pinned()), encoding="utf-8-sig")
    assert run(tmp_path, "good.jws").returncode == 0
    assert run(tmp_path, "--keys", "keys.json", "good.jws").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_that_cannot_show_chinese_is_answered_in_english(tmp_path: Path, encoding: str) -> None:
    answer = {**ANSWER, "project": "示例工程"}
    (tmp_path / "good.jws").write_text(Signer(1).jws(answer))
    (tmp_path / "forged.jws").write_text(Signer(9).jws(answer))
    for arguments, code, english in (
        (["good.jws"], 0, "The signature holds"),
        (["forged.jws"], 1, "Do not rely on it!"),
        (["没有.jws"], 2, "cannot be opened"),
        (["--keys", "none.json", "good.jws"], 2, "The key list cannot be read"),
        (["--help"], 0, "checks signatures of the register"),
        ([Signer(1).address(issuer="https://regіster.example")], 1, "[U+0456]"),
    ):
        done = run(tmp_path, *arguments, encoding=encoding)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        assert english in done.stdout
        assert ("签名" in done.stdout) is False
    shown = run(tmp_path, "good.jws", encoding=encoding).stdout
    assert json.loads(shown[shown.index("{") :])["project"] == "示例工程"


def test_a_terminal_of_another_chinese_encoding_shows_both(tmp_path: Path) -> None:
    (tmp_path / "good.jws").write_text(Signer(1).jws({**ANSWER, "project": "示例工程"}))
    shown = run(tmp_path, "good.jws", encoding="gb18030").stdout
    assert "签名有效" in shown
    assert "The signature holds" in shown
    assert "示例工程" in shown


def test_whoever_reads_only_the_first_lines_sees_no_fault(tmp_path: Path) -> None:
    """``jifang_check.py receipt.jws | head -1``: the reader goes away, and nothing is said to be wrong."""
    (tmp_path / "good.jws").write_text(Signer(1).jws({**ANSWER, "project": "示例工程" * 50_000}))
    (tmp_path / "jifang_check.py").write_text(standalone.program(pinned()), encoding="utf-8")
    command = f"'{sys.executable}' -I jifang_check.py good.jws | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_a_file_that_is_not_there_is_said_in_both_languages(tmp_path: Path) -> None:
    for name in ("none.jws", ".", "x" * 300):
        done = run(tmp_path, name)
        assert done.returncode == 2
        assert "打不开文件" in done.stdout
        assert name in done.stdout
        assert "cannot be opened" in done.stdout
        assert done.stderr == ""


def test_no_label_of_the_page_to_keep_takes_the_place_of_an_outcome() -> None:
    assert not {*words.OUTCOMES} & {*words.PAGE}
