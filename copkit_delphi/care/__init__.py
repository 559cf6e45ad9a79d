"""Care of an installation: backup, restore and what the doctor looks at. Knows every table by its name only."""
