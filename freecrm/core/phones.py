"""Phone numbers as people write them, turned into one form.

`read` takes whatever stands in a cell and gives every number in it, in E.164 (+8613800001203)
with extension and remark apart. Chinese numbers are understood by the patterns here; the
library (phonenumberslite) is loaded for foreign ones only, and only when the first one comes.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from freecrm.core.values import blank, half, plain, short
from freecrm.core.words import N_, Said, say

LONGEST = 2000
"""Characters of a cell that are looked at; a longer one is no list of phones."""


class Phone(NamedTuple):
    """One number. number: E.164 when understood (short numbers such as 95588 have none and stay
    as they are), else the bare digits as written. ext: extension, digits. kind: "mobile",
    "landline" or "other". good: whether it can be dialled as it stands. note: the remark that
    stood beside it."""

    number: str
    ext: str = ""
    kind: str = "other"
    good: bool = True
    note: str = ""


_A = re.ASCII
_MOBILE = re.compile(r"\s*(?:(?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})\s*", _A)
_LANDLINE = re.compile(
    r"\s*(?:(?:\+|00)?86[ -]?)?\(?0(?:(10|2\d)\)?[ -]?(\d{8})|([3-9]\d\d)\)?[ -]?(\d{7,8}))"
    r"(?: ?(?:-|转|x|#|ext\.?|分机) ?(\d{1,6}))?\s*",
    _A,
)
# The same once all blanks, dashes, dots and brackets are gone; behind 86 the 0 of the area may lack.
_WHOLE = re.compile(
    r"(?:(?:\+|00)?86|0)?(?P<mobile>1[3-9]\d{9})"
    r"|(?:(?:\+|00)?860?|0)(?P<landline>(?:10|2\d)\d{8}|[3-9]\d\d\d{7,8})"
    r"|(?:(?:\+|00)?86)?(?P<service>[48]00\d{7})"
    r"|(?P<short>9[56]\d{3,4}|1(?:10|12|14|19|20|22)|1[02]\d{3})",
    _A,
)
_NO_ZERO = re.compile(r"(?:10|2\d)\d{8}|[3-9]\d\d\d{7,8}", _A)
_FULL = re.compile(
    r"(?:(?:\+|00)?86[ -]{0,3})?(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"|\(?0(?:(?:10|2\d)\)?[ -]{0,3}\d{4}|[3-9]\d\d\)?[ -]{0,3}\d{3,4})[ -]?\d{4}"
    r"(?: ?- ?\d{1,5}(?![\d-]))?)(?!\d)",
    _A,
)
_AMERICAN = re.compile(r"(?:\+?1[-. ]*)?\(([2-9]\d\d)\)[-. ]*(\d{3})[-. ]?(\d{4})", _A)
_AMERICAN_LONG = re.compile(r"\+?1[-. ]([2-9]\d\d)[-. ](\d{3})[-. ](\d{4})", _A)
_LOCAL = re.compile(r"[2-9]\d{6,7}", _A)
_SHORTENED = re.compile(r"\d(?:\.(\d+))?[eE]\+?(\d{1,2})", _A)
_REMARK = re.compile(r"\(([^()]{0,200})\)|\[([^\[\]]{0,200})\]|【([^【】]{0,200})】|<([^<>]{0,200})>")
_EXT = r"(?:转|轉|分机号?|ext(?:ension)?\.?|#|x)\s*[:.]?\s*(\d{1,6})(?!\d)"
_EXT_ONLY = re.compile(r"\s*" + _EXT + r"\s*", _A | re.I)
_BETWEEN = re.compile(r"[/、;,\n\r\t|&]")
# Not ASCII only: a word is Chinese as well.
_TOKEN = re.compile(
    _EXT.replace(r"\d", "[0-9]")
    + r"|(\+?\(?\+?[0-9][0-9 ()\[\]\-.·+*]*)|([\ue000-\ue0ff])|([^\W0-9转轉分]+|[^\s0-9+()])",
    re.I,
)
_DIGITS = re.compile(r"\D+", _A)
_CLUTTER = str.maketrans("", "", " ()[]-.·")
_LABEL = re.compile(
    r"(?:手机号?码?|电话号?码?|座机|固话|传真|联系|办公室?|公司|mobile|phone|cell|tel|fax|mob)\s*", re.I
)

_TOO_LONG = N_("This cell is too long for phone numbers; split it or map it to a note.")
NONE_HERE = N_("There is no phone number in “{value}”.")
_MOBILE_DIGITS = N_("A mobile number has 11 digits, this one has {n}.")
_NO_AREA = N_("{number} has no area code; put it in front, as in 0571-{number}.")
_NO_FIT = N_("“{value}” fits no phone number; check its digits, it has {n} of them.")
_ABROAD = N_("“{value}” fits no phone number of the country it begins with; check its digits.")
_LOST = N_("Excel has shortened “{value}”, so digits are lost; look the number up and type it again.")


def read(cell: object, home: str = "86") -> tuple[list[Phone], list[Said]]:
    """Every number in `cell`, in its order, and a sentence for each that couldn't be understood
    (those stay in the list with `good=False`). `home`: calling code of numbers without one.
    Never raises."""
    if home == "86" and type(cell) is str and (phone := _plain_chinese(cell)):
        return [phone], []
    if cell is None or cell == "":
        return [], []
    text = half(plain(cell)).strip()
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        # A number cell has lost the 0 of its area code.
        if home == "86" and _NO_ZERO.fullmatch(text) and not _WHOLE.fullmatch(text):
            text = "0" + text
    elif not isinstance(cell, str):
        return [], [say(NONE_HERE, value=short(text))]
    if blank(text):
        return [], []
    if len(text) > LONGEST:
        return [], [say(_TOO_LONG)]
    if home == "86" and (phone := _plain_chinese(text)):
        return [phone], []
    return _Reading(home).all(text)


def _plain_chinese(text: str) -> Phone | None:
    """The nine of ten cells that hold one Chinese number and nothing else."""
    if found := _MOBILE.fullmatch(text):
        a, b, c = found.groups()
        return Phone(f"+86{a}{b}{c}", "", "mobile")
    if found := _LANDLINE.fullmatch(text):
        a, b, c, d, ext = found.groups()
        return Phone(f"+86{a or c}{b or d}", ext or "", "landline")
    return None


class _Reading:
    """One cell being read: the numbers so far, and the remark that waits for its number."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.phones: list[Phone] = []
        self.said: list[Said] = []
        self.remarks: list[str] = []
        self.fresh = True
        self.waiting = ""
        # 张三138…, 李四139…: names stand before their numbers, so every further one does.
        self.names_first = False

    def all(self, text: str) -> tuple[list[Phone], list[Said]]:
        if shortened := _SHORTENED.fullmatch(text):
            decimals, exponent = shortened.group(1) or "", int(shortened.group(2))
            if len(decimals.rstrip("0")) < exponent - 3:
                return [], [say(_LOST, value=text)]
            text = (text[0] + decimals).ljust(exponent + 1, "0")[: exponent + 1]
        text = _REMARK.sub(self._put_aside, text)
        for part in _BETWEEN.split(text):
            self.fresh = True
            for ext, run, aside, word in _TOKEN.findall(part):
                if run:
                    self._run(run.strip(" -.·*"))
                    self.fresh = False
                elif ext:
                    self._extension(ext)
                elif aside:
                    self._remark("".join(self.remarks[ord(aside) - 0xE000 :][:1]))
                elif word:
                    self._remark(word, ahead=self.fresh or self.names_first)
        if self.waiting and self.phones:
            waiting, self.waiting = self.waiting, ""
            self._remark(waiting)
        if not self.phones and not self.said:
            self.said.append(say(NONE_HERE, value=short(text)))
        return self.phones, self.said

    def _put_aside(self, found: re.Match[str]) -> str:
        inside = next(group for group in found.groups() if group is not None)
        if ext := _EXT_ONLY.fullmatch(inside):
            return f"转{ext.group(1)} "
        digits = len(_DIGITS.sub("", inside))
        if digits > 6 or len(self.remarks) > 200 or not any(c.isalpha() for c in inside):
            return found.group()
        self.remarks.append(inside.strip())
        return chr(0xE000 + len(self.remarks) - 1)

    def _remark(self, text: str, ahead: bool = False) -> None:
        """Keep what a number is called: with the one before, or `ahead` for the one to come."""
        text = _LABEL.sub("", text).strip(" :.-_=*·'\"+()[]{}<>!?。！？“”‘’")
        if text in ("", "和", "或", "与", "and", "or"):
            return
        if self.phones and not ahead:
            last = self.phones[-1]
            self.phones[-1] = last._replace(note=f"{last.note} {text}".strip())
        else:
            self.waiting = f"{self.waiting} {text}".strip()
            self.names_first = self.names_first or not self.phones

    def _extension(self, ext: str) -> None:
        if self.phones and not self.phones[-1].ext:
            self.phones[-1] = self.phones[-1]._replace(ext=ext)
        else:
            self._remark(ext)

    def _take(self, phone: Phone) -> None:
        if any(phone[:2] == known[:2] for known in self.phones):
            return
        if self.waiting:
            phone, self.waiting = phone._replace(note=self.waiting), ""
        self.phones.append(phone)

    def _run(self, run: str) -> None:
        if "+" in run[1:]:
            for piece in re.split(r"(?=\+)", run):
                if _DIGITS.sub("", piece):
                    self._one(piece.strip(" -.·"))
        else:
            self._one(run)

    def _one(self, run: str) -> None:
        """One run of digits, blanks, dashes and brackets: mostly one number, at times several."""
        american = _AMERICAN.fullmatch(run) or _AMERICAN_LONG.fullmatch(run)
        if american:
            return self._take(Phone("+1" + "".join(american.groups())))
        if self.home == "86" or run.lstrip("(+0")[:2] == "86":
            for phone in _chinese(run):
                self._take(phone)
                run = ""
            if not run:
                return None
        bare = run.translate(_CLUTTER)
        foreign = bare.startswith("+") or (bare.startswith("00") and len(bare) > 9) or self.home != "86"
        home = bare.startswith(("+86", "0086")) or not foreign
        phone, why = self._odd(bare, run) if home or len(bare) < 7 else _abroad(bare, self.home, run)
        self._take(phone)
        if why is not None:
            self.said.append(why)
        return None

    def _odd(self, bare: str, run: str) -> tuple[Phone, Said | None]:
        """What is left of the numbers at home: no area code, a digit too few or too many."""
        before = next((p.number for p in reversed(self.phones) if p.kind == "landline" and p.good), "")
        front = before[: 5 if before[3:4] in ("1", "2") else 6]
        if bare.isdecimal() and 7 <= len(bare) == len(before) - len(front):
            return Phone(front + bare, "", "landline"), None
        if _LOCAL.fullmatch(bare):
            return Phone(bare, "", "landline", False), say(_NO_AREA, number=bare)
        national = re.sub(r"^(?:\+?86|0086)(?=1[3-9])", "", bare)
        if re.fullmatch(r"1[3-9]\d{6,11}", national, _A):
            return Phone(national, "", "mobile", False), say(_MOBILE_DIGITS, n=len(national))
        digits = _DIGITS.sub("", bare)
        return Phone(digits, "", "other", False), say(_NO_FIT, value=short(run), n=len(digits))


