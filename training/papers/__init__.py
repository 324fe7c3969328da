"""Theory on screen: papers drawn by a blueprint, answered, marked, looked at again; what a question is worth."""
