"""Every word the training floor stores, with its label."""

from association.kernel.i18n import N_
from association.kernel.terms import Term


class Level(Term):
    """Levels of the occupational standard, the lowest first; or none."""

    NONE = "none", N_("不分等级")
    FIVE = "five", N_("五级（初级）")
    FOUR = "four", N_("四级（中级）")
    THREE = "three", N_("三级（高级）")


class CourseKind(Term):
    """What a course is for."""

    INITIAL = "initial", N_("岗位培训")
    CONTINUING = "continuing", N_("继续教育")


class Part(Term):
    """Kinds of lessons, and the two components of an examination."""

    THEORY = "theory", N_("理论")
    PRACTICE = "practice", N_("实操")


class RoomKind(Term):
    """What a room is fitted for."""

    CLASSROOM = "classroom", N_("教室")
    PRACTICE_HALL = "practice_hall", N_("实操场地")


class Qualification(Term):
    """What makes somebody a trainer."""

    LEVEL_FOUR = "level_four", N_("四级（中级）证书")
    LEVEL_THREE = "level_three", N_("三级（高级）证书")
    DESIGN_ASSESSOR = "design_assessor", N_("安全防范设计评估师证书")


class ClassState(Term):
    """Where a class stands; whether it is under way follows from its dates."""

    PLANNED = "planned", N_("筹备中")
    OPEN = "open", N_("接受报名")
    CLOSED = "closed", N_("报名截止")
    CANCELLED = "cancelled", N_("已取消")


class EnrolmentState(Term):
    """Where somebody stands in a class."""

    ENROLLED = "enrolled", N_("已报名")
    WAITING = "waiting", N_("候补")
    WITHDRAWN = "withdrawn", N_("已退出")


class SightingKind(Term):
    """What was seen of somebody in a lesson, or is stated about them."""

    CAME = "came", N_("签到")
    LEFT = "left", N_("签退")
    PRESENT = "present", N_("到课")
    ABSENT = "absent", N_("缺课")
    EXCUSED = "excused", N_("请假")


class SightingSource(Term):
    """Where a sighting was made."""

    CODE = "code", N_("扫码")
    SPOKEN = "spoken", N_("口令")
    DESK = "desk", N_("考勤表")
    DEVICE = "device", N_("教员设备")


class AttendanceState(Term):
    """What follows from the sightings of somebody in a lesson."""

    NOT_SEEN = "not_seen", N_("未签到")
    PRESENT = "present", N_("全程到课")
    PARTLY = "partly", N_("部分到课")
    ABSENT = "absent", N_("缺课")
    EXCUSED = "excused", N_("请假")


class Means(Term):
    """How a component is examined."""

    BANK = "bank", N_("题库机考")
    SHEET = "sheet", N_("纸笔考试")
    CHECKLIST = "checklist", N_("实操评分")


class Duty(Term):
    """What somebody does at a sitting."""

    INVIGILATOR = "invigilator", N_("监考")
    EXAMINER = "examiner", N_("考评")


class SittingState(Term):
    """Where a sitting stands; follows from its moments."""

    PLANNED = "planned", N_("待考")
    UNDER_WAY = "under_way", N_("考试中")
    MARKING = "marking", N_("待公布成绩")
    RELEASED = "released", N_("成绩已公布")
    CANCELLED = "cancelled", N_("已取消")


class SitRule(Term):
    """What each rule of admission asks."""

    ENROLLED = "enrolled", N_("在本班名单中")
    ATTENDANCE = "attendance", N_("出勤达到要求")
    NOT_PASSED = "not_passed", N_("本项尚未合格")
    RESITS = "resits", N_("还有考试机会")
    IDENTITY = "identity", N_("身份证已当面核对")
    FREE = "free", N_("没有时间冲突或待公布成绩的考试")
    SEAT = "seat", N_("考场还有座位")


class MarkSource(Term):
    """Where a mark comes from."""

    PAPER = "paper", N_("机考判分")
    SHEET = "sheet", N_("成绩表")
    CHECKLIST = "checklist", N_("两名考评员评分")
    THIRD = "third", N_("第三名考评员")
    JOINT = "joint", N_("共同议定")
    CORRECTION = "correction", N_("更正")
    APPEAL = "appeal", N_("申诉后更正")


