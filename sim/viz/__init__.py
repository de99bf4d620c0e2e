"""All pictures and the report; nothing here computes a figure or touches a model."""
