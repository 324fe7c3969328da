"""Attendance (Art. 18 item 5): who was in which lesson from when to when, as it was seen, and the minutes that follow."""
