"""How a list is arranged: filter, order, groups, columns, row height. A saved view is one of these with a name;
as data it holds words (this week, me), and nothing that another file or program would not understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from freecrm.core.fields import Field
from freecrm.core.filters import Filters, from_data, to_data
from freecrm.core.module import List
from freecrm.core.query import Group, Query, Sort

TITLE_MOST = 40  # characters
LEVELS = 3  # of groups, and of orders
MEASURES = ("sum", "average", "least", "most", "filled")
WAYS = ("when", "month", "year")
NO_FILTER = Filters()
DENSITIES = ("comfortable", "compact", "touch")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """columns: shown, in order. widths: of those dragged by hand, at 100 %. frozen: how many columns at the
    left stay in sight. measures: what the footer says of a column. density: "" = as elsewhere. titles: what
    columns are called here and nowhere else."""

    columns: tuple[str, ...]
    filters: Filters = NO_FILTER
    sort: tuple[Sort, ...] = ()
    group: tuple[Group, ...] = ()
    widths: tuple[tuple[str, int], ...] = ()
    frozen: int = 1
    measures: tuple[tuple[str, str], ...] = ()
    density: str = ""
    titles: tuple[tuple[str, str], ...] = ()

    def query(self, entity: str, words: str = "") -> Query:
        """The question of a list that is arranged so."""
        return Query(entity, self.filters.condition, self.sort, words, self.group)

    def like(self, other: Arrangement) -> bool:
        """Whether a list looks the same; a row height that one leaves open is no difference."""
        if not self.density or not other.density:
            return replace(self, density="") == replace(other, density="")
        return self == other


def arrangement_of(page: List) -> Arrangement:
    """How a list is arranged by its declaration."""
    sort = (Sort(page.sort.lstrip("-"), page.sort.startswith("-")),) if page.sort else ()
    return Arrangement(page.columns, sort=sort)


# ---- as data


def to_plain(of: Arrangement) -> dict[str, Any]:
    """An arrangement as JSON takes it."""
    return {
        "columns": list(of.columns),
        "filters": to_data(of.filters),
        "sort": [[one.field, one.down] for one in of.sort],
        "group": [[one.field, one.by, one.down] for one in of.group],
        "widths": dict(of.widths),
        "frozen": of.frozen,
        "measures": dict(of.measures),
        "density": of.density,
        "titles": dict(of.titles),
    }


def from_plain(data: Any, page: List, fields: Mapping[str, Field]) -> Arrangement:
    """The arrangement that `to_plain` gave, without what this file does not have (a custom field that was
    removed, words of a newer program). Never raises."""
    plain = arrangement_of(page)
    if not isinstance(data, dict):
        return plain
    columns = tuple(dict.fromkeys(name for name in _items(data, "columns") if _known(name, fields)))
    sort = tuple(Sort(one[0], one[1] is True) for one in _items(data, "sort") if _is(one, 2, fields))
    group = tuple(
        Group(one[0], one[1], one[2] is True)
        for one in _items(data, "group")
        if _is(one, 3, fields) and one[1] in ("", *WAYS)
    )
    widths = {
        n: w for n, w in _pairs(data, "widths") if _known(n, fields) and type(w) is int and 0 < w < 5000
    }
    measures = {n: m for n, m in _pairs(data, "measures") if _known(n, fields) and m in MEASURES}
    titles = {n: t for n, t in _pairs(data, "titles") if _known(n, fields) and is_title(t)}
    frozen, density = data.get("frozen"), data.get("density")
    return Arrangement(
        columns or plain.columns,
        from_data(data.get("filters"), fields),
        sort[:LEVELS],
        group[:LEVELS],
        tuple(sorted(widths.items())),
        frozen if type(frozen) is int and 0 <= frozen <= len(columns) else 1,
        tuple(sorted(measures.items())),
        density if density in DENSITIES else "",
        tuple(sorted(titles.items())),
    )


def is_title(text: object) -> bool:
    """Whether a text may stand in the head of a column."""
    return isinstance(text, str) and 0 < len(text.strip()) <= TITLE_MOST and text.isprintable()


def _known(name: object, fields: Mapping[str, Field]) -> bool:
    return isinstance(name, str) and name in fields and not fields[name].hidden


def _items(data: dict[str, Any], key: str) -> list[Any]:
    held = data.get(key)
    return held if isinstance(held, list) else []


def _pairs(data: dict[str, Any], key: str) -> list[tuple[Any, Any]]:
    held = data.get(key)
    return list(held.items()) if isinstance(held, dict) else []


def _is(held: Any, size: int, fields: Mapping[str, Field]) -> bool:
    return isinstance(held, list) and len(held) == size and _known(held[0], fields)
