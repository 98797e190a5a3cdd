"""The page with the reports; what there is to report stands in `store/report_kinds.py`."""

from __future__ import annotations

from freecrm.core.module import Module, Screen
from freecrm.core.words import N_

MODULE = Module(
    "reports",
    (),
    screens=(
        Screen("reports", N_("Reports"), "chart-column", place=60),
        Screen("targets", N_("Sales targets"), "target", place=61, under="reports"),
    ),
)
