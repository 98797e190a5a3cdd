"""Reminders on the screen: the desk that watches the clock, the popup, the sign beside the clock."""