class ScoreState(Term):
    """Where the scoring of somebody in a practice examination stands; follows from the checklists handed in."""

    NOT_HERE = "not_here", N_("未入场")
    ABSENT = "absent", N_("缺考")
    TO_SCORE = "to_score", N_("待两人评分")
    ONE = "one", N_("一人已评")
    THIRD = "third", N_("相差过大，待第三人或议定")
    SETTLED = "settled", N_("成绩已确定")


class AppealState(Term):
    """Where an appeal stands."""

    OPEN = "open", N_("待处理")
    UPHELD = "upheld", N_("申诉成立")
    DISMISSED = "dismissed", N_("维持原成绩")


class QuestionKind(Term):
    """Kinds of questions of the bank."""

    SINGLE = "single", N_("单项选择")
    MULTIPLE = "multiple", N_("多项选择")
    JUDGEMENT = "judgement", N_("判断")


class Difficulty(Term):
    """How hard whoever wrote a question takes it to be; what learners make of it is the item analysis."""

    EASY = "easy", N_("易")
    MEDIUM = "medium", N_("中")
    HARD = "hard", N_("难")


class Scoring(Term):
    """What a multiple choice is worth that is right in part."""

    ALL_OR_NOTHING = "all_or_nothing", N_("全部选对才得分")
    HALF = "half", N_("少选得一半分")


class PaperState(Term):
    """Where somebody's paper stands; follows from its moments."""

    CLOSED = "closed", N_("未打开")
    OPEN = "open", N_("答题中")
    SUBMITTED = "submitted", N_("已交卷")
    OVER = "over", N_("时间已到")
    NEVER = "never", N_("没有打开")


class Discrimination(Term):
    """How well a question tells good from weak (Ebel)."""

    VERY_GOOD = "very_good", N_("区分很好")
    GOOD = "good", N_("区分良好")
    FAIR = "fair", N_("区分尚可")
    POOR = "poor", N_("区分较差，宜修改或停用")


class CertificateEventKind(Term):
    """What happens to a training certificate; each is an event that is never changed."""

    ISSUED = "issued", N_("签发")
    SUSPENDED = "suspended", N_("暂停")
    REINSTATED = "reinstated", N_("恢复")
    WITHDRAWN = "withdrawn", N_("撤回")
    REPLACED = "replaced", N_("换发")


class CertificateStanding(Term):
    """How a training certificate stands on a day; computed from its events, never stored."""

    VALID = "valid", N_("有效")
    NOT_YET_VALID = "not_yet_valid", N_("尚未生效")
    SUSPENDED = "suspended", N_("已暂停")
    WITHDRAWN = "withdrawn", N_("已撤回")
    REPLACED = "replaced", N_("已换发")
    EXPIRED = "expired", N_("已到期")


class CertificateGround(Term):
    """Why a certificate is suspended or withdrawn. Written for good, so it is a word and says nothing else."""

    UNDER_REVIEW = "under_review", N_("正在核查")
    ISSUED_IN_ERROR = "issued_in_error", N_("不符合签发条件")
    EXAMINATION = "examination", N_("考试违纪、舞弊")
    IDENTITY = "identity", N_("冒名或身份不符")
    MISUSE = "misuse", N_("涂改、出借证书")
    OWN_WISH = "own_wish", N_("本人申请")


class CertificateCaseState(Term):
    """Where a proposal about a certificate stands."""

    PROPOSED = "proposed", N_("待第二人确认")
    CONFIRMED = "confirmed", N_("已确认")
    REJECTED = "rejected", N_("不予确认")
    TAKEN_BACK = "taken_back", N_("已收回")


class OutsideState(Term):
    """What has been made of an outside certificate that somebody showed."""

    RECORDED = "recorded", N_("已登记，待核对")
    CHECKED = "checked", N_("已核对原件")
    DOUBTFUL = "doubtful", N_("存疑")


class EvidenceState(Term):
    """What the desk made of evidence of hours from outside."""

    WAITING = "waiting", N_("待核对")
    ACCEPTED = "accepted", N_("已计学时")
    REFUSED = "refused", N_("不予计入")


class HoursSource(Term):
    """Where hours come from."""

    CLASS = "class", N_("协会培训班")
    EVIDENCE = "evidence", N_("外部学习")


