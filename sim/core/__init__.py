"""What every room of the house uses: errors, registries, chance, units, events, files, words."""
