"""The relations of a record put into a drawing and into a list, for the screen and for paper alike.

    facts(schema, show, around)         every fact as a line: who, what, remark
    draw(schema, show, around)          boxes and lines

In the middle stands the record, above it the group or the boss, below it the people in layers, at the left the
subsidiaries or firms, at the right who is tied to it. The layout is the same every time: it follows the order of
the rows and knows no chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from freecrm.core.custom import Schema
from freecrm.core.drawing import Box, Drawing, Line, Text
from freecrm.core.fields import Choice
from freecrm.core.pieces import Relations
from freecrm.core.rights import Unseen
from freecrm.core.words import _
from freecrm.store import relations
from freecrm.store.relations import Around, Bond, End, Seat

WIDE, FLAT, TALL = 190.0, 50.0, 74.0
"""A box: its width, its height without and with a plate."""
GAP, LAYER = 14.0, 34.0
HOOK, LABELLED = 20.0, 118.0
"""How far a box hangs from the line that leads to it: without and with a word on it."""
NEAR = WIDE + HOOK + 2 * GAP
"""A tree of people wider than this stands lower than what is beside the record."""
_COLUMN, _SIDE = 6, 10  # boxes below each other: of people under one, at the sides


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the list. bond, seat: what it is made of, so that it can be changed."""

    who: End
    relation: str
    detail: str
    bond: Bond | None = None
    seat: Seat | None = None


def facts(schema: Schema, show: Relations, around: Around) -> list[Fact]:
    """All that the drawing shows, as lines."""
    made = [
        Fact(bond.other, relations.words(schema, show, bond.kind, bond.out), bond.note, bond)
        for bond in around.bonds
    ]
    made += [Fact(end, _("Part of group"), "") for end in around.above]
    people = relations.is_place(schema, show, around.centre.entity)
    for seat in around.seats:
        detail = _(", ").join(text for text in (seat.work, _role(schema, show, seat)[0]) if text)
        if people:
            under = _("Reports to {name}").format(name=seat.boss.name) if seat.boss else _("Contact")
            made.append(Fact(seat.person, under, detail, seat=seat))
            continue
        made.append(Fact(seat.place, _("Works at"), detail))
        if seat.boss is not None:
            made.append(Fact(seat.boss, _("Reports to"), seat.place.name))
    made += [Fact(one.person, _("Is the boss of"), one.place.name) for one in around.reports]
    made += [Fact(end, _("Subsidiary"), "") for end in around.below]
    return made


def draw(schema: Schema, show: Relations, around: Around) -> Drawing:
    """The drawing of it."""
    return _Drawer(schema, show, around).made()


def _role(schema: Schema, show: Relations, seat: Seat) -> tuple[str, str, str]:
    """The role in the decision: word, icon, tint."""
    f = schema.fields(show.places).get("role")
    if not seat.role or not isinstance(f, Choice):
        return "", "", ""
    entry = next((one for one in f.options.entries if one.key == seat.role), None)
    icon = dict(show.icons).get(seat.role, "tag")
    return f.show(seat.role), icon, (entry.colour if entry is not None else "") or "neutral"


@dataclass(slots=True)
class _Node:
    """Somebody in the tree of a firm's people."""

    box: Box
    below: list[_Node]
    wide: float = 0.0
    seat: Seat | None = None


