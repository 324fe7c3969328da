"""Every word the catalog floor stores, with its label (``docs/glossary.csv``)."""

from association.kernel.i18n import N_
from association.kernel.terms import Term


class EntryKind(Term):
    """What an entry of the register does."""

    REGISTERED = "registered", N_("登记")
    RENEWED = "renewed", N_("续展")
    AMENDED = "amended", N_("变更")
    CORRECTED = "corrected", N_("更正")
    SUSPENDED = "suspended", N_("暂停")
    REINSTATED = "reinstated", N_("恢复")
    REVOKED = "revoked", N_("撤销")
    CANCELLED = "cancelled", N_("注销")


class Standing(Term):
    """登记效力状态: whether a registration holds on a day."""

    IN_FORCE = "in_force", N_("有效")
    NOT_YET_VALID = "not_yet_valid", N_("尚未生效")
    SUSPENDED = "suspended", N_("暂停")
    REVOKED = "revoked", N_("已撤销")
    CANCELLED = "cancelled", N_("已注销")
    LAPSED = "lapsed", N_("已失效")


class EvidenceKind(Term):
    """Kinds of evidence; which a class accepts when is dated data."""

    TYPE_TEST_REPORT = "type_test_report", N_("型式检验报告")
    VOLUNTARY_CERTIFICATE = "voluntary_certificate", N_("自愿性产品认证证书")
    CCC_CERTIFICATE = "ccc_certificate", N_("强制性产品认证证书")
    REGISTRATION_APPROVAL = "registration_approval", N_("生产登记批准书")
    PRODUCTION_LICENCE = "production_licence", N_("工业产品生产许可证")
    SAFETY_CERTIFICATE = "safety_certificate", N_("安全认证证书")


class EvidenceStanding(Term):
    """证明材料状态 on a day."""

    VALID = "valid", N_("有效")
    NOT_YET_VALID = "not_yet_valid", N_("尚未生效")
    EXPIRED = "expired", N_("已过期")
    SUSPENDED = "suspended", N_("已暂停")
    WITHDRAWN = "withdrawn", N_("已撤回")
    ENDED_WITH_REGIME = "ended_with_regime", N_("因制度终止而失效")


class Proof(Term):
    """What a requirement row asks for."""

    MANDATORY = "mandatory", N_("法定必备")
    CUSTOMARY = "customary", N_("自愿提供，作为证明")
    UNCLEAR = "unclear", N_("当时要求未查实")
    NONE = "none", N_("无要求")


class Certainty(Term):
    """How well a catalog fact is established."""

    VERIFIED = "verified", N_("已查实")
    INFERRED = "inferred", N_("推得，未经原文核实")
    UNCLEAR = "unclear", N_("未查实")


class Verdict(Term):
    """核验结论."""

    COMPLIANT = "compliant", N_("符合")
    NOT_COMPLIANT = "not_compliant", N_("不符合")
    NOT_REGISTERED = "not_registered", N_("未登记")
    NOT_IN_CATALOG = "not_in_catalog", N_("目录外")
    UNDETERMINED = "undetermined", N_("无法判定")


class MatchedBy(Term):
    """How the registration was found."""

    NUMBER = "number", N_("登记编号")
    MANUFACTURER_MODEL = "manufacturer_model", N_("生产者与型号")
    BRAND_MODEL = "brand_model", N_("品牌与型号")


class CaseState(Term):
    """Where an application stands."""

    DRAFT = "draft", N_("草稿")
    SUBMITTED = "submitted", N_("已提交，待审查")
    RETURNED = "returned", N_("已退回，待补正")
    REFUSAL_PROPOSED = "refusal_proposed", N_("拟不予登记，待复核")
    REFUSED = "refused", N_("不予登记")
    REGISTERED = "registered", N_("已登记")


