"""What many runs say about plans: pure functions on tables of key figures; no model is run here."""
