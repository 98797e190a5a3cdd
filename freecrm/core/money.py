"""Amounts of money: read from what people write, kept as whole minor units, shown again.

`read` takes what stands in a list; `work_out` also takes what people type into a form: 1200*6.

Never a float on the way: a float cell is taken by its shortest text and rounded half up.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from freecrm.core.problems import Known
from freecrm.core.values import blank, half, quoted
from freecrm.core.words import N_, Said, say

MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
"""ISO 4217: digits behind the point where they aren't 2."""

SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "KRW": "₩"}

LARGEST_DIGITS = 15
"""Digits before the point of the largest amount: with 2 behind it still fits a 64-bit integer."""

_EXACT = Context(prec=100)
"""The thread's own context may round; nothing here may."""

_FAST = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?")
_CURRENCIES = {
    "CNY": r"rmb|cny|cn¥|¥|人民币|元整|元|圆整|圆|块钱|块|yuan",
    "USD": r"usd|us\$|\$|美元|美金",
    "EUR": r"eur|€|欧元",
    "GBP": r"gbp|£|英镑",
    "HKD": r"hkd|hk\$|港币|港元",
    "TWD": r"twd|nt\$|新台币|台币",
    "JPY": r"jpy|日元|日圆",
    "KRW": r"krw|₩|韩元",
}
# HK$ before $, 日元 before 元.
_CURRENCY_NAMES = ("HKD", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "CNY")
_CURRENCY = re.compile("|".join(f"({_CURRENCIES[name]})" for name in _CURRENCY_NAMES))
_UNITS = {
    "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "k": 3, "w": 4, "m": 6,
    "十万": 5, "百万": 6, "千万": 7, "万亿": 12,
}  # fmt: skip
_PIECE = re.compile(r"([0-9][0-9.,' ]*)(十万|百万|千万|万亿|[百千k万萬wm亿億])")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_CONTINENTAL = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]+,[0-9]{1,2}")
_BLANKS = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+)[.,]([0-9]{1,2})")
_SWISS = re.compile(r"[0-9]{1,3}(?:['’][0-9]{3})+(?:\.[0-9]*)?")
_SHORTENED = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?e[+-]?[0-9]+")

_PLAINLY = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?")

_NO_AMOUNT = N_("“{value}” isn't an amount; write it as digits, as in 12,000.00 or 1.2万.")
_TOO_LARGE = N_("“{value}” is larger than any amount that can be kept; check it for digits too many.")
_BY_ZERO = N_("“{value}” divides by zero; write another number.")
_SHORTENED_BY = N_("“{value}” is shortened and may have lost digits; write the amount in full.")


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """`value` with `places` digits behind the point, halves away from zero. What has no digits to
    drop (and NaN and infinities) comes back as it is when it's too large to be written out."""
    if not value.is_finite() or value.adjusted() > 10_000:
        return value
    size = len(value.as_tuple().digits) + max(value.adjusted(), 0) + abs(places) + 3
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=size))
    return rounded if rounded else rounded.copy_abs()


def read(cell: object, places: int = 2) -> tuple[Decimal | None, Said | None]:
    """The amount in `cell`, rounded half up to `places`; (None, None) for a blank; (None, sentence)
    for what is none. A currency beside it is skipped (`currency` names it). Never raises."""
    if type(cell) is str and places >= 2 and _FAST.fullmatch(cell):
        return round_half_up(Decimal(cell), places), None
    if cell is None or cell == "":
        return None, None
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float, Decimal)):
        return None, say(_NO_AMOUNT, value=quoted(cell))
    if isinstance(cell, str):
        text = half(cell[:200]).strip().lower()
        if blank(text):
            return None, None
        if len(cell) > 100:
            return None, say(_TOO_LARGE if text.isdigit() else _NO_AMOUNT, value=quoted(cell))
        if _SHORTENED.fullmatch(text):
            return None, say(_SHORTENED_BY, value=quoted(cell))
        value = _written(text)
    elif isinstance(cell, int) and cell.bit_length() > 64:
        return None, say(_TOO_LARGE, value=quoted(cell))
    else:
        value = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if value is None or not value.is_finite():
        return None, say(_NO_AMOUNT, value=quoted(cell))
    if value and value.adjusted() >= LARGEST_DIGITS:
        return None, say(_TOO_LARGE, value=quoted(cell))
    return round_half_up(value, places), None


_SIGN = re.compile(r"[-+*/()]|[^-+*/()]+")
_TIMES = re.compile(r"(?<=[0-9万亿k)元]) *[x×] *(?=[0-9(.])")
_WIDE = Context(prec=60)


def work_out(text: str, places: int = 2) -> tuple[Decimal | None, Said | None]:
    """As `read`, and a sum of such amounts: 1200*6, (3.2万+500)/4, =12k-500. Never raises.

    For typing only: in a list, 3-5 is a range and no sum."""
    value, why = read(text, places)
    if value is not None or why is None or len(text) > 100:
        return value, why
    plain = _TIMES.sub("*", half(text).strip().lower().strip("=").strip())
    for sign, meant in (("×", "*"), ("÷", "/")):
        plain = plain.replace(sign, meant)
    parts = [part.strip() for part in _SIGN.findall(plain) if part.strip()]
    if len(parts) < 2:
        return None, why
    try:
        total = _Sum(parts).all()
    except ZeroDivisionError:
        return None, say(_BY_ZERO, value=quoted(text))
    if total is None:
        return None, why
    if total and total.adjusted() >= LARGEST_DIGITS:
        return None, say(_TOO_LARGE, value=quoted(text))
    return round_half_up(total, places), None


