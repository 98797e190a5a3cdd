"""The business, module by module. This list is the order: a module uses only those before it."""

from __future__ import annotations

from functools import cache

from freecrm.core import custom
from freecrm.core.module import Model, model_of


@cache
def model() -> Model:
    """All modules of FreeCRM put together."""
    from freecrm.modules import (
        activities,
        customers,
        deals,
        details,
        occasions,
        orders,
        points,
        products,
        quotes,
        receivables,
        reports,
        scores,
        team,
        ties,
        today,
        users,
        views,
    )

    return model_of(
        (
            custom.MODULE,
            details.MODULE,
            users.MODULE,
            team.MODULE,
            ties.MODULE,
            occasions.MODULE,
            points.MODULE,
            customers.MODULE,
            activities.MODULE,
            products.MODULE,
            deals.MODULE,
            quotes.MODULE,
            orders.MODULE,
            receivables.MODULE,
            reports.MODULE,
            today.MODULE,
            scores.MODULE,
            views.MODULE,
        )
    )
