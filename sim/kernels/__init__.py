"""Pure functions on arrays: scalars and arrays in, arrays out, no model, no logging."""
