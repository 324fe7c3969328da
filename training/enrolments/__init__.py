"""Enrolment from a workbook (Art. 18 item 5): a roster as the enterprise or the desk has it, checked row by row."""
