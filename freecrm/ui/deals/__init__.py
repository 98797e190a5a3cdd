"""Deals in the window: the bar of stages, what is asked before a move, the time in each stage."""
