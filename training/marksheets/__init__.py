"""Marks from a workbook (Art. 18 item 5): as the marker has them, checked row by row before anything is entered."""
