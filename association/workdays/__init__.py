"""Working days, with holidays and make-up days as they were announced."""
