"""The relations of a record as a drawing: whole, never one box over another, always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.drawing import Box, Drawing
from freecrm.core.pieces import Relations, Tab
from freecrm.exchange import relation_chart
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.pdf.sheet import Paper
from freecrm.exchange.printing import Wishes
from freecrm.exchange.relation_print import ChartPrint
from freecrm.modules import model
from freecrm.store import relations
from freecrm.store.database import Store
from tests.store.samples import open_in, raw


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_in(tmp_path)
    yield opened
    opened.close()


def show() -> Relations:
    tab = next(tab for tab in model().pieces("customer", Tab) if isinstance(tab.show, Relations))
    assert isinstance(tab.show, Relations)
    return tab.show


def drawn(store: Store, entity: str, id: bytes) -> Drawing:
    around = relations.around(store.reader(), entity, id, show())
    return relation_chart.draw(store.schema, show(), around)


def firm(store: Store, bosses: list[int | None], ties: int = 0, below: int = 0) -> tuple[bytes, list[bytes]]:
    """A firm whose people report to those of these numbers."""
    people: list[bytes] = []
    with store.step("x") as step:
        group = step.insert("customer", {"name": "云杉谷集团"})
        id = step.insert("customer", {"name": "云杉谷酒店", "group": group})
        for at, boss in enumerate(bosses):
            job = {"customer": id, "job": "经理", "role": "decider" if not at else None}
            above = people[boss] if boss is not None else None
            people.append(
                step.insert("contact", {"name": f"员工{at}", "jobs": [{**job, "reports_to": above}]})
            )
        for at in range(ties):
            other = step.insert("customer", {"name": f"伙伴{at}"})
            given = {"kind": "partner", "parent": other, "parent_entity": "customer", "customer": id}
            step.insert("tie", given)
        for at in range(below):
            step.insert("customer", {"name": f"分公司{at}", "group": id})
    return id, people


def overlap(one: Box, other: Box) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


RANDOM = random.Random(4)
FIRMS: dict[str, tuple[list[int | None], int, int]] = {
    "nobody": ([], 0, 0),
    "one": ([None], 1, 1),
    "flat": ([None] * 200, 3, 3),
    "chain": ([None, *range(150)], 30, 0),
    "mixed": ([None, *(RANDOM.randrange(at) if at % 4 else None for at in range(1, 200))], 25, 25),
    "many ties": ([None, 0, 0], 60, 45),
}


@pytest.mark.parametrize("name", FIRMS)
def test_every_box_has_a_place_of_its_own(store: Store, name: str) -> None:
    bosses, ties, below = FIRMS[name]
    id, _people = firm(store, bosses, ties, below)
    drawing = drawn(store, "customer", id)
    assert len(drawing.boxes) == 2 + len(bosses) + ties + below
    assert not [(a.title, b.title) for a, b in combinations(drawing.boxes, 2) if overlap(a, b)]
    assert min(box.left for box in drawing.boxes) == min(box.top for box in drawing.boxes) == 0
    assert all(x1 == x2 or y1 == y2 for line in drawing.lines for (x1, y1), (x2, y2) in line.parts())
    assert drawing == drawn(store, "customer", id)


def test_a_boss_stands_above_and_roles_are_words_with_icons(store: Store) -> None:
    id, _people = firm(store, [None, 0, 0, 1])
    boxes = {box.title: box for box in drawn(store, "customer", id).boxes}
    assert boxes["云杉谷集团"].bottom < boxes["云杉谷酒店"].top
    assert boxes["云杉谷酒店"].bottom < boxes["员工0"].top
    assert boxes["员工0"].bottom < boxes["员工1"].top
    assert boxes["员工1"].bottom < boxes["员工3"].top
    assert (boxes["员工0"].plate, boxes["员工0"].plate_icon) == ("Decides", "circle-check")
    assert boxes["员工0"].spoken == "员工0, 经理, Decides"


def test_relations_in_a_ring_and_rings_of_bosses_are_drawn(store: Store) -> None:
    id, people = firm(store, [None, None, 0])
    for owner, other in ((people[0], people[1]), (people[1], people[0])):
        with store.step("x") as step:
            given = {"kind": "referred_by", "parent": owner, "parent_entity": "contact", "contact": other}
            step.insert("tie", given)
    raw(store, "UPDATE job SET reports_to = ? WHERE parent = ?", people[1], people[0])  # past the door
    raw(store, "UPDATE job SET reports_to = ? WHERE parent = ?", people[0], people[1])
    assert len(drawn(store, "customer", id).boxes) == 5
    around = relations.around(store.reader(), "contact", people[0], show())
    said = [fact.relation for fact in relation_chart.facts(store.schema, show(), around) if fact.bond]
    assert said == ["Recommended by", "Recommended"]
    texts = [text.text for text in drawn(store, "contact", people[0]).texts]
    assert "Recommended by, Recommended" in texts


def test_a_boss_who_left_stands_there_as_one_who_did(store: Store) -> None:
    id, people = firm(store, [None, 0])
    with store.step("x") as step:
        step.delete("job", raw(store, "SELECT id FROM job WHERE parent = ?", people[0])[0][0])
    captions = {box.title: box.caption for box in drawn(store, "customer", id).boxes}
    assert captions["员工0"] == "has no position here any more"


def test_a_person_is_in_the_middle_of_firms_boss_and_people(store: Store) -> None:
    id, people = firm(store, [None, 0, 1])
    boxes = {box.title: box for box in drawn(store, "contact", people[1]).boxes}
    assert boxes.keys() == {"云杉谷酒店", "员工0", "员工1", "员工2"}
    assert boxes["员工1"].strong
    assert boxes["员工0"].bottom < boxes["员工1"].top < boxes["员工1"].bottom < boxes["员工2"].top
    assert boxes["云杉谷酒店"].right < boxes["员工1"].left
    assert boxes["云杉谷酒店"].key == ("customer", id)


def printed(store: Store, drawing: Drawing, path: Path, size: str = "A4") -> list[str]:
    made = ChartPrint(store, "Relations", drawing).make(path, Wishes(Paper(size)))
    pages = Pages(made.path)
    texts = [pages.text(at) for at in range(made.pages)]
    pages.close()
    return texts


def test_the_drawing_prints_on_one_page_where_it_can_be_read(store: Store, tmp_path: Path) -> None:
    id, _people = firm(store, [None, 0, 0, 1, 1, 2], 2, 2)
    texts = printed(store, drawn(store, "customer", id), tmp_path / "a.pdf")
    assert len(texts) == 1
    for text in ("云杉谷集团", "员工5", "伙伴1", "分公司0", "Business partner", "Decides"):
        assert text in texts[0]


@pytest.mark.parametrize("size", ["A4", "A5"])
def test_a_large_one_goes_over_pages_and_loses_nobody(store: Store, tmp_path: Path, size: str) -> None:
    bosses, ties, below = FIRMS["mixed"]
    id, _people = firm(store, bosses, ties, below)
    texts = printed(store, drawn(store, "customer", id), tmp_path / "a.pdf", size)
    assert len(texts) > 1
    words: list[Any] = " ".join(texts).split()
    for at in range(len(bosses)):
        assert words.count(f"员工{at}") == 1
