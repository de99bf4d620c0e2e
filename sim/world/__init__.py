"""The ground, the roads, the buildings, the facilities and where people live."""
