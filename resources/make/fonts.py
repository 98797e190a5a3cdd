"""Make resources/fonts: Noto Sans SC, cut to what customer lists need, for all that FreeCRM prints.

Sources: the npm packages `@expo-google-fonts/noto-sans-sc` 0.4.3 and `@expo-google-fonts/noto-sans` 0.4.2
(static TrueType files; the fonts are under the SIL Open Font License 1.1, its text lies beside them), unpacked.

    mkdir sc latin
    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 && tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz -C sc
    npm pack @expo-google-fonts/noto-sans@0.4.2 && tar xzf expo-google-fonts-noto-sans-0.4.2.tgz -C latin
    python resources/make/fonts.py sc/package latin/package resources/fonts

Regular holds GBK, the further characters of the national table of 2013 that names are made of, and all
letters, signs and figures of the font; Bold holds GB2312 in place of GBK. Whatever is bold on paper and
not in Bold is printed in Regular. Letters of European names that Noto Sans SC doesn't have (Łódź, Škoda),
Greek and Cyrillic are taken from Noto Sans. Rules for shaping are left out: paper is set letter by letter.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

# What the table of 2013 (通用规范汉字表) has of the Unicode block "Extension A"; of the blocks behind it the
# font holds nothing but that table.
TABLE_A = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃"
    "䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
FILES = {
    "NotoSansSC-Regular.ttf": ("400Regular/{}_400Regular.ttf", "gbk"),
    "NotoSansSC-Bold.ttf": ("700Bold/{}_700Bold.ttf", "gb2312"),
}
ADDED = ((0x00A0, 0x024F), (0x1E00, 0x1EFF), (0x20A0, 0x20BF))
"""Latin with all its marks, and the signs of currencies: taken where they are missing."""
REPLACED = ((0x0370, 0x052F),)
"""Greek and Cyrillic: of one kind, for Noto Sans SC has the plain letters only and sets them wide."""


def encodes(encoding: str, char: str) -> bool:
    """Whether the encoding has this character."""
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def wanted(codes: set[int], encoding: str) -> set[int]:
    """The characters that are kept."""
    kept = set()
    for code in codes:
        char = chr(code)
        if not unicodedata.name(char, "").startswith("CJK UNIFIED"):
            kept.add(code)  # letters, figures, signs
        elif encodes(encoding, char) or (encoding == "gbk" and (code >= 0x9FA6 or char in TABLE_A)):
            kept.add(code)
    return kept


def add(font: TTFont, other: TTFont) -> None:
    """Draw letters of another font of the same measure into this one."""
    have, found, glyphs = font.getBestCmap(), other.getBestCmap(), other.getGlyphSet()
    order = font.getGlyphOrder()
    for code, source in found.items():
        missing = code not in have and any(low <= code <= high for low, high in ADDED)
        if not missing and not any(low <= code <= high for low, high in REPLACED):
            continue
        name = f"noto{code:04X}"
        drawn, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[source].draw(drawn)
        drawn.replay(pen)
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = other["hmtx"][source]
        order.append(name)
        for table in font["cmap"].tables:
            if table.isUnicode() and table.format != 14:
                table.cmap[code] = name
    font.setGlyphOrder(list(dict.fromkeys(order)))


def main(chinese: Path, latin: Path, target: Path) -> None:
    """Make the fonts from two unpacked packages and put them with their licences into the folder `target`."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "gasp", "prep"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    for name, (source, encoding) in FILES.items():
        font = TTFont(chinese / source.format("NotoSansSC"), recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted(set(font.getBestCmap()), encoding))
        cutter.subset(font)
        add(font, TTFont(latin / source.format("NotoSans")))
        font.save(target / name)
        print(f"{name}: {len(font.getBestCmap()):,} characters, {(target / name).stat().st_size:,} bytes")
    texts = [(package / "LICENSE_FONT").read_text("utf-8") for package in (chinese, latin)]
    first = texts[1].partition("\n")[0]
    (target / "LICENSE").write_text(
        f"Noto Sans SC: {texts[0]}".replace("\n", f"\nNoto Sans: {first}\n", 1), "utf-8"
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
