"""What a run means: figures, scorecards, verification against published cases."""
