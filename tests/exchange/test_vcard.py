"""Address cards of phones and mail programs, read and written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core.problems import Known
from freecrm.exchange import vcard
from freecrm.exchange.vcard import Card

OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0;=E4=BC=9F;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=\r\n=E4=BC=9F\r\n"
    "TEL;CELL;PREF:138-0013-8000\r\nTEL;WORK;FAX:0510-81000000\r\n"
    "ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=99=BE=E5=B2=A9=E8=B4=B8=E6=98=93;=\r\n=E9=94=80=E5=94=AE=E9=83=A8\r\n"
    "X-QQ:123456\r\nEND:VCARD\r\n"
)
APPLE = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Smith;Ann;;;\nFN:Ann Smith\nORG:Acme\\, Inc.;Sales;\nTITLE:Buyer\n"
    "item1.TEL:+44 20 7946 0000\nitem1.X-ABLabel:_$!<Main>!$_\nTEL;type=CELL;type=VOICE:07700 900000\n"
    "item2.EMAIL;type=INTERNET;type=WORK:ann@acme.com\nADR;TYPE=WORK:;;1 High St;London;;SW1A;UK\n"
    "NOTE:first\\nsecond\\, third\nURL:https://acme.com\nBDAY:1990-02-03\nCATEGORIES:a,b\nUID:u-1\n"
    "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4A\n AQ\nEND:VCARD\n"
)
NEW = (
    'BEGIN:VCARD\nVERSION:4.0\nFN:王小明\nTEL;VALUE=uri;TYPE="voice,cell":tel:+8613800138000\n'
    "IMPP:xmpp:wang@x.cn\nX-WECHAT:wxm\nPHOTO:data:image/png;base64,iVBORw==\nEND:VCARD\n"
)


def cards(text: str | bytes) -> list[Card]:
    entries = list(vcard.read(text.encode() if isinstance(text, str) else text))
    assert all(entry.card for entry in entries), [str(entry.why) for entry in entries]
    return [entry.card for entry in entries if entry.card]


def test_the_old_kind_with_soft_line_breaks() -> None:
    (card,) = cards(OLD)
    assert (card["full"], card["family"], card["given"]) == ("张伟", "张", "伟")
    assert card["tels"] == [("138-0013-8000", "cell"), ("0510-81000000", "fax")]
    assert (card["org"], card["department"]) == ("百岩贸易", "销售部")
    assert card["handles"] == [("qq", "123456")]


def test_gbk_with_and_without_its_name() -> None:
    quoted = "".join(f"={b:02X}" for b in "张伟".encode("gbk"))
    named = f"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:{quoted}\nEND:VCARD\n"
    assert cards(named)[0]["full"] == "张伟"
    bare = "BEGIN:VCARD\nVERSION:3.0\nFN:张伟\nN:张;伟;;;\nEND:VCARD\n".encode("gbk")
    assert cards(bare)[0]["full"] == "张伟"


def test_version_3_with_groups_and_a_photo() -> None:
    (card,) = cards(APPLE)
    assert (card["org"], card["department"], card["title"]) == ("Acme, Inc.", "Sales", "Buyer")
    assert card["tels"] == [("+44 20 7946 0000", "main"), ("07700 900000", "cell")]
    assert card["mails"] == [("ann@acme.com", "work")]
    adr = card["adrs"][0]
    assert (adr["street"], adr["city"], adr["code"], adr["country"]) == ("1 High St", "London", "SW1A", "UK")
    assert card["note"] == "first\nsecond, third"
    assert (card["url"], card["birthday"], card["uid"]) == ("https://acme.com", "1990-02-03", "u-1")
    assert card["categories"] == ["a", "b"]
    assert card["photo"].startswith(b"\xff\xd8\xff")


def test_version_4() -> None:
    (card,) = cards(NEW)
    assert card["tels"] == [("+8613800138000", "cell")]
    assert card["handles"] == [("xmpp", "wang@x.cn"), ("wechat", "wxm")]
    assert card["photo"] == b"\x89PNG"


def test_one_bad_card_costs_no_other() -> None:
    bad = "BEGIN:VCARD\nVERSION:3.0\nFN:坏\nTHIS IS NO LINE\nADR:x\nEND:VCARD\n"
    hopeless = "BEGIN:VCARD\nVERSION:3.0\n:::\nEND:VCARD\n"
    entries = list(vcard.read((APPLE + bad + hopeless + "BEGIN:VCARD\nFN:open\n" + NEW).encode()))
    assert [e.card.get("full") if e.card else None for e in entries] == [
        "Ann Smith",
        "坏",
        None,
        "open",
        "王小明",
    ]
    assert "The card at line 26" in str(entries[2].why)


def test_no_card_at_all() -> None:
    with pytest.raises(Known, match="no address card"):
        list(vcard.read(b"hello"))


def test_thousands() -> None:
    assert len(cards(APPLE * 500)) == 500


WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co"), exclude_characters="\ufeff\x85"),
    min_size=1,
).map(lambda t: " ".join(t.split()))
FILLED = WORDS.filter(bool)
TELS = st.tuples(
    FILLED.filter(lambda t: not t.lower().startswith("tel:")), st.sampled_from(["cell", "work", ""])
)
MAILS = st.tuples(FILLED.filter(lambda t: not t.lower().startswith("mailto:")), st.just("home"))
CARDS = st.fixed_dictionaries(
    {
        **dict.fromkeys(("full", "family", "org", "note", "title", "uid"), FILLED),
        "tels": st.lists(TELS, min_size=1),
        "mails": st.lists(MAILS, min_size=1),
        "categories": st.lists(FILLED, min_size=1),
        "photo": st.binary(min_size=1, max_size=200),
    }
)


@settings(max_examples=60, deadline=None)
@given(CARDS, st.sampled_from(["3.0", "4.0"]))
def test_written_and_read_back(card: Card, version: str) -> None:
    text = vcard.write([card, card], version)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert cards(text) == [card, card]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(APPLE)), st.sampled_from([OLD, APPLE, NEW]))
def test_any_bytes_are_cards_or_a_sentence(noise: bytes, at: int, text: str) -> None:
    data = text.encode()
    entries = list(vcard.read(data[:at] + noise + data[at:] + data))
    assert entries
    assert all(entry.card is not None or entry.why for entry in entries)