class ReasonCode(Term):
    """Why a verdict is what it is; codes never change."""

    CATEGORY_NOT_IN_CATALOG = "category_not_in_catalog", N_("不属于国家目录")
    MISTYPED_NUMBER = "mistyped_number", N_("登记编号有误")
    UNKNOWN_NUMBER = "unknown_number", N_("没有此登记编号")
    MISTYPED_USCC = "mistyped_uscc", N_("统一社会信用代码有误")
    SEVERAL_MATCH = "several_match", N_("符合的登记不止一个")
    MANUFACTURER_CONFLICT = "manufacturer_conflict", N_("生产者信息相互矛盾")
    MANUFACTURER_NOT_GIVEN = "manufacturer_not_given", N_("未给出生产者")
    MODEL_NOT_GIVEN = "model_not_given", N_("未给出型号")
    ONLY_SIMILAR_FOUND = "only_similar_found", N_("只找到相似型号")
    NOT_FOUND = "not_found", N_("没有找到登记")
    REGISTRATION_SUSPENDED = "registration_suspended", N_("登记暂停")
    REGISTRATION_REVOKED = "registration_revoked", N_("登记已撤销")
    REGISTRATION_NOT_YET_VALID = "registration_not_yet_valid", N_("登记尚未生效")
    REGISTRATION_LAPSED = "registration_lapsed", N_("登记已失效")
    REGISTRATION_CANCELLED = "registration_cancelled", N_("登记已注销")
    EVIDENCE_MISSING = "evidence_missing", N_("没有证明材料")
    EVIDENCE_WRONG_KIND = "evidence_wrong_kind", N_("证明材料种类不符合要求")
    EVIDENCE_NOT_YET_VALID = "evidence_not_yet_valid", N_("证明材料尚未生效")
    EVIDENCE_EXPIRED = "evidence_expired", N_("证明材料已过期")
    EVIDENCE_SUSPENDED = "evidence_suspended", N_("证明材料已被暂停")
    EVIDENCE_WITHDRAWN = "evidence_withdrawn", N_("证明材料已被撤回")
    REGIME_UNCLEAR = "regime_unclear", N_("当时的要求未查实")


class WarningCode(Term):
    """What a reader should know besides; never changes the verdict."""

    STANDARD_SUPERSEDED = "standard_superseded", N_("所依据的标准已被代替")
    EVIDENCE_ENDS_SOON = "evidence_ends_soon", N_("证明材料即将到期")
    REGISTRATION_ENDS_SOON = "registration_ends_soon", N_("登记即将到期")
    EVIDENCE_EXPIRED_SINCE = "evidence_expired_since", N_("证明材料此后已过期")
    PROOF_NOT_ON_FILE = "proof_not_on_file", N_("所示证明未收录")
    PROOF_WRONG_KIND = "proof_wrong_kind", N_("所示证明种类不符")
    PROOF_EXPIRED = "proof_expired", N_("所示证明已过期")
    FACT_NOT_VERIFIED = "fact_not_verified", N_("所依据的目录事实未经原文核实")
    DETAILS_DIFFER = "details_differ", N_("所填信息与登记不一致")
    CATEGORY_UNREAD = "category_unread", N_("所填类别未能识别")
    SEVERAL_MODELS = "several_models", N_("一格写了不止一个型号")


class DecisionKind(Term):
    """What the desk can decide on a submission."""

    RETURNED = "returned", N_("退回补正")
    APPROVED = "approved", N_("予以登记")
    REFUSAL_PROPOSED = "refusal_proposed", N_("拟不予登记")
    REFUSAL_CONFIRMED = "refusal_confirmed", N_("不予登记")
    REFUSAL_REJECTED = "refusal_rejected", N_("退回重新审查")


class RevocationKind(Term):
    """What a case of the room ``revocations`` does to a registration."""

    SUSPENSION = "suspension", N_("暂停登记")
    REVOCATION = "revocation", N_("撤销登记")
    REINSTATEMENT = "reinstatement", N_("恢复登记")
    CANCELLATION = "cancellation", N_("注销登记")


