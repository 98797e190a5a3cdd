"""Every double in a file: who to compare, and which of them belong together.

Comparing all with all is out of the question, so only records that share something are compared
(a phone, a mail, the name in one of its forms, a contact and a character). What many share (the
switchboard of a tower, a chain of 5,000 shops) is put in order and compared with its next ones only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from freecrm.core import phones, pinyin
from freecrm.core.jobs import Progress
from freecrm.core.numbering import same_code
from freecrm.core.words import N_, say
from freecrm.exchange.doubles import LIKELY, SURE, Profile, Score, likeness, profile, score, strangers
from freecrm.store import profiles
from freecrm.store.database import Store

WHOLE_BLOCK = 40
"""Records that share something are all compared with each other up to this many."""
NEXT_ONES = 8
"""In a larger block each is compared with so many that follow it."""
LARGEST_CHECK = 400
"""Pairs looked at before two groups are united."""

_LONG_NAME = 6


class Member(NamedTuple):
    """One record of a group."""

    n: int
    id: bytes
    name: str


class Pair(NamedTuple):
    """Two members, by their numbers, the older first, with their score and its reasons."""

    one: int
    other: int
    score: Score


class Group(NamedTuple):
    """Records that are likely one. value: the score of the weakest link that holds it together.
    members: by number. pairs: those that reach the threshold, the surest first."""

    value: float
    members: tuple[Member, ...]
    pairs: tuple[Pair, ...]


def scan(
    store: Store,
    entity: str = "customer",
    progress: Progress | None = None,
    *,
    least: float = LIKELY,
    apart: Collection[tuple[bytes, bytes]] = frozenset(),
) -> list[Group]:
    """The groups of records that are likely one, surest and largest first, then by number.

    least: the lowest score of a pair that is told. Pairs below LIKELY never join others: each is a
    group of two. apart: pairs of ids, the smaller first, that somebody said are not the same; no group
    holds both. Raises Cancelled when `progress` is cancelled; nothing is written at any time.
    """
    progress = progress or Progress()
    stored, held = _read(store, entity, progress)
    parted = _parted(stored, apart)
    pairs = {at: worth for at, worth in _Search(held, progress, least).all().items() if at not in parted}
    groups = [_group(stored, held, *found) for found in _united(held, pairs, progress, parted)]
    return sorted(groups, key=lambda g: (-g.value, -len(g.members), g.members[0].n, g.members[1].n))


def _read(store: Store, entity: str, progress: Progress) -> tuple[list[tuple[int, bytes]], list[Profile]]:
    numbers = profiles.all_numbers(store, entity)
    stored: list[tuple[int, bytes]] = []
    held: list[Profile] = []
    progress.tell(0, 2 * len(numbers), say(N_("Reading the list…")))
    for batch in profiles.stream(store, entity, numbers):
        for row in batch:
            stored.append((row.n, row.id))
            held.append(
                profile(
                    row.name,
                    norm=row.norm,
                    code=row.code,
                    city=row.city,
                    tails=row.phones,
                    mails=row.mails,
                    people=row.people,
                )
            )
        progress.tell(len(held))
    return stored, held


def _parted(stored: list[tuple[int, bytes]], apart: Collection[tuple[bytes, bytes]]) -> set[tuple[int, int]]:
    """The places, the earlier first, of the pairs that somebody set apart."""
    if not apart:
        return set()
    place = {id: at for at, (_, id) in enumerate(stored)}
    known = [(place[one], place[other]) for one, other in apart if one in place and other in place]
    return {(min(pair), max(pair)) for pair in known}


class _Search:
    """Finds the pairs that reach `least`: `(place in the list, place of the later one) -> value`."""

    def __init__(self, held: list[Profile], progress: Progress, least: float) -> None:
        self.held, self.progress, self.least = held, progress, least
        self.found: dict[tuple[int, int], float] = {}

    def all(self) -> dict[tuple[int, int], float]:
        """Go through every way of sharing something."""
        count = len(self.held)
        for step, keys in enumerate(_WAYS):
            done = count + count * step // len(_WAYS)
            self.progress.tell(done, 2 * count, say(N_("Comparing what is alike…")))
            for looked, block in enumerate(self._blocks(keys)):
                if looked % 200 == 0:
                    self.progress.tell(done)
                self._compare(block)
        self.progress.tell(2 * count)
        return self.found

    def _blocks(self, keys: Callable[[Profile], Iterable[Hashable]]) -> Iterator[list[int]]:
        # Most keys have one record: a list is made only for the second.
        alone: dict[Hashable, int] = {}
        blocks: dict[Hashable, list[int]] = {}
        for place, one in enumerate(self.held):
            if place % 2000 == 0:
                self.progress.check()
            for key in keys(one):
                first = alone.setdefault(key, place)
                if first != place:
                    blocks.setdefault(key, [first]).append(place)
        alone.clear()
        yield from blocks.values()

    def _compare(self, block: list[int]) -> None:
        if len(block) <= WHOLE_BLOCK:
            for one, other in combinations(block, 2):
                self._look(one, other, self.least)
            return
        # What so many have says little: something else has to make the pair sure.
        floor = max(self.least, SURE)
        block = sorted(block, key=self._order)
        for at, one in enumerate(block):
            for other in block[at + 1 : at + 1 + NEXT_ONES]:
                self._look(min(one, other), max(one, other), floor)

    def _look(self, one: int, other: int, floor: float) -> None:
        if (one, other) in self.found:
            return
        value = likeness(self.held[one], self.held[other])
        if value >= floor:
            self.found[one, other] = value

    def _order(self, place: int) -> tuple[str, str, tuple[str, ...], int]:
        one = self.held[place]
        return one.bare, one.city, one.people, place


# ---- what two records may share

_Keys = Iterable[Hashable]


def _by_code(one: Profile) -> _Keys:
    return (same_code(one.code),) if one.code else ()


def _by_phone(one: Profile) -> _Keys:
    return {phones.tail(number)[-7:] for number in one.phones}


def _by_mail(one: Profile) -> _Keys:
    return one.mails


def _by_norm(one: Profile) -> _Keys:
    return (one.norm,) if one.norm else ()


def _by_bare(one: Profile) -> _Keys:
    """The name without its places; of a common one those of a city meet as well."""
    if not one.bare:
        return ()
    return (one.bare, *(f"{one.bare} {place}" for place in one.places or (one.city,) if place))


def _by_contact(one: Profile) -> _Keys:
    """A contact and one of the first two characters: a slip of the pen spoils only one of them."""
    return {f"{person} {char}" for person in one.people for char in one.bare[:2]}


def _by_sound(one: Profile) -> _Keys:
    return (pinyin.key(one.bare),) if len(one.bare) > 2 and not one.bare.isascii() else ()


def _by_slip(one: Profile) -> _Keys:
    """A long name less one character: two names that differ by one slip have one of these in common."""
    bare = one.bare
    if not _LONG_NAME <= len(bare) <= 40:
        return ()
    return {hash(bare[:at] + bare[at + 1 :]) for at in range(len(bare))} | {hash(bare)}


_WAYS = (_by_code, _by_phone, _by_mail, _by_norm, _by_bare, _by_contact, _by_sound, _by_slip)


# ---- which belong together

_Found = tuple[float, list[int], list[tuple[int, int]]]


def _united(
    held: list[Profile],
    pairs: dict[tuple[int, int], float],
    progress: Progress,
    parted: set[tuple[int, int]],
) -> Iterator[_Found]:
    """(weakest link, places of the members, pairs) of each group.

    The surest pairs come first, and two groups are not united when they hold strangers: 百岩贸易,
    which may be either, does not make 无锡百岩贸易 and 苏州百岩贸易 one.
    """
    group: dict[int, list[int]] = {}
    value: dict[int, float] = {}
    ranked = sorted(pairs.items(), key=lambda found: (-found[1], found[0]))
    doubted = []
    for looked, ((one, other), worth) in enumerate(ranked):
        if looked % 200 == 0:
            progress.tell(2 * len(held))
        if worth < LIKELY:
            doubted.append((one, other))
            continue
        left, right = group.setdefault(one, [one]), group.setdefault(other, [other])
        if left is right or _has_strangers(held, left, right) or _was_parted(parted, left, right):
            continue
        weakest = min(worth, value.get(left[0], 1.0), value.get(right[0], 1.0))
        left += right
        for place in right:
            group[place] = left
        value[left[0]] = weakest
    inside: dict[int, list[tuple[int, int]]] = {}
    for (one, other), worth in ranked:
        if worth >= LIKELY and group[one] is group[other]:
            inside.setdefault(group[one][0], []).append((one, other))
    for first, found in inside.items():
        yield value[first], group[first], found
    for one, other in doubted:
        if one not in group or group[one] is not group.get(other):
            yield pairs[one, other], [one, other], [(one, other)]


def _has_strangers(held: list[Profile], left: list[int], right: list[int]) -> bool:
    if len(left) * len(right) > LARGEST_CHECK:
        return False
    return any(strangers(held[one], held[other]) for one in left for other in right)


def _was_parted(parted: set[tuple[int, int]], left: list[int], right: list[int]) -> bool:
    if not parted:
        return False
    return any((min(one, other), max(one, other)) in parted for one in left for other in right)


def _group(
    stored: list[tuple[int, bytes]],
    held: list[Profile],
    value: float,
    places: list[int],
    pairs: list[tuple[int, int]],
) -> Group:
    members = tuple(Member(*stored[place], held[place].name) for place in sorted(places))
    return Group(
        value,
        members,
        tuple(Pair(stored[one][0], stored[other][0], score(held[one], held[other])) for one, other in pairs),
    )
