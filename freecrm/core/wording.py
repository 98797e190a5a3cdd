"""Own wording on paper: texts with tags in braces, such as "Dear {contact}, valid until {valid_until}.".

Tags may be written in either language; `fill` puts in what stands behind them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from freecrm.core.words import LANGUAGES, N_, Said, _, say, translated

TAGS = {
    "customer": N_("customer"),
    "contact": N_("contact"),
    "number": N_("number"),
    "subject": N_("subject"),
    "day": N_("day"),
    "valid_until": N_("valid until"),
    "total": N_("total"),
    "in_words": N_("total in words"),
    "owner": N_("owner"),
    "firm": N_("firm"),
}
"""Tag -> what it is called."""
UNKNOWN = N_("“{tag}” is no tag that can be filled. These can: {known}.")
UNCLOSED = N_("A brace is opened and not closed, or the other way round. Write tags as {example}.")
_TAG = re.compile(r"\{([^{}]*)\}")


def _names() -> dict[str, str]:
    """Every way in which a tag may be written -> tag."""
    made = {tag: tag for tag in TAGS}
    for tag, text in TAGS.items():
        made |= {translated(text, lang).casefold(): tag for lang in LANGUAGES}
    return made


def why_not(text: str) -> Said | None:
    """What is wrong with a text with tags; None when nothing is."""
    names = _names()
    for found in _TAG.findall(text):
        if found.strip().casefold() not in names:
            known = " ".join("{" + _(name) + "}" for name in TAGS.values())
            return say(UNKNOWN, tag="{" + found + "}", known=known)
    left = _TAG.sub("", text)
    if "{" in left or "}" in left:
        return say(UNCLOSED, example="{" + _(TAGS["number"]) + "}")
    return None


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what stands behind its tags; one that isn't known stays as it is."""
    names = _names()
    return _TAG.sub(lambda found: values.get(names.get(found[1].strip().casefold(), ""), found[0]), text)
