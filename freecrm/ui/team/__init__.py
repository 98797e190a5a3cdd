"""The team as the window shows it: the line in the status bar, joining, the settings."""
