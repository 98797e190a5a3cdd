"""The filter of a list: chips in words, and the panel that makes one."""

from freecrm.ui.filters.bar import FilterBar

__all__ = ["FilterBar"]