def _chinese(run: str) -> list[Phone]:
    """The Chinese number that `run` is, or the several it holds; none when a digit is left over."""
    if phone := _whole(run):
        return [phone]
    front, dash, back = run.rpartition("-")
    if dash and re.fullmatch(r" *\d{1,6}", back, _A) and (phone := _whole(front)):
        return [phone._replace(ext=back.strip())]
    phones: list[Phone] = []
    end = 0
    for found in _FULL.finditer(run):
        if run[end : found.start()].strip(" ()-."):
            return []
        end = found.end()
        text = found.group()
        front, dash, back = text.rpartition("-")
        phone = _whole(text) or (_whole(front) if dash else None)
        if phone is None:
            return []
        phones.append(phone if _whole(text) else phone._replace(ext=back.strip()))
    return phones if not run[end:].strip(" ()-.") else []


def _whole(run: str) -> Phone | None:
    found = _WHOLE.fullmatch(run.translate(_CLUTTER))
    if found is None:
        return None
    kind = found.lastgroup or ""
    number = found.group(kind)
    if kind == "short":
        return Phone(number)
    return Phone("+86" + number, "", kind if kind != "service" else "other")


def _abroad(bare: str, home: str, run: str) -> tuple[Phone, Said | None]:
    """A number with a calling code, or one at home in another country."""
    import phonenumbers  # 27 ms to load

    text = "+" + bare[2:] if bare.startswith("00") else bare
    digits = _DIGITS.sub("", bare)
    code = int(home) if home.isdecimal() and len(home) < 4 else 0
    try:
        number = phonenumbers.parse(text, phonenumbers.region_code_for_country_code(code))
    except phonenumbers.NumberParseException:
        return Phone(digits, "", "other", False), say(_ABROAD, value=short(run))
    # Behind a calling code the length decides: the library's plans are older than the numbers.
    # Without one a number must fit the country it is guessed for.
    fits = phonenumbers.is_possible_number if text.startswith("+") else phonenumbers.is_valid_number
    if not fits(number):
        return Phone(digits, "", "other", False), say(_ABROAD, value=short(run))
    types = phonenumbers.PhoneNumberType
    kinds: dict[Any, str] = {types.MOBILE: "mobile", types.FIXED_LINE: "landline"}
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(written, "", kinds.get(phonenumbers.number_type(number), "other")), None


def digits(number: str) -> str:
    """The digits people search by: at home with the 0 of the area and without 86
    (13800001203, 057100006688), foreign ones with their calling code."""
    bare = _DIGITS.sub("", number)
    if not number.startswith("+86"):
        return bare
    rest = bare[2:]
    mobile = rest[:1] == "1" and len(rest) == 11
    service = rest[:3] in ("400", "800") and len(rest) == 10
    return rest if mobile or service else "0" + rest


def tail(number: str) -> str:
    """The last 8 digits: equal for two ways of writing one number (for finding doubles)."""
    return _DIGITS.sub("", number)[-8:]
