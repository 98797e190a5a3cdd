"""Heads of other programs' exports and where their columns go, beyond what fields themselves answer to.

Facts from the programs' own export files: Outlook («Export to a file», CSV), Google Contacts
(«Google CSV»), EspoCRM (accounts and contacts, CSV). A path is entity.field or
entity.field.part; "person.given" and "person.family" are put together to the person's name.
"""

from __future__ import annotations

from freecrm.core.pinyin import fold

MAIN, PERSON, POSITION = "main", "person", "position"

_HEADS: dict[str, tuple[str, ...]] = {
    "person.family": ("last name", "family name", "surname", "姓", "姓氏"),
    "person.given": ("first name", "given name", "forename", "名", "名字"),
    "person.middle": ("middle name", "additional name"),
    "person.name": ("full name", "display name", "file as"),
    "main.name": ("organization 1 - name", "organization name", "account"),
    "position.job": ("organization 1 - title", "organization title", "job title", "title"),
    "position.department": ("organization 1 - department", "organization department", "department"),
    "person.phones:mobile": (
        "mobile phone", "mobile", "primary phone", "phone 1 - value", "phone 2 - value", "phone 3 - value",
        "other phone", "pager", "手机2", "手机号2", "备用手机", "备用电话",
    ),
    "person.phones:home": ("home phone", "home phone 2", "家庭电话", "住宅电话"),
    "main.phones:landline": ("business phone", "business phone 2", "company main phone", "phone office", "总机"),
    "main.phones:fax": ("business fax", "fax", "传真", "home fax"),
    "person.emails": (
        "e-mail address", "e-mail 2", "e-mail 2 address", "e-mail 3 address", "e-mail 1 - value", "e-mail 2 - value",
        "e-mail 3 - value", "email address 2",
    ),
    "main.addresses.street": (
        "street", "business street", "business street 2", "address 1 - street", "billing address street",
        "shipping address street", "address street", "street address", "详细地址", "街道",
    ),
    "main.addresses.city": (
        "city", "business city", "address 1 - city", "billing address city", "shipping address city", "address city",
        "城市", "市", "所在城市",
    ),
    "main.addresses.province": (
        "province", "state", "business state", "address 1 - region", "billing address state", "shipping address state",
        "address state", "省", "省份", "所在省份",
    ),
    "main.addresses.district": ("district", "区县", "区", "县"),
    "main.addresses.postcode": (
        "postal code", "zip", "zip code", "business postal code", "address 1 - postal code",
        "billing address postal code", "shipping address postal code", "address postal code", "邮编", "邮政编码",
    ),
    "main.addresses.country": (
        "country", "business country/region", "address 1 - country", "billing address country",
        "shipping address country", "address country", "国家",
    ),
    "person.handles:wechat": ("wechat", "微信", "微信号"),
    "person.handles:qq": ("qq", "qq号", "qq号码"),
    "person.birthday": ("birthday", "生日"),
    "main.website": ("website 1 - value", "web page", "website"),
    "main.tags": ("group membership", "labels", "categories", "标签"),
    "main.owner_user": ("assigned user", "assigned user name", "负责人"),
    "main.remark": ("notes", "note", "备注", "description"),
}  # fmt: skip

LEFT_OUT = frozenset(
    "序号 no no. 编号序号 行号 # 序 id uid 记录id deleted createdat modifiedat createdby modifiedby created modified"
    " yominame givennameyomi familynameyomi additionalnameyomi phonetic gender initials suffix prefix nameprefix"
    " namesuffix photo whyitwasleftout 未导入的原因 e-mailtype emaildisplayname e-maildisplayname e-mail2displayname e-mail2type".split()
)
"""Folded heads without blanks of columns that say nothing of a customer."""


def plain(head: str) -> str:
    """A head for comparing: folded, without brackets, stars, colons, blanks and underscores."""
    text = fold(head)
    for opening, closing in ("()", "[]", "【】"):
        while opening in text and closing in text[text.index(opening) :]:
            start = text.index(opening)
            inside_end = text.index(closing, start)
            shorter = text[:start] + text[inside_end + 1 :]
            if not shorter.strip():
                break
            text = shorter
    return "".join(c for c in text if c.isalnum() or c in "#-/.").strip("-/.")


def heads() -> dict[str, str]:
    """Plain head -> path."""
    return {plain(head): path for path, names in _HEADS.items() for head in names}
