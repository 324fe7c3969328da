"""What is said of workbooks: refusals of whole files, faults of cells, remarks. Source texts, translated when said."""

from collections.abc import Mapping

from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import N_, _
from association.kernel.terms import Term


class Refusal(Term):
    """Why a file as a whole is not taken."""

    EMPTY = "workbook_empty", N_("文件是空的，请重新选择文件。")
    KIND = (
        "workbook_kind",
        N_("只接受xlsx和csv文件；此文件看来是{seems}。请在Excel或WPS中“另存为”xlsx后再上传。"),
    )
    OLD = (
        "workbook_old",
        N_("这是旧版Excel文件（xls，即使文件名写作xlsx）。请在Excel或WPS中“另存为”xlsx后再上传。"),
    )
    PASSWORD = "workbook_password", N_("文件有打开密码，无法读取。请去掉密码后再上传。")
    MACROS = "workbook_macros", N_("文件带有宏，不予接受。请在Excel或WPS中“另存为”不带宏的xlsx后再上传。")
    TOO_LARGE = (
        "workbook_too_large",
        N_("文件解开后过大（{part}），不予读取。请删去多余的工作表、图片和空白格式后再上传。"),
    )
    DAMAGED = "workbook_damaged", N_("文件已损坏或没有传完（{part}），请重新另存后再上传。")
    ENTITIES = "workbook_entities", N_("文件内含有实体声明（{part}），不是表格软件保存的，不予读取。")
    MERGES = "workbook_merges", N_("工作表“{sheet}”的合并单元格互相重叠（{first}与{second}），请改正后再上传。")
    ROWS = "workbook_rows", N_("超过{limit}行，不予读取。请拆成几个文件后分别上传。")
    COLUMNS = "workbook_columns", N_("超过{limit}列，不予读取。请删去多余的列后再上传。")
    CELL = "workbook_cell", N_("单元格{cell}的内容超过{limit}个字符，不予读取。请缩短后再上传。")
    ENCODING = "workbook_encoding", N_("无法识别csv文件的编码，请另存为UTF-8编码的csv，或改用xlsx。")
    QUOTES = (
        "workbook_quotes",
        N_("第{row}行的引号没有成对：其后的内容会被并入同一格，不予读取。请补上或去掉引号后再上传。"),
    )
    NO_TABLE = (
        "workbook_no_table",
        N_("没有认出表头：前{rows}行里没有一行写着所需的列名（例如{names}）。请对照模板检查，或指明表头行和各列。"),
    )
    NO_COLUMN = (
        "workbook_no_column",
        N_("第{row}行是表头，但没有所需的列（{names}）。请对照模板检查，或指明各列。"),
    )
    NO_SHEET = "workbook_no_sheet", N_("文件里没有名为“{sheet}”的工作表。")


