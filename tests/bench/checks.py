"""Pinyin, and the reading of single phones and mails."""

from __future__ import annotations

import random

from freecrm.core import mails, phones, pinyin
from tests.bench import data
from tests.bench.measure import Goal, Line, Run, seconds


def names(run: Run) -> list[Line]:
    """The sort key of a name, beside pypinyin and beside a bare dictionary."""
    from pypinyin import lazy_pinyin

    m = data.Maker(5)
    count = 20_000 if run.size >= 10_000 else 200
    listed = [m.firm() for _ in range(count // 2)] + [m.person() for _ in range(count // 2)]
    some = listed[:: max(count // 1000, 1)]
    table = {char: found[0] for char, found in pinyin.all_readings().items()}
    again = run.repeats(3)

    def bare() -> None:
        get = table.get
        for name in listed:
            " ".join([get(char, char) for char in name])

    lazy_pinyin("预热")
    ours = seconds(lambda: [pinyin.key(name) for name in listed], again) / count
    other = seconds(lambda: [lazy_pinyin(name) for name in some], again) / len(some)
    floor = seconds(bare, again) / count
    differ = sum(
        pinyin.key(name).replace(" ", "") != "".join(lazy_pinyin(name, v_to_u=False)).lower()
        for name in listed[:5000]
    )
    return [
        Line(
            "names", "pinyin key of a name", "µs", ours * 1e6, floor * 1e6, None,
            "one dictionary look-up a character, joined (no phrases, no surnames)", {"pypinyin": other * 1e6},
            f"{differ} of {min(count, 5000):,} read otherwise than pypinyin (surnames among them)", run.size,
        )
    ]  # fmt: skip


def reach(run: Run) -> list[Line]:
    """A phone and a mail as they stand in cells, beside the libraries."""
    import phonenumbers
    from email_validator import EmailNotValidError, validate_email

    m = data.Maker(6)
    r = random.Random(6)
    count = 20_000 if run.size >= 10_000 else 200
    again = run.repeats(3)
    cells = [
        m.typed(m.mobile()) if r.random() < 0.8 else f"0571-{r.randrange(10**7, 10**8)}" for _ in range(count)
    ]
    odd = ["+1 202 555 0123", "13800001203 / 13900001203", "0571-86543210转8", "电话不详", "138000012"]
    cells = [r.choice(odd) if r.random() < 0.02 else cell for cell in cells]
    posts = [f"{r.randrange(36**5):x}@example.com" for _ in range(count)]
    posts = [
        r.choice(["李明@例子.公司", "nobody", "a@b.cn;c@d.cn"]) if r.random() < 0.02 else p for p in posts
    ]

    def by_library(cell: str) -> bool:
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(cell, "CN"))
        except phonenumbers.NumberParseException:
            return False

    def by_validator(cell: str) -> bool:
        try:
            return bool(validate_email(cell, check_deliverability=False))
        except EmailNotValidError:
            return False

    some, some_posts = cells[:2000], posts[:2000]
    phone = seconds(lambda: [phones.read(cell) for cell in cells], again) / count
    mail = seconds(lambda: [mails.read(cell) for cell in posts], again) / count
    library = seconds(lambda: [by_library(cell) for cell in some], again) / len(some)
    validator = seconds(lambda: [by_validator(cell) for cell in some_posts], again) / len(some_posts)
    return [
        Line(
            "reach", "a phone read and checked, mean", "µs", phone * 1e6, None, Goal("most", 3),
            others={"phonenumbers": library * 1e6}, size=run.size, note="2 % of the cells are odd ones",
        ),
        Line(
            "reach", "a mail read and checked, mean", "µs", mail * 1e6, None, Goal("most", 3),
            others={"email-validator": validator * 1e6}, size=run.size, note="2 % of the cells are odd ones",
        ),
    ]  # fmt: skip
