"""The page of one record, put together from what the modules declare (`core/pieces.py`)."""
