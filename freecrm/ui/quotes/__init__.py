"""A quote on its page: the grid of its lines with live totals, its versions side by side."""
