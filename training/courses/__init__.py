"""Courses, their syllabus versions, rooms and trainers (``/training/courses``; Art. 18 item 5)."""
