"""People in a run: columns of residents, what they hear, decide and suffer, and their Mesa face."""
