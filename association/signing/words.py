"""What a check of a signature comes to, in words. Codes are those of the checkers (docs/proofs.md)."""

from collections.abc import Mapping

from association.kernel.i18n import N_, _, speaking

OUTCOMES: Mapping[str, str] = {
    "ok": N_("签名有效，内容自签发后没有改动。"),
    "unreadable": N_("读不出签名：内容不完整，或不是本登记簿签发的。"),
    "header": N_("签名头不合格式，不能采信。"),
    "algorithm": N_("签名算法“{alg}”本程序不认识，请用新版核对。"),
    "issuer": N_("签发地址不符，不能采信！内容写的是 {iss} ，应为 {issuer} 。{alike}"),
    "unknown_key": N_("{listed}密钥清单中没有密钥 {kid} ，不能采信！如果是后来启用的密钥，请更新密钥清单后再核对。"),
    "key_compromised": N_("密钥 {kid} 已公告作废，其签名不再作数。请向原网站取重新签名的文件。"),
    "signature": N_("签名不符：内容或签名被改动过，不能采信！"),
    "not_canonical": N_("内容不是规范JSON，不能采信。"),
    "key_time": N_("签发时间不在密钥 {kid} 的使用期内，不能采信！"),
    "number": N_("地址中的编号与签名的编号不符，不能采信！"),
    "alike": N_("地址含有形似字母，请逐字核对。"),
    "listed": N_("截至{as_of}的"),
    "keys": N_("密钥清单读不出。"),
}

# What was signed: by the header of a file, or the first line of a statement.
KINDS: Mapping[str, str] = {
    "receipt": N_("核验回执"),
    "status-list": N_("登记状态清单"),
    "certificate-list": N_("培训证书状态清单"),
    "webhook": N_("推送消息"),
    "registration": N_("登记（二维码）"),
    "certificate": N_("培训证书（二维码）"),
}

PAGE: Mapping[str, str] = {
    "title": N_("核对签名"),
    "lead": N_("本页自己核对登记簿的签名，不上网，也不送出任何内容。可以存在本机，多年以后照样能用。"),
    "no_script": N_("本页用脚本核对，浏览器没有运行脚本，按“核对”不会有结果。请允许脚本，或下载Python程序在本机核对："),
    "receipt": N_("回执文件（.jws）"),
    "drop": N_("选择文件，或拖到这里"),
    "paste": N_("或粘贴回执的内容、二维码的内容"),
    "check": N_("核对"),
    "pinned": N_("据以核对的密钥"),
    "of": N_("下载本页时的清单，截至{as_of}"),
    "own": N_("改用另存的密钥清单（jifang-keys.json）"),
    "issuer_label": N_("签发地址"),
    "own_in_use": N_("正在使用另存的密钥清单，截至{as_of}"),
    "kind": N_("签的是什么"),
    "signed_at": N_("签发时间"),
    "key": N_("密钥"),
    "content": N_("签名的内容"),
    "checking": N_("正在核对…"),
    "cut": N_("内容共{all}字符，只显示前{shown}字符；完整内容请看文件，或用jifang_check.py。"),
    "empty": N_("请先选择文件或粘贴内容。"),
    "limits": N_("签名有效只表示内容由登记簿签发、没有改动；登记以后可能有变化，请以网上的最新状态为准。登记信息不是行政许可，不构成推荐，不作验收结论。"),
}  # fmt: skip


def outcomes() -> dict[str, str]:
    """Every outcome in the reader's language."""
    return {code: _(text) for code, text in OUTCOMES.items()}


def _kinds() -> dict[str, str]:
    return {f"kind_{kind}": text for kind, text in KINDS.items()}


def of_page() -> dict[str, dict[str, str]]:
    """All that the page to keep says, in both languages: it is read where nobody can be asked for the other one."""
    both: dict[str, dict[str, str]] = {}
    for code in ("zh", "en"):
        with speaking("en" if code == "en" else "zh"):
            both[code] = {name: _(text) for name, text in {**OUTCOMES, **PAGE, **_kinds()}.items()}
    return both