class _Drawer:
    def __init__(self, schema: Schema, show: Relations, around: Around) -> None:
        self.schema, self.show, self.around = schema, show, around
        self.drawing = Drawing()
        self.is_firm = relations.is_place(schema, show, around.centre.entity)
        seats = [*around.seats, *around.reports]
        self.height = TALL if any(seat.role for seat in seats) else FLAT

    def made(self) -> Drawing:
        around = self.around
        roots = self._people() if self.is_firm else [_Node(self._person(s), [], WIDE) for s in around.reports]
        above = self._above()
        wide = max(self._measure(roots), WIDE, len(above) * (WIDE + GAP) - GAP)
        middle, top = wide / 2, (FLAT + LAYER) if above else 0.0
        centre = self._end(around.centre, strong=True)
        centre = _at(centre, middle - WIDE / 2, top)
        self.drawing.boxes.append(centre)
        self._put_above(above, centre)
        near = wide > NEAR  # a wide tree stands below all of the rest, so that this stays together
        self._side(self._left(), centre, -1, edge=(centre.left if near else min(0.0, centre.left)) - 2 * GAP)
        self._side(
            self._right(), centre, 1, edge=(centre.right if near else max(wide, centre.right)) + 2 * GAP
        )
        if roots:
            said = "" if self.is_firm else _("Is the boss of")
            floor = self.drawing.height if near else centre.bottom
            self._below(roots, centre, middle - self._measure(roots) / 2, said, floor)
        return _shifted(self.drawing)

    # ---- boxes

    def _end(
        self, end: End, *, caption: str = "", plate: tuple[str, str, str] = ("", "", ""), strong: bool = False
    ) -> Box:
        declared = self.schema.entity(end.entity)
        word, icon, tint = plate
        spoken = _(", ").join(part for part in (end.name, caption, word) if part)
        height = self.height if word else FLAT
        return Box(
            None if isinstance(end.name, Unseen) else (end.entity, end.id), 0, 0, WIDE, height, end.name or "—", caption, word, icon, tint, declared.icon,
            strong, "group" not in declared.fields, spoken,
        )  # fmt: skip

    def _person(self, seat: Seat) -> Box:
        box = self._end(seat.person, caption=seat.work, plate=_role(self.schema, self.show, seat))
        return _at(box, 0, 0, self.height)

    def _above(self) -> list[tuple[Box, str]]:
        if self.is_firm:
            return [(self._end(end), _("Part of group")) for end in self.around.above]
        bosses = {seat.boss.id: seat for seat in self.around.seats if seat.boss is not None}
        return [
            (self._end(seat.boss, caption=seat.place.name), _("Reports to"))
            for seat in bosses.values()
            if seat.boss is not None
        ]

    def _left(self) -> list[tuple[Box, str]]:
        if self.is_firm:
            return [(self._end(end), _("Subsidiary")) for end in self.around.below]
        return [
            (
                self._end(seat.place, caption=seat.work, plate=_role(self.schema, self.show, seat)),
                _("Works at"),
            )
            for seat in self.around.seats
        ]

    def _right(self) -> list[tuple[Box, str]]:
        """Everybody tied to the record once, with all that ties them."""
        held: dict[End, list[Bond]] = {}
        for bond in self.around.bonds:
            held.setdefault(bond.other, []).append(bond)
        found = []
        for end, bonds in held.items():
            texts = dict.fromkeys(relations.words(self.schema, self.show, b.kind, b.out) for b in bonds)
            note = _(", ").join(dict.fromkeys(bond.note for bond in bonds if bond.note))
            said = _(", ").join(texts)
            box = self._end(end, caption=note)
            found.append((_speaking(box, f"{said} {box.spoken}"), said))
        return found

    # ---- the tree of people

    def _people(self) -> list[_Node]:
        """Who reports to nobody here, each with those below. Rings that another tool made are cut open."""
        nodes = {seat.person.id: _Node(self._person(seat), [], seat=seat) for seat in self.around.seats}
        strangers: dict[bytes, _Node] = {}
        over: dict[bytes, bytes] = {}
        for id, node in nodes.items():
            boss = node.seat.boss if node.seat is not None else None
            if boss is None or boss.id == id or self._rings(over, id, boss.id):
                continue
            over[id] = boss.id
            if boss.id not in nodes and boss.id not in strangers:
                box = self._end(boss, caption=_("has no position here any more"))
                strangers[boss.id] = _Node(_at(box, 0, 0, self.height), [])
        for id, boss_id in over.items():
            (nodes.get(boss_id) or strangers[boss_id]).below.append(nodes[id])
        return [*(node for id, node in nodes.items() if id not in over), *strangers.values()]

    @staticmethod
    def _rings(over: dict[bytes, bytes], id: bytes, boss: bytes) -> bool:
        at: bytes | None = boss
        while at is not None:
            if at == id:
                return True
            at = over.get(at)
        return False

    def _measure(self, nodes: Sequence[_Node]) -> float:
        """How wide these stand beside each other, with all that is below them."""
        for node in nodes:
            node.wide = max(WIDE, self._measure(node.below))
        inner = [node for node in nodes if node.below]
        leaves = len(nodes) - len(inner)
        parts = [node.wide for node in inner]
        if leaves:
            parts.append(_columns(leaves) * (HOOK + WIDE + GAP) - GAP)
        return sum(parts) + GAP * max(len(parts) - 1, 0)

    def _below(
        self, nodes: Sequence[_Node], over: Box, left: float, said: str = "", floor: float = 0.0
    ) -> None:
        """Put these below a box, from `left` on: those with others below first, then the others in columns.
        floor: nothing of them stands higher."""
        floor = max(floor, over.bottom)
        bus, top = floor + LAYER / 2, floor + LAYER
        ends: list[float] = []
        leaves = [node for node in nodes if not node.below]
        for node in (one for one in nodes if one.below):
            box = _at(node.box, left + (node.wide - WIDE) / 2, top)
            self.drawing.boxes.append(box)
            ends.append(box.centre[0])
            self.drawing.lines.append(Line(((box.centre[0], bus), (box.centre[0], top))))
            self._below(node.below, box, left + (node.wide - self._measure(node.below)) / 2)
            left += node.wide + GAP
        columns = _columns(len(leaves))
        rows = math.ceil(len(leaves) / columns) if leaves else 0
        for column in range(columns if leaves else 0):
            last = bus
            for row, node in enumerate(leaves[column * rows : (column + 1) * rows]):
                box = _at(node.box, left + HOOK, top + row * (self.height + GAP))
                self.drawing.boxes.append(box)
                last = box.centre[1]
                self.drawing.lines.append(Line(((left + HOOK / 2, last), (box.left, last))))
            self.drawing.lines.append(Line(((left + HOOK / 2, bus), (left + HOOK / 2, last))))
            ends.append(left + HOOK / 2)
            left += HOOK + WIDE + GAP
        middle = over.centre[0]
        self.drawing.lines.append(Line(((middle, over.bottom), (middle, bus))))
        self.drawing.lines.append(Line(((min(*ends, middle), bus), (max(*ends, middle), bus))))
        if said:
            self.drawing.texts.append(Text(middle + 6, bus - 5, LABELLED, said))

    # ---- above and beside

    def _put_above(self, above: Sequence[tuple[Box, str]], centre: Box) -> None:
        if not above:
            return
        bus = centre.top - LAYER / 2
        left = centre.centre[0] - (len(above) * (WIDE + GAP) - GAP) / 2
        ends = [centre.centre[0]]
        for box, _said in above:
            placed = _at(box, left, 0)
            self.drawing.boxes.append(placed)
            ends.append(placed.centre[0])
            self.drawing.lines.append(Line(((placed.centre[0], placed.bottom), (placed.centre[0], bus))))
            left += WIDE + GAP
        self.drawing.lines.append(Line(((min(ends), bus), (max(ends), bus))))
        self.drawing.lines.append(Line(((centre.centre[0], bus), (centre.centre[0], centre.top))))
        self.drawing.texts.append(Text(centre.centre[0] + 6, centre.top - 6, LABELLED, above[0][1]))

    def _side(self, boxes: Sequence[tuple[Box, str]], centre: Box, way: int, edge: float) -> None:
        """Columns of boxes at one side, way: -1 left, 1 right; the word on the line to each. edge: where the
        side begins."""
        if not boxes:
            return
        columns = math.ceil(len(boxes) / _SIDE)
        rows = math.ceil(len(boxes) / columns)
        y, step = centre.centre[1], max(box.height for box, _said in boxes) + GAP
        start = centre.right if way > 0 else centre.left
        spine = edge
        for column in range(columns):
            here = boxes[column * rows : (column + 1) * rows]
            far = spine + way * LABELLED
            for row, (box, said) in enumerate(here):
                middle = y + row * step
                left = far if way > 0 else far - WIDE
                self.drawing.boxes.append(_at(box, left, middle - box.height / 2))
                self.drawing.lines.append(Line(((spine, middle), (far, middle)), dashed=True))
                at = min(spine, far) + 6
                self.drawing.texts.append(Text(at, middle - 5, LABELLED - 12, said, right=way < 0))
            if here:
                last = y + (len(here) - 1) * step
                self.drawing.lines.append(Line(((spine, y), (spine, last)), dashed=True))
                # over the boxes of the columns before, where they leave room above the first row
                over = y if column == 0 else y - step / 2
                path = (
                    ((start, y), (spine, y))
                    if column == 0
                    else ((edge, y), (edge, over), (spine, over), (spine, y))
                )
                self.drawing.lines.append(Line(path, dashed=True))
            spine = far + way * (WIDE + GAP)


def _columns(count: int) -> int:
    """In how many columns so many boxes hang below one."""
    return max(1, math.ceil(count / _COLUMN) if count <= 4 * _COLUMN else math.ceil(math.sqrt(count / 3)))


def _at(box: Box, left: float, top: float, height: float = 0.0) -> Box:

    return replace(box, left=left, top=top, height=height or box.height)


def _speaking(box: Box, spoken: str) -> Box:

    return replace(box, spoken=spoken)


def _shifted(drawing: Drawing) -> Drawing:
    """The same with its left upper corner at 0, 0."""
    left = min(box.left for box in drawing.boxes)
    top = min(
        *(box.top for box in drawing.boxes),
        *(y for line in drawing.lines for _x, y in line.points),
        math.inf,
    )
    return Drawing(
        [_at(box, box.left - left, box.top - top) for box in drawing.boxes],
        [Line(tuple((x - left, y - top) for x, y in line.points), line.dashed) for line in drawing.lines],
        [Text(text.left - left, text.y - top, text.width, text.text, text.right) for text in drawing.texts],
    )