class HoursState(Term):
    """How somebody stands with the hours of the years that ask for some."""

    NOT_ASKED = "not_asked", N_("本年不要求")
    COMPLETE = "complete", N_("已齐")
    MISSING = "missing", N_("本年还缺")
    BEHIND = "behind", N_("以前年度缺")


ACTIONS = {
    "attendance.came": N_("签到"),
    "attendance.handed_in": N_("教员设备交回考勤"),
    "attendance.left": N_("签退"),
    "attendance.stated": N_("登记考勤"),
    "certificate.issued": N_("签发培训证书"),
    "certificate.replaced": N_("换发培训证书"),
    "certificate.reinstated": N_("恢复培训证书"),
    "certificate.suspended": N_("暂停培训证书"),
    "certificate.withdrawal_proposed": N_("提议撤回培训证书"),
    "certificate.withdrawal_rejected": N_("不予确认撤回培训证书"),
    "certificate.withdrawal_taken_back": N_("收回撤回培训证书的提议"),
    "certificate.withdrawn": N_("撤回培训证书"),
    "certificate.share_ended": N_("停止分享证书"),
    "certificate.shared": N_("分享证书"),
    "class.cancelled": N_("取消班级"),
    "class.changed": N_("修改班级"),
    "class.closed": N_("停止报名"),
    "class.opened": N_("开班"),
    "class.reopened": N_("恢复报名"),
    "course.changed": N_("修改课程"),
    "course.created": N_("设立课程"),
    "course.retired": N_("停开课程"),
    "enrolment.enrolled": N_("报名"),
    "enrolment.moved_up": N_("候补转正"),
    "enrolment.waiting": N_("列入候补"),
    "enrolment.withdrawn": N_("退出班级"),
    "exam.absent": N_("登记缺考"),
    "exam.admitted": N_("安排考生"),
    "exam.appealed": N_("申诉成绩"),
    "exam.arranged": N_("安排考试"),
    "exam.came": N_("考生入场"),
    "exam.cancelled": N_("取消考试"),
    "exam.changed": N_("调整考试"),
    "exam.corrected": N_("更正成绩"),
    "exam.decided": N_("处理成绩申诉"),
    "exam.duties": N_("安排监考、考评"),
    "exam.left_out": N_("移出考生"),
    "exam.marked": N_("登记成绩"),
    "exam.released": N_("公布成绩"),
    "exam.scored": N_("实操评分"),
    "exam.settled": N_("确定实操成绩"),
    "hours.accepted": N_("计入继续教育学时"),
    "hours.handed_in": N_("提交继续教育证明"),
    "hours.refused": N_("不予计入继续教育学时"),
    "hours.taken_back": N_("收回继续教育证明"),
    "lesson.cancelled": N_("取消课次"),
    "lesson.changed": N_("调整课次"),
    "lesson.planned": N_("安排课次"),
    "outside_certificate.checked": N_("核对外部证书"),
    "outside_certificate.recorded": N_("登记外部证书"),
    "outside_certificate.removed": N_("删除外部证书登记"),
    "paper.extended": N_("延长答题时间"),
    "paper.marked": N_("机考到时判分"),
    "paper.opened": N_("打开试卷"),
    "paper.submitted": N_("交卷"),
    "question.added": N_("录入题目"),
    "question.changed": N_("修改题目"),
    "question.imported": N_("按表录入题目"),
    "question.reinstated": N_("恢复使用题目"),
    "question.retired": N_("停用题目"),
    "room.changed": N_("修改场地"),
    "room.recorded": N_("登记场地"),
    "syllabus.published": N_("发布教学大纲"),
    "trainer.changed": N_("修改教员信息"),
    "trainer.recorded": N_("登记教员"),
}
SUBJECTS = {
    "certificate": (N_("培训证书"), "/training/certificates/file/{}"),
    "outside_certificate": (N_("外部证书"), ""),
    "class": (N_("班级"), "/training/rosters/{}"),
    "course": (N_("课程"), ""),
    "hours_evidence": (N_("继续教育证明"), "/training/hours/evidence/{}"),
    "lesson": (N_("课次"), ""),
    "question": (N_("题目"), "/training/questions/{}"),
    "question_bank": (N_("题库"), "/training/questions"),
    "room": (N_("场地"), ""),
    "sitting": (N_("考试"), "/training/exams/{}"),
    "trainer": (N_("教员"), ""),
}