class RevocationState(Term):
    """Where such a case stands."""

    PROPOSED = "proposed", N_("待第二人确认")
    CONFIRMED = "confirmed", N_("已生效")
    REJECTED = "rejected", N_("未予确认")
    TAKEN_BACK = "taken_back", N_("已收回")


class ObjectionState(Term):
    """Where an objection to a suspension or revocation stands."""

    FILED = "filed", N_("待答复")
    UPHELD = "upheld", N_("异议成立")
    DISMISSED = "dismissed", N_("异议不成立")


class ObjectorKind(Term):
    """How whoever objects is touched by it."""

    REGISTRANT = "registrant", N_("登记人或生产企业")
    RELIED = "relied", N_("据此登记得到过“符合”答复")
    OTHER = "other", N_("其他")


class RegisterEvent(Term):
    """What the feed of revocations tells: entries of these kinds, and lapses."""

    SUSPENDED = "suspended", N_("暂停")
    REINSTATED = "reinstated", N_("恢复")
    REVOKED = "revoked", N_("撤销")
    CANCELLED = "cancelled", N_("注销")
    LAPSED = "lapsed", N_("失效")


# What the ledger's actions are called, and the kinds of things they were done to (with the address of their page).
ACTIONS = {
    "case.approved": N_("予以登记"),
    "case.refusal_confirmed": N_("复核：不予登记"),
    "case.refusal_proposed": N_("拟不予登记"),
    "case.refusal_rejected": N_("复核：退回重新审查"),
    "case.returned": N_("退回补正"),
    "catalog.added": N_("目录：增加"),
    "catalog.corrected": N_("目录：更正"),
    "catalog.loaded": N_("载入目录文件"),
    "catalog.offered": N_("提交目录文件"),
    "catalog.offer_cleared": N_("清除未载入的目录文件"),
    "catalog.succeeded": N_("目录：由新版接替"),
    "catalog.withdrawn": N_("目录：撤下"),
    "evidence.recorded": N_("收录证明材料"),
    "evidence.resumed": N_("证明材料恢复"),
    "evidence.suspended": N_("证明材料暂停"),
    "evidence.withdrawn": N_("证明材料撤回"),
    "product.discarded": N_("删除草稿"),
    "product.drafted": N_("新建登记申请"),
    "product.paper_added": N_("附上证明材料"),
    "product.paper_removed": N_("移除证明材料"),
    "product.saved": N_("修改登记申请"),
    "product.submitted": N_("提交登记申请"),
    "product.withdrawn": N_("撤回登记申请"),
    "register.amended": N_("登记簿：变更"),
    "register.cancelled": N_("登记簿：注销"),
    "register.corrected": N_("登记簿：更正"),
    "register.registered": N_("登记簿：登记"),
    "register.reinstated": N_("登记簿：恢复"),
    "register.renewed": N_("登记簿：续展"),
    "register.revoked": N_("登记簿：撤销"),
    "register.suspended": N_("登记簿：暂停"),
    "objection.answered": N_("答复异议"),
    "objection.filed": N_("收到异议"),
    "revocation.cancelled": N_("登记人注销登记"),
    "revocation.confirmed": N_("确认暂停、撤销或恢复"),
    "revocation.proposed": N_("提出暂停、撤销或恢复"),
    "revocation.rejected": N_("不予确认暂停、撤销或恢复"),
    "revocation.taken_back": N_("收回暂停、撤销或恢复的提议"),
    "verification.kept": N_("核验清单"),
    "verification.settled": N_("核验清单：人工确认"),
}
SUBJECTS = {
    "catalog_load": (N_("目录文件"), ""),
    "catalog_upload": (N_("待载入的目录文件"), ""),
    "objection": (N_("异议"), "/catalog/revocations/desk/objections/{}"),
    "product": (N_("登记申请"), "/catalog/reviews/{}"),
    "registration": (N_("登记"), "/catalog/register/{}"),
    "revocation": (N_("暂停、撤销、恢复"), "/catalog/revocations/desk/{}"),
    "verification": (N_("核验清单"), ""),
}
