"""Practice scored by two examiners, each by themselves; a third, or a decision in common, when they are too far apart."""
