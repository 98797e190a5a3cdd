"""Leads in the window: the dialog that converts one, the commands, the rules in the settings."""