# What the page of each refusal says besides (``/problems/<code>``): the sentence's own way out.
WAYS_OUT: Mapping[Refusal, str] = {
    Refusal.EMPTY: N_("请重新选择文件，确认其中有内容。"),
    Refusal.KIND: N_("请在Excel或WPS中“另存为”xlsx，或导出为csv，再上传。"),
    Refusal.OLD: N_("请在Excel或WPS中打开，“另存为”xlsx后再上传；只改文件名不行。"),
    Refusal.PASSWORD: N_("请在Excel或WPS中打开，去掉打开密码，保存后再上传。"),
    Refusal.MACROS: N_("请“另存为”不带宏的xlsx后再上传；本平台不接收、也不送回宏。"),
    Refusal.TOO_LARGE: N_("请删去多余的工作表、图片和空白格式，或只留所需的表另存后再上传。"),
    Refusal.DAMAGED: N_("请在Excel或WPS中打开并重新另存，再上传；打不开的，请用原件。"),
    Refusal.ENTITIES: N_("请用Excel、WPS或LibreOffice打开后重新另存，再上传。"),
    Refusal.MERGES: N_("请在Excel或WPS中取消重叠的合并单元格，再上传。"),
    Refusal.ROWS: N_("请拆成几个文件分别上传；每个文件的行数上限写在上传处。"),
    Refusal.COLUMNS: N_("请删去多余的列（常为误设的格式）后再上传。"),
    Refusal.CELL: N_("请缩短该单元格的内容后再上传。"),
    Refusal.ENCODING: N_("请另存为UTF-8编码的csv，或改用xlsx。"),
    Refusal.QUOTES: N_("请补上或去掉该行的引号，或改用xlsx。"),
    Refusal.NO_TABLE: N_("请对照模板检查表头，或在上传后的页面上指明各列。"),
    Refusal.NO_COLUMN: N_("请对照模板检查表头，或在上传后的页面上指明各列。"),
    Refusal.NO_SHEET: N_("请从文件所含的工作表中选择。"),
}
TITLES: Mapping[Refusal, str] = {
    Refusal.EMPTY: N_("文件是空的"),
    Refusal.KIND: N_("不是可读取的表格"),
    Refusal.OLD: N_("旧版Excel文件"),
    Refusal.PASSWORD: N_("文件有密码"),
    Refusal.MACROS: N_("文件带有宏"),
    Refusal.TOO_LARGE: N_("文件解开后过大"),
    Refusal.DAMAGED: N_("文件已损坏"),
    Refusal.ENTITIES: N_("文件含有实体声明"),
    Refusal.MERGES: N_("合并单元格重叠"),
    Refusal.ROWS: N_("行数过多"),
    Refusal.COLUMNS: N_("列数过多"),
    Refusal.CELL: N_("单元格内容过长"),
    Refusal.ENCODING: N_("编码无法识别"),
    Refusal.QUOTES: N_("引号没有成对"),
    Refusal.NO_TABLE: N_("没有找到表头"),
    Refusal.NO_COLUMN: N_("缺少所需的列"),
    Refusal.NO_SHEET: N_("没有这个工作表"),
}


class Fault(Term):
    """What is wrong with one cell; its row is not taken."""

    REQUIRED = "required", N_("请填写")
    TOO_LONG = "too_long", N_("最多{limit}个字符")
    CHARACTERS = "characters", N_("含有无法处理的字符（控制字符），请删除后重新填写")
    DATE_EATEN = (
        "date_eaten",
        N_("表格软件把这一格变成了日期（{shown}）。请把单元格格式设为“文本”，照原样重新填写"),
    )
    SCIENTIFIC = (
        "scientific",
        N_("这一格是科学计数的数字（{shown}），原来的写法已经丢失。请把单元格格式设为“文本”，照原样重新填写"),
    )
    DIGITS_LOST = (
        "digits_lost",
        N_("这一格是超过15位的数字，表格软件会丢失末尾几位。请把单元格格式设为“文本”，照原样重新填写"),
    )
    BOOLEAN = "boolean_eaten", N_("这一格是逻辑值（{shown}）。请把单元格格式设为“文本”，照原样重新填写")
    ERROR = "cell_error", N_("这一格是公式错误（{shown}），请改正")
    NO_VALUE = "formula_without_value", N_("这一格的公式没有保存结果。请在Excel或WPS中打开、重算并保存，或直接填写")
    FORMULA = (
        "formula_text",
        N_("这一格是公式本身（{shown}），不是它的结果。请在表格软件中重新导出或复制，或直接填写"),
    )
    NARROW = "narrow", N_("这一格只有“{shown}”：列太窄，内容没有带出来。请加宽该列后重新导出或复制")
    DATE = "date", N_("“{shown}”读不出日期，请写成2026-03-01")
    DATE_SHORT = "date_short_year", N_("“{shown}”的年份不足四位，请写成2026-03-01")
    DATE_RANGE = "date_range", N_("日期须在1900年至2100年之间")
    NUMBER = "number", N_("“{shown}”不是数字")
    INTEGER = "integer", N_("“{shown}”不是整数")
    MINIMUM = "minimum", N_("不能小于{limit}")
    MAXIMUM = "maximum", N_("不能大于{limit}")
    CHOICE = "choice", N_("“{shown}”不在可选的内容之中：{limit}")
    REPEATED = "repeated", N_("与第{row}行重复")
    EITHER = "required_either", N_("{names}至少要有一项")
    OTHER_HEADING = "other_heading", N_("自第{row}行起像是另一张表，表头不同，不能按现在的各列读取；请分成几张清单核验")


