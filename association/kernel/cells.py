"""Texts that go into a spreadsheet. Pure."""

# A spreadsheet takes what begins so for a formula, and would run it on the reader's machine.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain_cell(value: object) -> str:
    """``value`` as a cell that stays text: what a spreadsheet would take for a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text
