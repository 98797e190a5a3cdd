"""Amounts in Chinese capitals (大写金额), as cheques, contracts and bills of exchange want them.

    capitals(8_965_600)      捌万玖仟陆佰伍拾陆元整

By the rule of the People's Bank (正确填写票据和结算凭证的基本规定): noughts between digits are one 零, 整 stands behind 元
and 角 and never behind 分. Where the 元 end in noughts and 角 follow, 零 may stand or not; here it does not, unless the
角 are none, too: 壹拾元零伍分, 壹拾元伍角整.
"""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万")
LARGEST = 10**18 - 1
"""In 分: below 10^16 元."""


def capitals(amount: int, *, unit: str = "元") -> str:
    """An amount of minor units (分) in capitals, without the name of the currency before it. ValueError beyond
    LARGEST, which no amount that is kept comes near."""
    if abs(amount) > LARGEST:
        raise ValueError(f"{amount} has no capitals")
    yuan, rest = divmod(abs(amount), 100)
    jiao, fen = divmod(rest, 10)
    sign = "负" if amount < 0 else ""
    whole = f"{_whole(yuan)}{unit}" if yuan else ""
    if not rest:
        return f"{sign}{whole or f'零{unit}'}整"
    tens = f"{DIGITS[jiao]}角" if jiao else "零" if yuan else ""
    return f"{sign}{whole}{tens}" + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    made, owed = "", False  # owed: noughts were passed over since the last digit
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    for at in reversed(range(len(groups))):
        for place in (3, 2, 1, 0):
            digit = groups[at] // 10**place % 10
            if not digit:
                owed = bool(made)
                continue
            made += ("零" if owed else "") + DIGITS[digit] + _PLACES[place]
            owed = False
        if groups[at]:
            made += _GROUPS[at]
        if at == 3 and not groups[2]:  # 壹万亿零伍: the 亿 stands behind the 万 alone
            made += "亿"
    return made
