"""Every word the ground floor stores, with its label."""

from association.kernel.i18n import N_
from association.kernel.terms import Term


class MandateItem(Term):
    """The seven matters the city's police may entrust (Art. 18)."""

    RESEARCH = "1", N_("协调技术研究")
    EXCHANGE = "2", N_("技术交流")
    INFORMATION = "3", N_("行业信息收集与发布")
    FAIRS = "4", N_("组织展销")
    TRAINING = "5", N_("从业人员教育培训")
    INCIDENTS = "6", N_("参与事件分析")
    REGISTRATION = "7", N_("国家目录产品的登记")


class DocumentKind(Term):
    """Kinds of files taken as evidence, recognised by their content."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class EnterpriseState(Term):
    """Whether staff have confirmed an enterprise: only then may it submit."""

    UNCONFIRMED = "unconfirmed", N_("待确认")
    CONFIRMED = "confirmed", N_("已确认")
    SUSPENDED = "suspended", N_("已停用")


class MessageState(Term):
    """Where an owed message stands."""

    OWED = "owed", N_("待发送")
    DELIVERED = "delivered", N_("已发送")
    DEAD = "dead", N_("发送失败")


class LetterPurpose(Term):
    """What the link in a letter does, once."""

    REGISTER = "register", N_("启用账号")
    RESET = "reset", N_("重设密码")
    ADDRESS = "address", N_("更换邮箱")
    INVITE = "invite", N_("加入企业")


class EnterpriseKind(Term):
    """What an enterprise chiefly does; it decides nothing, each may register what it makes or sells."""

    MANUFACTURER = "manufacturer", N_("生产企业")
    SELLER = "seller", N_("销售企业")
    INSTALLER = "installer", N_("施工、维修企业")


class Scope(Term):
    """What a key may be used for."""

    PRODUCTS_READ = "products:read", N_("读取本企业的产品和登记申请")
    PRODUCTS_WRITE = "products:write", N_("填写、提交产品登记申请")
    DOCUMENTS_WRITE = "documents:write", N_("上传证明材料")
    REVIEWS_READ = "reviews:read", N_("读取审查事项（工作人员）")
    REVIEWS_DECIDE = "reviews:decide", N_("作出审查决定（工作人员）")


# What the ledger's actions are called, and the kinds of things they were done to (with the address of their page).
ACTIONS = {
    "account.address_changed": N_("更换账号邮箱"),
    "account.closed": N_("停用账号"),
    "account.created": N_("开设账号"),
    "account.lock_lifted": N_("解除账号锁定"),
    "account.opened": N_("恢复账号"),
    "account.password_changed": N_("修改密码"),
    "account.password_reset": N_("重设密码"),
    "account.recovery_codes_made": N_("更换备用码"),
    "account.roles_given": N_("授予角色"),
    "account.second_factor_off": N_("关闭第二重验证"),
    "account.second_factor_on": N_("启用第二重验证"),
    "account.second_factor_reset": N_("清除第二重验证"),
    "document.filed": N_("上传文件"),
    "enterprise.changed": N_("修改企业信息"),
    "enterprise.confirmed": N_("确认企业"),
    "enterprise.member_added": N_("增加企业用户"),
    "enterprise.member_ended": N_("企业用户离开"),
    "enterprise.registered": N_("填写企业"),
    "enterprise.user_invited": N_("邀请企业用户"),
    "enterprise.suspended": N_("停用企业"),
    "key.ended": N_("停用密钥"),
    "key.made": N_("新建密钥"),
    "key.replaced": N_("更换密钥"),
    "ledger.exported": N_("导出工作日志"),
    "mandate.ended": N_("委托终止"),
    "mandate.recorded": N_("登记委托"),
    "mandate.scan_filed": N_("附上委托文件"),
    "message.resent": N_("重新发送信件"),
    "session.all_ended": N_("退出全部设备"),
    "session.begun": N_("登录"),
    "session.ended": N_("退出"),
}
SUBJECTS = {
    "account": (N_("账号"), ""),
    "enterprise": (N_("企业"), ""),
    "filing": (N_("文件"), "/association/documents/{}"),
    "key": (N_("密钥"), ""),
    "ledger": (N_("工作日志"), ""),
    "mandate": (N_("委托"), "/association/mandates/{}"),
    "message": (N_("信件"), ""),
    "session": (N_("登录"), ""),
}
