"""Addresses of websites, as people write them."""

from __future__ import annotations

import re
from typing import Any

from freecrm.core.fields import Answer, Finder, Text
from freecrm.core.values import short
from freecrm.core.words import N_, Said, say

_ROUND_DOT = re.compile(r" *\. *")
_NO_WEB = N_("“{value}” isn't a web address; it should look like www.example.com, without blanks.")


class WebAddress(Text):
    """The address of a website, as it is typed: with or without https://."""

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        text, why = super().read(raw, find)
        if why is None and text is not None:
            text = _ROUND_DOT.sub(".", text)
            why = self._not_one(text)
        return (None, why) if why is not None else (text, None)

    def check(self, value: Any) -> Said | None:
        return super().check(value) or (self._not_one(value) if isinstance(value, str) else None)

    @staticmethod
    def _not_one(text: str) -> Said | None:
        """Two addresses, or words, in the place of one: a browser finds neither."""
        return say(_NO_WEB, value=short(text)) if " " in text.strip() else None
