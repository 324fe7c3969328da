"""Charts are drawn on the server: widths in percent, letters that do not run into one another, nothing without figures."""

from association.web import charts
from association.web.charts import Axis, Point, Series

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


def test_a_bar_may_be_a_share_of_a_whole_that_no_bar_reaches() -> None:
    chart = charts.bars("题", "", [("A", [3, 0], "3"), ("B", [0, 0], "0")], TWO, whole=4)
    assert chart is not None
    assert [[block.width for block in one.blocks] for one in chart.marks] == [["75.00%"], []]
    nobody = charts.bars("题", "", [("A", [0, 0], "0")], TWO, whole=4)
    assert nobody is not None
    assert nobody.marks[0].said == "0", "that nobody chose it is said too"


ACROSS = Axis("难度", [(0, "0"), (0.5, "0.5"), (1, "1")])
UP = Axis("区分度", [(-0.5, "-0.5"), (0, "0"), (1, "1.0")])


def test_nothing_lies_in_an_empty_field() -> None:
    assert charts.scatter("题", "文", [], ACROSS, UP) is None


def test_each_dot_lies_on_its_scales_and_what_lies_outside_is_drawn_at_the_edge() -> None:
    chart = charts.scatter("题", "文", [Point("1", 0, -1), Point("2", 0.5, 0.25), Point("3", 1, 1)], ACROSS, UP)
    assert chart is not None
    place = {one.said: (one.x, one.y) for one in chart.dots}
    middle = f"{(charts.LEFT + charts.RIGHT) / 2:.2f}%"
    assert place["1"] == (f"{charts.LEFT}.00%", charts.BOTTOM)
    assert place["2"] == (middle, (charts.TOP + charts.BOTTOM) // 2)
    assert place["3"] == (f"{charts.RIGHT}.00%", charts.TOP)
    assert [one.said for one in chart.rules] == ["0", "0.5", "1", "-0.5", "0", "1.0"]


def test_what_lies_in_one_place_is_one_dot_with_its_names_and_full_only_when_all_of_it_is() -> None:
    points = [Point(str(number), 0.5, 0, full=number != 3) for number in range(1, 5)]
    chart = charts.scatter("题", "文", [*points, Point("9", 0, 1)], ACROSS, UP)
    assert chart is not None
    assert [(one.said, one.full) for one in chart.dots] == [("9", True), ("1、2 +2", False)]


def test_names_of_neighbours_do_not_stand_on_each_other() -> None:
    chart = charts.scatter("题", "文", [Point(str(one), 0.5 + one / 10, 0) for one in range(1, 6)], ACROSS, UP)
    assert chart is not None
    assert [one.at > one.y for one in chart.dots] == [False, True, False, True, False]
    assert [one.before for one in chart.dots] == [False, False, True, True, True], "nor over the edge"
