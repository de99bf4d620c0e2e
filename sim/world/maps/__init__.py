"""Where worlds come from: a county's facts, or real files."""
