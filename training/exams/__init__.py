"""Examinations: sittings, question bank and papers, marks, practice by two examiners, appeals, results."""
