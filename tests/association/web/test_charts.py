"""Charts are drawn on the server: widths in percent, letters that do not run into one another, nothing without figures."""

from association.web import charts
from association.web.charts import Series

TWO = [Series("合格", "good"), Series("未合格", "none")]


def test_nothing_is_drawn_without_figures():
    assert charts.bars("题", "文", [("甲", [0, 0], "0")], TWO) is None
    assert charts.columns("题", "文", []) is None


def test_the_longest_row_takes_the_width_and_the_others_their_share():
    chart = charts.bars("题", "文", [("甲", [3, 1], "4"), ("乙", [0, 2], "2")], TWO)
    assert chart is not None
    assert [(one.x, one.width) for one in chart.marks[0].blocks] == [("0.00%", "75.00%"), ("75.00%", "25.00%")]
    assert [(one.x, one.width, one.tone) for one in chart.marks[1].blocks] == [("0.00%", "50.00%", "none")]


def test_a_label_leaves_room_for_what_stands_at_the_end_of_its_row():
    assert charts.shortened("石家庄公司", "10") == "石家庄公司"
    cut = charts.shortened("石家庄市非常非常长的名称安防工程技术有限责任公司", "14人，其中外部证书4人")
    assert cut.endswith("…")
    assert 2 * len(cut) + 2 * len("14人，其中外部证书4人") <= charts.ROW_SIGNS + 4


def test_a_column_is_as_high_as_its_figure_and_one_is_seen_beside_a_thousand():
    chart = charts.columns("题", "文", [("1", "2026", 1000, "accent"), ("2", "", 1, "accent"), ("3", "", 0, "accent")])
    assert chart is not None
    assert [[block.height for block in one.blocks] for one in chart.marks] == [[charts.COLUMN_HEIGHT], [1], []]
    assert [one.said for one in chart.marks] == ["1000", "1", ""]
