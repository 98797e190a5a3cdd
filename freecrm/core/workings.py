"""All functions that derived fields are worked out by (`derive.Worked`), by their names."""

from __future__ import annotations

from freecrm.core import agenda, ordering, selling, totals

FUNCTIONS = {**agenda.FUNCTIONS, **selling.FUNCTIONS, **totals.FUNCTIONS, **ordering.FUNCTIONS}
