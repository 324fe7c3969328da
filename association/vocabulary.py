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


class MessageChannel(Term):
    """How a message reaches its addressee."""

    MAIL = "mail", N_("邮件")
    WEBHOOK = "webhook", N_("程序推送")


class JobState(Term):
    """Where a long work stands."""

    QUEUED = "queued", N_("排队中")
    RUNNING = "running", N_("进行中")
    DONE = "done", N_("已完成")
    FAILED = "failed", N_("未完成")
    CANCELLED = "cancelled", N_("已停止")


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


class ConsentPurpose(Term):
    """What somebody's data may be used for, each asked by itself (PIPL Art. 13, 14, 23, 25, 29)."""

    TRAINING = "training", N_("办理培训")
    EMPLOYER = "employer", N_("向所在企业提供培训情况")
    CERTIFICATE_CHECK = "certificate_check", N_("公开核验培训证书")
    PORTRAIT = "portrait", N_("证书照片")
    REMINDERS = "reminders", N_("到期提醒")


class ReadingReason(Term):
    """Why somebody reads a whole identity number."""

    OWN = "own", N_("本人查看")
    COUNTER = "counter", N_("柜台核对身份证")
    REPORT = "report", N_("按规定报送")
    MERGER = "merger", N_("核对是否同一人")


class ErasureGround(Term):
    """Why somebody's data are erased (PIPL Art. 47)."""

    REQUEST = "request", N_("本人要求删除")
    WITHDRAWN = "withdrawn", N_("本人撤回同意")
    NO_LONGER_NEEDED = "no_longer_needed", N_("保存期限已到或不再需要")
    MISTAKE = "mistake", N_("误录")


class MergeGround(Term):
    """Why two files with two identity numbers are one person's."""

    MISTYPED = "mistyped", N_("其中一份的身份证号码录错")
    CHANGED = "changed", N_("本人的身份证号码变更过")
    OTHER_DOCUMENT = "other_document", N_("两次登记用了不同的证件")


class Scope(Term):
    """What a key may be used for."""

    PRODUCTS_READ = "products:read", N_("读取本企业的产品和登记申请")
    PRODUCTS_WRITE = "products:write", N_("填写、提交产品登记申请")
    DOCUMENTS_WRITE = "documents:write", N_("上传证明材料")
    TRAINING_READ = "training:read", N_("读取本企业人员的报名、课表、考勤和证书")
    TRAINING_WRITE = "training:write", N_("为本企业人员报名、退出班级")
    REVIEWS_READ = "reviews:read", N_("读取审查事项（工作人员）")
    REVIEWS_DECIDE = "reviews:decide", N_("作出审查决定（工作人员）")


class SignatureAlgorithm(Term):
    """How we sign, by the names of JOSE. SM2 has its place here the day a reviewed library signs by it."""

    EDDSA = "EdDSA", "Ed25519"


class KeyState(Term):
    """Where a signing key stands. Retired ones still verify what they signed; compromised ones nothing."""

    PREPARED = "prepared", N_("待启用")
    ACTIVE = "active", N_("使用中")
    RETIRED = "retired", N_("已停用")
    COMPROMISED = "compromised", N_("已作废")


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
    "job.begun": N_("开始处理"),
    "job.cancelled": N_("停止处理"),
    "key.ended": N_("停用密钥"),
    "key.made": N_("新建密钥"),
    "key.replaced": N_("更换密钥"),
    "ledger.exported": N_("导出工作日志"),
    "mandate.ended": N_("委托终止"),
    "mandate.recorded": N_("登记委托"),
    "mandate.scan_filed": N_("附上委托文件"),
    "message.resent": N_("重新发送信件"),
    "signing.key_compromised": N_("作废签名密钥"),
    "signing.key_made": N_("生成签名密钥"),
    "signing.key_prepared": N_("准备签名密钥"),
    "signing.key_switched": N_("启用签名密钥"),
    "signing.papers_resigned": N_("重新签名"),
    "person.account_linked": N_("关联个人账号"),
    "person.checked": N_("柜台核对身份证"),
    "person.consented": N_("同意"),
    "person.consent_withdrawn": N_("撤回同意"),
    "person.corrected": N_("更正个人信息"),
    "person.employed": N_("登记任职"),
    "person.employment_ended": N_("任职结束"),
    "person.erased": N_("删除个人信息"),
    "person.exported": N_("取走个人信息副本"),
    "person.identity_read": N_("查看完整身份证号码"),
    "person.keys_renewed": N_("更换身份证号码的加密密钥"),
    "person.merged": N_("合并同一人的两份档案"),
    "person.portrait_filed": N_("上传证书照片"),
    "person.portrait_removed": N_("删除证书照片"),
    "person.recorded": N_("建立个人档案"),
    "session.all_ended": N_("退出全部设备"),
    "session.begun": N_("登录"),
    "session.ended": N_("退出"),
}
SUBJECTS = {
    "account": (N_("账号"), ""),
    "enterprise": (N_("企业"), ""),
    "filing": (N_("文件"), "/association/documents/{}"),
    "job": (N_("处理"), ""),
    "key": (N_("密钥"), ""),
    "ledger": (N_("工作日志"), ""),
    "mandate": (N_("委托"), "/association/mandates/{}"),
    "message": (N_("信件"), ""),
    "person": (N_("人员"), "/association/persons/{}"),
    "session": (N_("登录"), ""),
    "signing_key": (N_("签名密钥"), ""),
}
