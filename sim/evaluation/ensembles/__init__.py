"""Many runs: plans x disasters, on all cores or a cluster, into one store that survives a kill."""
