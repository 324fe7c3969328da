"""The national catalog at any date: editions, classes, regimes, standards; dated facts, never code."""
