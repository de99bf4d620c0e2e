"""What people in posts decide and teams do: reports, clauses, and one workflow a file."""
