"""The pipeline: its deals as cards in columns of stages, or in months of what they are expected to bring.

`shown.py` reads it as one answer in the background and turns it into lanes; `surface.py` paints lanes and cards,
`view.py` has the keys and gestures; what the user wants goes out as signals, `acting.py` does it.
"""