class _Sum:
    """A sum being worked out, from left to right. Every step answers None where it makes no sense."""

    def __init__(self, parts: list[str]) -> None:
        self.parts, self.at = parts, 0

    def all(self) -> Decimal | None:
        """The value of the whole, or None."""
        value = self._terms()
        return value if self.at == len(self.parts) else None

    def _next(self, among: str) -> str:
        """The next sign when it is one of these, taken."""
        if self.at < len(self.parts) and self.parts[self.at] in among:
            self.at += 1
            return self.parts[self.at - 1]
        return ""

    def _terms(self) -> Decimal | None:
        value = self._factors()
        while value is not None and (sign := self._next("+-")):
            other = self._factors()
            if other is None:
                return None
            value = _WIDE.add(value, other if sign == "+" else other.copy_negate())
        return value

    def _factors(self) -> Decimal | None:
        value = self._one()
        while value is not None and (sign := self._next("*/")):
            other = self._one()
            if other is None:
                return None
            if sign == "/" and not other:
                raise ZeroDivisionError
            value = _WIDE.multiply(value, other) if sign == "*" else _WIDE.divide(value, other)
        return value

    def _one(self) -> Decimal | None:
        negative = False
        while sign := self._next("+-"):
            negative ^= sign == "-"
        if self._next("("):
            value = self._terms()
            if not self._next(")"):
                return None
        else:
            value = self._amount()
        return value.copy_negate() if value is not None and negative else value

    def _amount(self) -> Decimal | None:
        if self.at == len(self.parts):
            return None
        self.at += 1
        return _written(self.parts[self.at - 1])


def is_plain(text: str) -> bool:
    """Whether an amount is written just as it is read: digits, a point, commas between thousands."""
    return _PLAINLY.fullmatch(half(text).strip()) is not None


def currency(cell: object) -> str:
    """The ISO code of the currency written beside an amount ("¥" and 元 are CNY), "" for none."""
    if not isinstance(cell, str) or len(cell) > 100:
        return ""
    found = _CURRENCY.search(half(cell).lower())
    return _CURRENCY_NAMES[found.lastindex - 1] if found and found.lastindex else ""


_DOLLARS = frozenset({"USD", "HKD", "TWD", "SGD", "AUD", "CAD"})


def foreign(cell: object, own: str) -> Said | None:
    """Why an amount written with the sign of another currency is not taken; None when it isn't. A bare $ may be any
    dollar, ¥ the yen too."""
    found = currency(cell)
    if not found or found == own:
        return None
    text = half(str(cell)).strip()
    if found == "USD" and own in _DOLLARS and not re.search("us|美", text.lower()):
        return None
    if found == "CNY" and own == "JPY" and "¥" in text:
        return None
    what = N_(
        "“{text}” is in {found}, this file is in {currency}. All amounts are in one currency: enter it in {currency}."
    )
    return say(what, text=text[:40], found=found, currency=own)


def _written(text: str) -> Decimal | None:
    """The number in half-width lower-case `text`, None when it's none."""
    # A mark that no number can hold: 100元50 must not become 10050.
    text, marks = _CURRENCY.subn("\0", text)
    text = text.strip(" \0")
    if marks > 3:
        return None
    negative = False
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        negative, text = True, text[1:-1].strip(" \0")
    elif text.startswith(("-", "负")):
        negative, text = True, text[1:].strip(" \0")
    elif text.endswith("-"):
        negative, text = True, text[:-1].strip(" \0")
    elif text.startswith("+"):
        text = text[1:].strip(" \0")
    value = _number(text)
    if value is None:
        value = _with_units(text)
    return value.copy_negate() if value is not None and negative else value


def _with_units(text: str) -> Decimal | None:
    """3.2万, 1亿2000万, 12k."""
    total, end, before = Decimal(0), 0, 99
    for found in _PIECE.finditer(text):
        power = _UNITS[found.group(2)]
        value = _number(found.group(1).strip())
        if text[end : found.start()].strip() or value is None or power >= before:
            return None
        total = _EXACT.add(total, _EXACT.scaleb(value, power))
        before, end = power, found.end()
    return total if end and not text[end:].strip() else None


def _number(text: str) -> Decimal | None:
    if len(text) > 60:
        return None
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _CONTINENTAL.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _SWISS.fullmatch(text):
        return Decimal(text.replace("'", "").replace("’", ""))
    if found := _BLANKS.fullmatch(text):
        return Decimal(f"{found.group(1).replace(' ', '')}.{found.group(2)}")
    return None


def minor_digits(currency: str = "CNY") -> int:
    """Digits behind the point that `currency` (ISO code) has."""
    return MINOR_DIGITS.get(currency, 2)


def to_minor(value: Decimal, currency: str = "CNY") -> int:
    """`value` in minor units (分, cents), halves away from zero. Raises Known for an amount too
    large to be kept."""
    if not value.is_finite() or (value and value.adjusted() >= LARGEST_DIGITS):
        raise Known(say(_TOO_LARGE, value=quoted(value)))
    places = minor_digits(currency)
    return int(_EXACT.scaleb(round_half_up(value, places), places))


def from_minor(minor: int, currency: str = "CNY") -> Decimal:
    """Minor units as an amount with all its digits behind the point."""
    return Decimal(minor).scaleb(-minor_digits(currency), Context(prec=minor.bit_length() // 3 + 9))


def show(minor: int, currency: str, symbol: bool = False) -> str:
    """Minor units as people read them: 12,345.60, with `symbol` ¥12,345.60."""
    places = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**places)
    text = f"{whole:,}.{part:0{places}d}" if places else f"{whole:,}"
    mark = SYMBOLS.get(currency, currency + " ") if symbol else ""
    return f"{'-' if minor < 0 else ''}{mark}{text}"
