"""The file formats: checked whole at the door, trusted behind it."""
