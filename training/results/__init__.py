"""What examinations came to, for those whom it concerns: learners, their enterprises with consent; and appeals."""
