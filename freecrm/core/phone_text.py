"""Stored telephone numbers as people write them; apart from `phones`, for the first picture of a list
does not wait for what reads foreign ones."""

from __future__ import annotations

from freecrm.core.words import _


def show(number: str, ext: str = "") -> str:
    """A stored number as people write it: 138-0000-1203, 0571-00006688, +49 30 1234567."""
    text = number
    if number.startswith("+86"):
        rest = number[3:]
        if len(rest) == 11 and rest[0] == "1":
            text = f"{rest[:3]}-{rest[3:7]}-{rest[7:]}"
        elif len(rest) == 10 and rest[:3] in ("400", "800"):
            text = f"{rest[:3]}-{rest[3:6]}-{rest[6:]}"
        else:
            area = 2 if rest[:2] == "10" or rest[:1] == "2" else 3
            text = f"0{rest[:area]}-{rest[area:]}"
    elif number.startswith("+"):
        text = _international(number)
    return _("{number} ext. {ext}").format(number=text, ext=ext) if ext else text


def _international(number: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
