"""Makes `resources/sample/firm_zh.json` and `firm_en.json`: an invented firm that sells water purifiers, with
86 customers and three months of life, the same in both languages. Days are counted back from the day of
installation. All names, firms and numbers are invented. Run: python -m resources.make.sample_firm
"""

from __future__ import annotations

import json
import random
from itertools import cycle
from pathlib import Path
from typing import Any

from resources.make import sample_words as words

HERE = Path(__file__).parents[1] / "sample"
LANGUAGES = ("zh", "en")
DAYS = 92
CLASH = 7  # the planned step beside which somebody promised another


def firm(which: int) -> dict[str, Any]:
    """The whole firm in one language: 0 Chinese, 1 English."""
    chance = random.Random(20260319)
    people = cycle(words.PEOPLE)
    users = [_user(number, user, which) for number, user in enumerate(words.USERS)]
    customers = [_customer(number, line, chance, people, which) for number, line in enumerate(words.firms())]
    return {"firm": words.FIRM[which], "users": users, "work": _work(which), "customers": customers}


def _work(which: int) -> dict[str, Any]:
    """What belongs to nobody's customer: rooms, phrases, a plan, the weekly meeting."""
    steps = [
        {"days": days, "kind": kind, "subject": (zh, en)[which], **({"time": time} if time else {})}
        for days, kind, zh, en, time in words.PLAN_STEPS
    ]
    return {
        "rooms": [room[which] for room in words.ROOMS],
        "phrases": [phrase[which] for phrase in words.PHRASES],
        "plan": {"name": words.PLAN[which], "steps": steps},
        "weekly": words.WEEKLY[which],
    }


def _next(number: int, line: words.Firm, which: int) -> dict[str, Any] | None:
    """The step that is planned with a customer: every other one that is not lost has one."""
    if number % 2 or line.status == "lost":
        return None
    k = number // 2
    kind, zh, en, minutes = words.NEXT[k % len(words.NEXT)]
    clash = {"clash": words.NEXT[0][1 + which]} if k == CLASH else {}
    return {
        **clash,
        "in": words.AHEAD[k % len(words.AHEAD)],
        "time": words.TIMES[(k + 3 * (k // len(words.AHEAD))) % len(words.TIMES)],
        "kind": kind,
        "subject": (zh, en)[which],
        "minutes": minutes,
        "owner": 4 if k % 9 == 4 else line.owner,
    }


def _kind(said: str) -> str:
    """What kind of talk a Chinese note tells of."""
    return next((kind for word, kind in words.KINDS if word in said), "call")


def _user(number: int, user: tuple[str, str, str, str], which: int) -> dict[str, Any]:
    zh, en, short, mail = user
    phones = [{"number": f"+861380000{9901 + number * 11}", "kind": "mobile", "primary": True}]
    return {
        "name": (zh, en)[which],
        "short": (short, en.split()[1])[which],
        "phones": phones,
        "emails": [{"address": f"{mail}@example.com"}],
    }


def _customer(
    number: int, line: words.Firm, chance: random.Random, people: Any, which: int
) -> dict[str, Any]:
    place = words.PLACES[line.place]
    street = chance.choice(place.streets)
    door = chance.randrange(1, 380)
    area = place.area
    notes = _notes(line, chance, which)
    made: dict[str, Any] = {
        "name": line.name[which],
        "code": f"KH-{number + 1:04d}",
        "kind": "company",
        "industry": line.industry,
        "grade": line.grade or None,
        "status": line.status,
        "source": chance.choice(("referral", "referral", "web", "fair", "call", "walkin", "advert")),
        "owner": line.owner,
        "group": line.group,
        "addresses": [
            {
                "kind": "office",
                "province": place.province[which],
                "city": place.city[which],
                "district": place.district[which],
                "street": f"{street[0]} {door} 号" if which == 0 else f"{door} {street[1]}",
                "primary": True,
            }
        ],
        "tags": [{"word": words.TAGS[tag][which]} for tag in line.tags],
        "employees": chance.choice((4, 6, 8, 12, 18, 25, 40, 60, 85, 120, 240)),
        "talks": notes,
        "next": _next(number, line, which),
    }
    if line.balance:
        made["opening_balance"] = line.balance * 100
    landline, mail, remark = chance.random() < 0.45, chance.random() < 0.5, chance.choice(words.REMARKS)
    if landline:
        made["phones"] = [{"number": f"+86{area}{80000000 + number * 13:08d}", "kind": "landline"}]
    if mail:
        made["emails"] = [{"address": f"office{number + 1}@example.com"}]
    if number % 3 == 0:
        made["remark"] = remark[which]
    made["people"] = [
        _person(number, place_, chance, people, line, which)
        for place_ in range(chance.choice((1, 1, 1, 2, 2, 3)))
    ]
    return {key: value for key, value in made.items() if value not in (None, [], "")}


def _person(
    number: int, place: int, chance: random.Random, people: Any, line: words.Firm, which: int
) -> dict[str, Any]:
    known = line.person if place == 0 and line.person else None
    zh, en, mail = known or next(people)
    job = chance.choice(words.JOBS[min(place, 1)])
    tail = line.tail if place == 0 and line.tail else (number * 37 + place * 11 + 1310) % 10000
    birthday = f"{chance.randrange(1965, 1999)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    role = ("decider", chance.choice(("user", "payer", "adviser")))[min(place, 1)]
    wechat, has_mail, born = chance.random() < 0.4, chance.random() < 0.6, chance.random() < 0.3
    made: dict[str, Any] = {
        "name": (zh, en)[which],
        "phones": [{"number": f"+861380000{tail:04d}", "kind": "mobile", "primary": True}],
        "jobs": [{"job": job[0][which], "department": job[1][which], "role": role, "primary": place == 0}],
    }
    if wechat:
        made["handles"] = [{"kind": "wechat", "handle": f"wx-{mail}{number}"}]
    if has_mail:
        made["emails"] = [{"address": f"{mail}{number}@example.com", "primary": True}]
    if born:
        made["birthday"] = birthday
    return made


def _notes(line: words.Firm, chance: random.Random, which: int) -> list[dict[str, Any]]:
    """What was talked about, oldest first; the last one `line.silent` days ago."""
    story = chance.choice(words.STORIES[line.status])
    most = max(2, min(len(story), (DAYS - line.silent) // 9))
    said = story[-most:] if line.status in ("dormant", "lost") else story[:most]
    days = sorted(chance.sample(range(line.silent + 2, DAYS + 1), len(said) - 1), reverse=True)
    times = [
        f"{chance.randrange(9, 18):02d}:{chance.choice((0, 5, 10, 20, 30, 42, 45, 50)):02d}" for _ in said
    ]
    return [
        {"ago": ago, "time": time, "text": text[which], "kind": _kind(text[0])}
        for ago, time, text in zip([*days, line.silent], times, said, strict=True)
    ]


def main() -> None:
    """Write both."""
    HERE.mkdir(exist_ok=True)
    for which, language in enumerate(LANGUAGES):
        (HERE / f"firm_{language}.json").write_text(text_of(firm(which)), "utf-8")


def text_of(made: dict[str, Any]) -> str:
    """JSON with a line for each record."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    lists = ",\n".join(
        f'"{name}": [\n' + ",\n".join(map(line, made[name])) + "\n]" for name in ("users", "customers")
    )
    return f'{{\n"firm": {line(made["firm"])},\n"work": {line(made["work"])},\n{lists}\n}}\n'


if __name__ == "__main__":
    main()
