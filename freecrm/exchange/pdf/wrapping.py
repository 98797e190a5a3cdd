"""Breaking texts into lines: Latin between words, Chinese anywhere but before a comma or behind a bracket."""

from __future__ import annotations

from freecrm.exchange.pdf.fonts import Face

_NOT_FIRST = frozenset("，。、；：？！…—）》」』】〕〉％℃”’,.;:?!)]}%")
_NOT_LAST = frozenset("（《「『【〔〈“‘([{￥¥$€£")
_WIDE = "\u2e80"  # from here on each sign stands for itself


def wrap(text: str, room: float, face: Face, size: float) -> list[str]:
    """The lines of a text in `room` points; its own line breaks stay, a word that is too long is broken."""
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, room, face, size)]
    if len(text) * size <= room or face.width(text, size) <= room:
        return [text]  # no sign is wider than the font is high
    return _broken(text, room / size, face.widths)


def _broken(text: str, room: float, widths: dict[str, float]) -> list[str]:
    lines: list[str] = []
    start, end, used, at = 0, 0, 0.0, 0
    while at < len(text):
        char = text[at]
        width = widths[char]
        if used + width > room and at > start and char != " ":
            cut = end if end > start else at
            lines.append(text[start:cut].rstrip())
            start = cut
            used = sum(map(widths.__getitem__, text[start:at]))
            continue
        used += width
        at += 1
        if at < len(text) and _may_break(char, text[at]):
            end = at
    lines.append(text[start:].rstrip())
    return lines


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    return before >= _WIDE or after >= _WIDE or (before in "-/" and after.isalpha())


def cut(text: str, room: float, face: Face, size: float) -> str:
    """One line of a text, with … where it had to be cut: for repeated heads only, never for what is printed."""
    line = text.replace("\n", " ")
    if face.width(line, size) <= room:
        return line
    while line and face.width(line + "…", size) > room:
        line = line[:-1]
    return line.rstrip() + "…"
