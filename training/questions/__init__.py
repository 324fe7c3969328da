"""The question bank of theory on screen: questions in versions, import from a workbook, what a blueprint lacks."""
