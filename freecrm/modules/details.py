"""Rows that belong to another record: phones, mails, addresses, WeChat/QQ, tags, notes, files.

One entity a kind, whatever record it hangs on, so that a caller's number is looked up in one place.
"""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Count, Latest, Sum
from freecrm.core.entity import Child
from freecrm.core.fields import Choice, LongText, Moment, Number, Text, YesNo
from freecrm.core.module import Module
from freecrm.core.pieces import Card, Changes, Children, Entry, Figure, Tab
from freecrm.core.words import N_

PHONE_KINDS = Options(
    "phone_kind",
    (
        Option("mobile", N_("Mobile"), also=("手机", "cell", "移动电话")),
        Option("landline", N_("Landline"), also=("座机", "固话", "电话", "work", "office")),
        Option("fax", N_("Fax"), also=("传真",)),
        Option("other", N_("Other"), also=("其他", "其它")),
    ),
)
HANDLE_KINDS = Options(
    "handle_kind",
    (
        Option("wechat", N_("WeChat"), also=("微信", "weixin", "wx")),
        Option("qq", N_("QQ")),
        Option("other", N_("Other")),
    ),
)
ADDRESS_KINDS = Options(
    "address_kind",
    (
        Option("office", N_("Office"), also=("work", "business", "公司", "办公")),
        Option("delivery", N_("Delivery"), also=("shipping", "收货")),
        Option("invoice", N_("Invoice"), also=("billing", "开票")),
        Option("home", N_("Home"), also=("家庭", "住址")),
    ),
)


class Phone(Child):
    """A telephone number: E.164 where it was understood (+8613800001203), else as it stood."""

    label, plural, title, icon = N_("Phone"), N_("Phones"), "number", "phone"
    number = Text(N_("Number"), required=True, search="digits")
    ext = Text(N_("Extension"))
    kind = Choice(N_("Kind"), PHONE_KINDS)
    note = Text(N_("Remark"))
    primary = YesNo(N_("Primary"))


class Email(Child):
    """An e-mail address."""

    label, plural, title, icon = N_("E-mail"), N_("E-mails"), "address", "mail"
    address = Text(N_("Address"), required=True, search="word", index=True)
    primary = YesNo(N_("Primary"))


class Address(Child):
    """A postal address in its parts."""

    label, plural, title, icon = N_("Address"), N_("Addresses"), "street", "map-pin"
    kind = Choice(N_("Kind"), ADDRESS_KINDS)
    country = Text(N_("Country"), search="word")
    province = Text(N_("Province"), search="word")
    city = Text(N_("City"), search="word")
    district = Text(N_("District"), search="word")
    street = Text(N_("Street"), search="word")
    postcode = Text(N_("Postcode"), search="word")
    primary = YesNo(N_("Primary"))


class Handle(Child):
    """A WeChat or QQ name."""

    label, plural, title, icon = N_("WeChat/QQ"), N_("WeChat/QQ"), "handle", "message-circle"
    kind = Choice(N_("Kind"), HANDLE_KINDS)
    handle = Text(N_("Name"), required=True, search="word")


class Tag(Child):
    """A word put on a record."""

    label, plural, title, icon, element = N_("Tag"), N_("Tags"), "word", "tag", "word"
    word = Text(N_("Tag"), required=True, search="word", index=True)


class Note(Child):
    """A note on a record, with its time."""

    label, plural, title, icon = N_("Note"), N_("Notes"), "text", "sticky-note"
    text = LongText(N_("Text"), required=True, search="long")
    at = Moment(N_("Written"))


class File(Child):
    """A file attached to a record; its content lies beside the database under its hash."""

    label, plural, icon = N_("File"), N_("Files"), "file-text"
    name = Text(N_("Name"), required=True, search="word")
    hash = Text(N_("Content"), hidden=True, index=True)
    size = Number(N_("Size"), unit="B")
    type = Text(N_("Type"))


MODULE = Module(
    "details",
    (Phone, Email, Address, Handle, Tag, Note, File),
    pieces=(
        Tab("files", N_("Files"), Children("file"), place=80),
        Tab("notes", N_("Notes"), Children("note"), place=85),
        Tab("changes", N_("Changes"), Changes(), place=90),
        Figure(
            "notes", N_("Notes"), Count("note", "parent"), "notes", Latest("note", "parent", "at"), place=80
        ),
        Figure(
            "files", N_("Files"), Count("file", "parent"), "files", Sum("file", "parent", "size"), place=85
        ),
        Card("drop", N_("Files"), Children("file"), "files", place=90),
        Entry(
            "note", N_("Notes"), N_("Note"), "note", "sticky-note", "warning", at="at", text="text", place=10
        ),
        Entry("file", N_("Files"), N_("File attached"), "file", "file-text", "info", text="name", place=20),
    ),
)
