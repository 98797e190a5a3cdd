"""Where a sheet's table begins, what its columns are called, and which rows are no data.

Lists that people keep have a title over the header, two header rows, a totals row at the end,
notes on a second sheet. `layout` finds the header from the first rows; sieve.py lets the data
rows through.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from freecrm.core.words import N_, Said, say
from freecrm.exchange.sheets import Cell, Row, letters

LOOKED_AT = 200
"""Rows that `layout` wants to see where the file has them."""

_HIGHEST_HEADER = 30
_LONGEST_HEAD = 40

_KNOWN = re.compile(
    r"序号|编号|编码|代码|客户|公司|单位|企业|名称|姓名|名字|联系|手机|电话|座机|传真|邮箱|邮件|微信|地址|省份?|城市|"
    r"地区|区域|行业|级别|等级|类型|分类|状态|来源|业务员|负责人|跟进|部门|职务|职位|备注|说明|日期|时间|生日|性别|"
    r"金额|欠款|余额|数量|单价|网址|网站|税号|邮编|标签|规格|型号|产品|品牌|\bqq\b|"
    r"name|company|account|customer|client|contact|phone|mobile|\btel\b|e-?mail|address|city|state|province|"
    r"country|industry|sector|status|source|owner|agent|grade|type|category|note|remark|comment|date|birthday|"
    r"amount|price|revenue|employees|website|\burl\b|\bid\b|\bno\b|title|department|tags?\b|zip|postal|fax",
    re.I,
)
_VALUE = re.compile(
    r"[\s¥¥$€£+\-(]*\d[\d\s,.\-/:()年月日%元万+#*~]*(?:转\d+|分机\d+)?|.*\d{5,}.*|[^@\s]+@[^@\s]+\.\w+|"
    r"\d+\s*(?:元|万|万元|个|台|人|岁)|https?://\S+|www\.\S+",
    re.I,
)
_YEAR = re.compile(r"(?:19|20)\d\d年?|\d{1,2}月(?:份)?|Q[1-4]")


@dataclass
class Layout:
    """How a sheet is laid out.

    header_row: its row number in the file (the lower one of two), 0 where there is none.
    heads: one a column kept, never blank, never twice the same. columns: where each stands in
    the file's rows, from 0. first_data_row: row number. score: how much the sheet looks like a
    table; 0 is no table.
    """

    header_row: int
    heads: list[str]
    columns: list[int]
    first_data_row: int
    score: float = 0.0
    header_rows: tuple[int, ...] = ()
    notes: list[Said] = field(default_factory=list)


def layout(
    rows: Sequence[Row],
    header_row: int | None = None,
    merged: Iterable[tuple[int, int, int, int]] = (),
) -> Layout:
    """The layout of a sheet that begins with `rows`.

    header_row: a row number to take as header, 0 for «there is none», `None` to find it.
    merged: ranges as in `Sheet.merged`.
    """
    filled = [(n, _trimmed(cells)) for n, cells in rows]
    filled = [(n, cells) for n, cells in filled if cells]
    if not filled:
        return Layout(0, [], [], 1)
    if header_row is None:
        at = _find(filled)
    else:
        at = next((i for i, (n, _) in enumerate(filled) if n == header_row), None) if header_row else None
    if at is None:
        return _headless(filled)
    group = _group_row(filled, at, list(merged))
    lower = at
    below = at + 1 < len(filled) and header_row is None and group is None
    if below and _group_row(filled, at + 1, list(merged)) == at:
        group, lower = at, at + 1
    return _with_header(filled, lower, group, list(merged))


def _trimmed(cells: Sequence[Cell]) -> list[Cell]:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return list(cells[:end])


def _find(filled: list[tuple[int, list[Cell]]]) -> int | None:
    """Index of the row that looks most like a header, `None` where all look like data."""
    best, best_score = None, 0.0
    widest = _usual_width(filled)
    for at, (_, cells) in enumerate(filled[:_HIGHEST_HEADER]):
        score = _header_score(cells, filled[at + 1 : at + 40], widest)
        if score > best_score + 1e-9:
            best, best_score = at, score
    return best


def _usual_width(filled: list[tuple[int, list[Cell]]]) -> int:
    counts = sorted(sum(c is not None for c in cells) for _, cells in filled)
    return counts[int(len(counts) * 0.75)] if len(counts) > 1 else counts[0]


def _header_score(cells: list[Cell], below: list[tuple[int, list[Cell]]], widest: int) -> float:
    texts = [c for c in cells if c is not None]
    if any(not isinstance(c, str) for c in texts if not _is_year_head(c)):
        return 0.0
    words = [str(c).strip() for c in texts]
    if len(words) < min(2, widest) or len(words) < 0.4 * widest:
        return 0.0
    if any(len(w) > _LONGEST_HEAD or _VALUE.fullmatch(w) for w in words if not _is_year_head(w)):
        return 0.0
    known = sum(1 for w in words if len(w) <= 20 and _KNOWN.search(w)) / len(words)
    distinct = len(set(words)) / len(words)
    unlike = _unlike_below(cells, below)
    full = min(1.0, len(words) / max(1, widest))
    if known < 0.2 and unlike == 0.0:
        # Nothing speaks for a header but its place: a column of names with other names below it.
        return 0.0 if below and len(words) > 1 else 0.1 * known
    return 2 * known + unlike + 0.5 * distinct + full


def _is_year_head(cell: Cell) -> bool:
    """Years and months as heads of a cross table: 2025, 1月."""
    if isinstance(cell, int):
        return 1990 <= cell <= 2100
    return isinstance(cell, str) and _YEAR.fullmatch(cell.strip()) is not None


def _unlike_below(cells: list[Cell], below: list[tuple[int, list[Cell]]]) -> float:
    """Share of the columns whose cells below are values (numbers, dates, phones) and no words."""
    columns = values = 0
    for column, head in enumerate(cells):
        under = [row[column] for _, row in below if column < len(row) and row[column] is not None]
        if head is None or not under:
            continue
        columns += 1
        alike = sum(1 for c in under if not isinstance(c, str) or _VALUE.fullmatch(c.strip()))
        values += alike * 2 > len(under)
    return values / columns if columns else 0.0


def _group_row(
    filled: list[tuple[int, list[Cell]]], at: int, merged: list[tuple[int, int, int, int]]
) -> int | None:
    """Index of the row of group heads over the header at `at`, where there is one."""
    if at == 0 or filled[at - 1][0] != filled[at][0] - 1:
        return None
    number, upper = filled[at - 1]
    lower = filled[at][1]
    words = [c for c in upper if c is not None]
    if any(not isinstance(c, str) or len(c) > _LONGEST_HEAD or _VALUE.fullmatch(c.strip()) for c in words):
        return None
    if any(not isinstance(c, str) or _VALUE.fullmatch(c.strip()) for c in lower if c is not None):
        return None
    spans = [m for m in merged if m[0] <= number <= m[2]]
    width = max(len(upper), len(lower))
    if len(words) < 2 or any(m[3] - m[1] + 1 >= width for m in spans if m[0] == m[2]):
        return None
    grouped = any(m[0] == m[2] and m[3] > m[1] for m in spans)
    above = {c for c, cell in enumerate(upper) if cell is not None}
    beneath = {c for c, cell in enumerate(lower) if cell is not None}
    known = any(isinstance(c, str) and _KNOWN.search(c) for c in lower)
    if grouped or (beneath - above and above - beneath and (spans or known)):
        return at - 1
    return None


def _with_header(
    filled: list[tuple[int, list[Cell]]],
    at: int,
    group: int | None,
    merged: list[tuple[int, int, int, int]],
) -> Layout:
    number, lower = filled[at]
    below = filled[at + 1 :]
    width = max([len(lower), *(len(cells) for _, cells in below)], default=0)
    names = [head_text(lower[c]) if c < len(lower) else "" for c in range(width)]
    header_rows: tuple[int, ...] = (number,)
    if group is not None:
        names = _joined(filled[group], names, merged)
        header_rows = (filled[group][0], number)
    made = Layout(number, [], [], number + 1, header_rows=header_rows)
    used = {c for _, cells in below for c, cell in enumerate(cells) if cell is not None}
    _name_columns(made, names, used)
    title = filled[group if group is not None else at][0] - filled[0][0]
    if title:
        made.notes.append(
            say(
                N_("The header is row {row}; what stands above it is a title and was left out."),
                row=made.header_row,
            )
        )
    if group is not None:
        made.notes.append(
            say(
                N_("The header has two rows, {rows}; they were joined, for example “{head}”."),
                rows=[str(n) for n in header_rows],
                head=next((h for h in made.heads if "/" in h), made.heads[0] if made.heads else ""),
            )
        )
    rows = sum(1 for _, cells in below if sum(c is not None for c in cells) >= min(2, len(made.heads)))
    made.score = len(made.heads) * rows if len(made.heads) > 1 or rows else 0.0
    return made


def _headless(filled: list[tuple[int, list[Cell]]]) -> Layout:
    used = sorted({c for _, cells in filled for c, cell in enumerate(cells) if cell is not None})
    made = Layout(0, [letters(c) for c in used], used, filled[0][0])
    wide = [cells for _, cells in filled if sum(c is not None for c in cells) >= 2]
    if len(wide) >= 2 and len(wide) * 2 >= len(filled) and len(used) <= 1000:
        made.score = 0.5 * len(used) * len(wide)
        made.notes.append(
            say(
                N_(
                    "No header row was found: every row looks like data. The columns are called {heads} "
                    "after their place; give each its field."
                ),
                heads=made.heads[:12],
            )
        )
    return made


def _name_columns(made: Layout, names: list[str], used: set[int]) -> None:
    lettered: list[str] = []
    twice: list[str] = []
    taken: set[str] = set()
    for column, name in enumerate(names):
        if not name and column not in used:
            continue
        if not name:
            name = letters(column)
            lettered.append(name)
        head, n = name, 1
        while head in taken:
            n += 1
            head = f"{name} {n}"
        if n > 1:
            twice.append(name)
        taken.add(head)
        made.heads.append(head)
        made.columns.append(column)
    if lettered:
        made.notes.append(
            say(N_("Columns without a head are called after their place: {columns}."), columns=lettered[:12])
        )
    if twice:
        made.notes.append(
            say(N_("Several columns have the same head; they were numbered: {heads}."), heads=twice[:12])
        )


def head_text(cell: Cell) -> str:
    """A cell as a column's name: one line, without the star of required columns."""
    if cell is None:
        return ""
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return re.sub(r"\s+", " ", str(cell)).strip().strip("*").strip()


def _joined(
    upper_row: tuple[int, list[Cell]], lower: list[str], merged: list[tuple[int, int, int, int]]
) -> list[str]:
    number, upper = upper_row
    spans = [m for m in merged if m[0] <= number <= m[2]]
    names = []
    over = ""
    for column, name in enumerate(lower):
        own = head_text(upper[column]) if column < len(upper) else ""
        if own:
            over = own
        elif spans and not any(m[1] <= column <= m[3] for m in spans):
            over = ""  # merged ranges are known, and this column is in none of them
        if not name:
            names.append(own)
        else:
            names.append(name if not over or over == name else f"{over}/{name}")
    return names