class Remark(Term):
    """What was noticed of a cell that is taken all the same."""

    PADDED = "padded_by_format", N_("数字，按单元格格式显示为{shown}，照显示的内容读取")
    NUMBER = "number_cell", N_("是数字{shown}，不是文本；原来若以0开头，0已被表格软件去掉，请核对")
    FRACTION = "fraction_cell", N_("是小数{shown}，不是文本；原来若以0结尾，0已被表格软件去掉，请核对")
    FORMULA = "formula", N_("是公式，读取的是上次保存的结果{shown}")
    UNREAD = "not_understood", N_("“{shown}”不在可选的内容之中，未使用：{limit}")
    UNUSED = "not_used", N_("{fault}；这一格不影响核验，未使用")
    NOTHING = "nothing_given", N_("“{shown}”按没有填写读取")
    NO_VALUE_OF_IT = "no_value_of_it", N_("“{shown}”不是这一列的内容，按没有填写读取；确有此名的，请写全")
    MERGED = "merged", N_("属于合并单元格{range}，各行都按“{shown}”读取")


class LeftOut(Term):
    """Why a row is not a line of the table."""

    SUBTOTAL = "subtotal", N_("小计、合计行")
    HEADING = "heading", N_("重复的表头")
    SECTION = "section", N_("分节标题行")
    FOOTNOTE = "footnote", N_("表下的说明或签署")
    NOTHING = "nothing_read", N_("所读各列都没有内容")
    COLUMNS = "column_numbers", N_("各列的编号")
    CONTINUED = "continued", N_("合并单元格的一行明细的续行")


class Notice(Term):
    """What was noticed of the file and the sheet."""

    SHEET = "sheet_chosen", N_("文件有{count}个工作表，读取的是“{sheet}”。")
    OTHER_LISTS = (
        "other_lists",
        N_("另有工作表也像清单，没有读取，其中的行没有核验：{names}。需要核验的，请选择该工作表再核验一次。"),
    )
    OTHER_SHEETS = "other_sheets", N_("其他工作表没有读取：{names}。")
    NO_HEADINGS = "no_headings", N_("没有表头行：从第1行起都按明细读取，各列按所选读取，不记住。")
    HIDDEN_SHEET = "sheet_hidden", N_("工作表“{sheet}”是隐藏的。")
    TITLE_ROWS = "title_rows", N_("表头在第{row}行，之上的{count}行按标题略过。")
    HIDDEN_COLUMNS = "hidden_columns", N_("隐藏的列也已读取：{names}。")
    SHOWN = (
        "columns_shown",
        N_("{names}列原来是隐藏或分组折叠的；旁边没有其他空列，添加的内容写在那里，因此已显示出来。"),
    )
    HIDDEN_ROWS = "hidden_rows", N_("隐藏的{count}行也已读取：第{rows}行。")
    FORMULAS = "formulas", N_("{count}个单元格是公式，读取的是上次保存的结果。")
    MERGES = "merges", N_("{count}个单元格取自合并单元格的内容。")
    LEFT_OUT = "left_out", N_("{count}行不是明细，未计入（{why}）：第{rows}行。")
    UNKNOWN_COLUMNS = "unknown_columns", N_("未使用的列：{names}。")
    REPEATED_COLUMNS = "repeated_columns", N_("另有一列作同一项，没有采用：{names}。")
    EXTERNAL = "external_links", N_("文件引用了其他文件，未予打开；只用已保存的内容。")
    ENCODING = "encoding", N_("csv文件按{encoding}编码、以“{delimiter}”分隔读取。")
    CSV_NUMBERS = "csv_numbers", N_("csv不保存单元格格式：数字开头的0若在导出前已丢失，无从发现，请核对。")


def refused(refusal: Refusal, field: str = "file", **values: object) -> Invalid:
    """The refusal of a whole file, in the reader's language, at the form's ``field``."""
    sentence = _(refusal.zh, **values)
    error = Invalid(sentence, [Shortfall(field, refusal.value, sentence)])
    error.code = refusal.value
    return error
