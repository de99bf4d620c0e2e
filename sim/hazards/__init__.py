"""One file a hazard; hazards write layers and never heard of people."""
