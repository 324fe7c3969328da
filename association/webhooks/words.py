"""Sentences about tries, in the reader's language."""

from association.kernel.i18n import N_, _
from association.webhooks.rules import Fault

FAULTS = {
    Fault.ADDRESS: N_("地址不可用：须为https，且只指向公网"),
    Fault.UNKNOWN_HOST: N_("找不到主机名"),
    Fault.CONNECTION: N_("连接失败或被中断"),
    Fault.CERTIFICATE: N_("证书无效，或与主机名不符"),
    Fault.TIMEOUT: N_("超时：对方10秒内没有答复"),
    Fault.STATUS: N_("对方没有接受"),
    Fault.REDIRECT: N_("对方要求转到别处；推送不跟随转址，请改用最终地址"),
    Fault.NO_KEY: N_("签名密钥无法使用，稍后重试"),
}


def fault_text(code: str) -> str:
    """What a try's fault means; of none, that it was accepted."""
    return _(FAULTS[Fault(code)]) if code else _("已接受")
