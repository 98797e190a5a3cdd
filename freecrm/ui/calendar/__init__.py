"""The calendar: a page over the activities of a file, painted by one widget a view.

`page.py` puts it together; `view.py` is what all views share (items, cursor, keys, gestures), `layout.py` where
things stand (no Qt), `paint.py` how an item looks. What is done to activities is done by `acting.py`.
"""
