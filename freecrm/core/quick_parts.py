"""What else a quick line says: of what kind, where, and with whom."""

from __future__ import annotations

import re

from freecrm.core import clock_words
from freecrm.core.choices import Option, Options
from freecrm.core.words import LANGUAGES, translated


class Line:
    """A line out of which is taken what was understood."""

    def __init__(self, text: str) -> None:
        self.text = text

    def cut(self, at: int, to: int) -> None:
        """Take a piece out; what stood beside it doesn't grow together."""
        self.text = f"{self.text[:at].rstrip()} {self.text[to:].lstrip()}"

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Take the first piece of a pattern out; None when there is none."""
        found = pattern.search(self.text)
        if found is not None:
            self.cut(found.start(), found.end())
        return found

    def rest(self) -> str:
        """What is left."""
        text = " ".join(self.text.split())
        text = re.sub(r"^(?:的|,|、|;|-|:)+ ?| ?(?:,|、|;|-|:)+$", "", text.strip())
        return re.sub(r"^(?:on|at|from) (?=$)| (?:on|at|from|for)$|^(?:on|at|from|for)$", "", text).strip()


DAY = 24 * 60
_COUNT = r"([0-9]{1,3}|[一二两三四五六七八九十半]{1,3})个?(半)?(小时|钟头|分钟|分|刻钟|天|日|周)(半)?"
_UNITS = {
    "小": 60,
    "钟": 60,
    "分": 1,
    "刻": 15,
    "天": DAY,
    "日": DAY,
    "周": 7 * DAY,
    "h": 60,
    "m": 1,
    "d": DAY,
    "w": 7 * DAY,
}
_COUNT_EN = r"(?:([0-9]{1,3}|an?|half an?) ?(hours?|hrs?|h|minutes?|mins?|m|days?|d|weeks?|w))"
_REMINDER = re.compile(
    rf"(?:(?:请|并|记得)?提醒我? ?)?提前 ?{_COUNT} ?(?:提醒我?(?:一下)?)?"
    rf"|\bremind(?:er)?(?: me)? {_COUNT_EN}(?: before(?:hand)?| early| ahead| in advance)?(?![a-z])"
    rf"|\b{_COUNT_EN} (?:before )?reminder\b|\b{_COUNT_EN} before\b$"
    r"|(?<![^ ,])(?:请|并|记得)?提醒我?(?=$|[ ,])|(?:请|并|记得)?提醒我|\bremind(?:er)? me(?: (?:to|about))?(?![a-z])",
    re.IGNORECASE,
)
_MEETS = "开会|见面|会面|面谈|碰头|吃饭|签约|培训|讨论|商谈|洽谈|参观|验收|聚餐"
_AT = re.compile(r"(?:^| )@ ?([^ ,@]{1,40})")
_AT_EN = re.compile(r"\bat (?!\d)([^,]{1,40}?)(?=$|,| with | about | for | to | re )", re.IGNORECASE)
_WITH = re.compile(
    r"^(?:和|跟|与|给|向|约|找|去|到|with|to|for|at|the|about|re) ?(?=[^ ])|(?:的|聊聊|一下|谈谈)$",
    re.IGNORECASE,
)


def reminder_in(line: Line) -> int | None:
    """Take out when to be reminded: 提前1小时提醒, remind me 1 hour before; 0 at the time itself (提醒我). Minutes before,
    None where the line doesn't say."""
    found = line.take(_REMINDER)
    if found is None:
        return None
    count, half_in, unit, half_behind, *english = found.groups()
    if count:
        n = (clock_words.number(count) or 0) + 0.5 * bool(half_in or half_behind)
        return round(n * _UNITS[unit[0]])
    pairs = zip(english[::2], english[1::2], strict=True)
    count, unit = next(((one, other) for one, other in pairs if one), ("0", "m"))
    n = 0.5 if count.lower().startswith("half") else 1 if count[0] in "aA" else int(count)
    return round(n * _UNITS[unit[0].lower()])


def place_in(line: Line, kinds: Options | None) -> str:
    """Take out where it is: 在…, @…, at …; "" where the line doesn't say."""
    if found := line.take(_AT):
        return found[1].strip()
    verbs = "|".join([_MEETS, *(re.escape(word) for word in _chinese(kinds))])
    inside = re.compile(rf"(?<![现正存实所内潜还都])在([^ ,，在]{{1,30}}?)(?= |,|$|{verbs})")
    if (found := line.take(inside)) or (found := line.take(_AT_EN)):
        return found[1].strip()
    return ""


def kind_in(subject: str, kinds: Options | None) -> tuple[str | None, str]:
    """The kind that the words of a subject mean, and the subject without them. A word counts at an end of it or where
    a word of it begins or ends; in the midst of others (会议资料) it is a part of them."""
    best: tuple[int, int, int, str] | None = None
    for option in kinds.entries if kinds is not None else ():
        if option.off:
            continue
        for word in words_of(option):
            for found in _places(word, subject):
                rank = (found.start() > 0, -len(word), found.start(), option.key)
                best = rank if best is None or rank < best else best
    if best is None:
        return None, subject
    _is_behind, length, at, key = best
    about = f"{subject[:at].rstrip()} {subject[at - length :].lstrip()}".strip()
    return key, about


def words_of(option: Option) -> list[str]:
    """All words that mean a kind: its own wording, its label in every language, its synonyms."""
    own = [text for _language, text in option.own]
    labels = [translated(option.label, language) for language in LANGUAGES]
    return list(dict.fromkeys(word.strip() for word in (*own, *labels, *option.also) if word.strip()))


def _places(word: str, subject: str) -> list[re.Match[str]]:
    plain = re.escape(word)
    if word.isascii():
        ends = r"(?=$|[,.:]| (?:with|to|at|for|about|re|from)\b)"
        pattern = rf"^{plain}(?:s|ing)?\b|\b{plain}{ends}"
    else:
        pattern = rf"(?:^| |打|去|做|开|发){plain}|{plain}(?= |$|,)"
    return list(re.finditer(pattern, subject, re.IGNORECASE))


def _chinese(kinds: Options | None) -> list[str]:
    entries = kinds.entries if kinds is not None else ()
    return [word for option in entries for word in words_of(option) if not word.isascii()]


def connectives(about: str) -> str:
    """Whom a subject is about, without the words that lead to them: 和, 给, with."""
    text = about.strip(" ,:-、")
    while (made := _WITH.sub("", text).strip(" ,:-、")) != text:
        text = made
    return text
