"""Relief supply: goods from stores over docks, trucks and aircraft to people, piece by piece."""
