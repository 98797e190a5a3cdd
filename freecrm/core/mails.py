"""E-mail addresses as people write them, turned into plain ones.

The pattern here takes the ordinary ones; email-validator is loaded only for what it leaves.
"""

from __future__ import annotations

import re

from freecrm.core.values import blank, half, plain, short
from freecrm.core.words import N_, Said, say

LONGEST = 5000
"""Characters of a cell that are looked at."""

_FAST = re.compile(
    r"([A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*)@((?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)+[A-Za-z]{2,24})"
)
_REMARK = re.compile(r"\([^()@]{0,200}\)|【[^【】@]{0,200}】|\[[^\[\]@]{0,200}\]")
_ANGLE = re.compile(r"<\s*([^<>]{1,320})\s*>")
_LABEL = re.compile(r"(?:电子)?(?:邮箱|邮件)(?:地址)?\s*:?\s*|(?:e-?)?mail(?:to)?\s*:\s*", re.I)
_BETWEEN = re.compile(r"[;,、/|\s]+")
_AROUND = " <>\"'“”‘’`:.。!()[]{}"

NO_MAIL = N_("“{value}” isn't an e-mail address; it should look like name@example.com.")
_TWO_AT = N_("“{value}” has more than one @; write two addresses with a blank or a semicolon between them.")
_TOO_LONG = N_("This cell is too long for e-mail addresses; split it or map it to a note.")


def read(cell: object) -> tuple[list[str], list[Said]]:
    """Every address in `cell`, in its order, each once, the part behind the @ in lower case; and
    a sentence for each that isn't one. Names and remarks beside an address are left out.
    Never raises."""
    if type(cell) is str and len(cell) < 250 and (found := _FAST.fullmatch(cell)):
        name, domain = found.groups()
        if len(name) < 65:
            return [f"{name}@{domain.lower()}"], []
    if cell is None or cell == "":
        return [], []
    text = half(plain(cell)).strip()
    if blank(text):
        return [], []
    if len(text) > LONGEST:
        return [], [say(_TOO_LONG)]
    return _several(text)


def _several(text: str) -> tuple[list[str], list[Said]]:
    found: list[str] = []
    said: list[Said] = []
    if "@" not in text:
        return [], [say(NO_MAIL, value=short(text))]
    inside = [one for one in _ANGLE.findall(text) if "@" in one]
    rest = _ANGLE.sub(" ", text) if inside else text
    rest = _LABEL.sub(" ", _REMARK.sub(" ", rest))
    rest = re.sub(r"[ \t]*@[ \t]*", "@", rest).replace("。", ".")
    if rest.count("@") == 1 and not inside:
        rest = re.sub(r" *\. *", ".", rest)
    for token in [*inside, *_BETWEEN.split(rest)]:
        if "@" not in token:
            continue
        address = _one(token)
        if address is None:
            why = _TWO_AT if token.count("@") > 1 else NO_MAIL
            said.append(say(why, value=short(token)))
        elif address.lower() not in map(str.lower, found):
            found.append(address)
    return found, said


def _one(token: str) -> str | None:
    token = token.partition("?")[0].strip(_AROUND).rpartition(":")[2]
    token = re.sub(r"\s+", "", token).strip(_AROUND)
    if (found := _FAST.fullmatch(token)) and len(found.group(1)) < 65 and len(token) < 255:
        return f"{found.group(1)}@{found.group(2).lower()}"
    if len(token) > 320:
        return None
    from email_validator import validate_email  # 33 ms to load

    try:
        return validate_email(token, check_deliverability=False).normalized
    except ValueError:  # what it raises for addresses and for names that no domain can have
        return None
