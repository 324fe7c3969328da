"""Benchmarks: figures are ratios to a baseline measured in the same run, never milliseconds to pass or fail."""
