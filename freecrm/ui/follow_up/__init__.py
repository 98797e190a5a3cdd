"""Writing follow-ups: the kinds, the next step, the people, the phrases; the box around them is `composer.py`."""
