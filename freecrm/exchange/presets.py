"""Heads of other programs' exports and where their columns go, beyond what fields themselves answer to.

Facts from the programs' own export files: Outlook («Export to a file», CSV), Google Contacts
(«Google CSV»), EspoCRM (accounts and contacts, CSV), Act! (contacts, text). A path is entity.field or
entity.field.part; "person.given" and "person.family" are put together to the person's name.
"""

from __future__ import annotations

import re

from freecrm.core.pinyin import fold

_HEADS: dict[str, tuple[str, ...]] = {
    "person.family": ("last name", "family name", "surname", "姓", "姓氏"),
    "person.given": ("first name", "given name", "forename", "名", "名字"),
    "person.middle": ("middle name", "additional name", "中间名"),
    "person.name": ("full name", "display name", "file as", "联络人"),
    "main.name": ("organization 1 - name", "organization name", "account"),
    "position.job": ("organization 1 - title", "organization title", "job title", "title"),
    "position.department": ("organization 1 - department", "organization department", "department"),
    "person.phones:mobile": (
        "mobile phone", "mobile", "primary phone", "phone 1 - value", "phone 2 - value", "phone 3 - value",
        "other phone", "pager", "手机2", "手机号2", "备用手机", "备用电话", "主要电话", "其他电话",
    ),
    "person.phones:home": ("home phone", "home phone 2", "家庭电话", "住宅电话", "住宅电话 2"),
    "main.phones:landline": (
        "business phone", "business phone 2", "company main phone", "phone office", "总机", "商务电话", "商务电话 2",
        "单位主要电话", "公司主要电话", "办公电话", "alt phone",
    ),
    "main.phones:fax": ("business fax", "fax", "fax phone", "传真", "home fax", "other fax", "商务传真", "住宅传真", "其他传真"),
    "person.emails": (
        "e-mail address", "e-mail 2", "e-mail 2 address", "e-mail 3 address", "e-mail 1 - value", "e-mail 2 - value",
        "e-mail 3 - value", "email address 2", "电子邮件地址", "电子邮件", "电子邮件 2 地址", "电子邮件 3 地址",
        "邮箱地址", "邮件地址", "e-mail", "personal e-mail", "qq邮箱",
    ),
    "person.handles:wechat": ("wechat", "微信", "微信号"),
    "person.handles:qq": ("qq", "qq号", "qq号码"),
    "person.birthday": ("birthday", "birth date", "生日"),
    "main.last_contact": ("last reach", "last meeting"),
    "main.website": (
        "website 1 - value", "web page", "web site", "website", "网页", "个人网页", "公司网址", "公司网站", "网站",
    ),
    "main.tags": ("group membership", "labels", "categories", "标签", "类别"),
    "main.owner_user": ("assigned user", "assigned user name", "record manager", "负责人"),
    "main.remark": ("notes", "note", "备注", "附注", "description"),
}  # fmt: skip

_ADDRESSES: dict[str, tuple[str, ...]] = {
    "main.addresses": ("", "business", "billing address", "mailing address", "primary address", "address",
        "address 1 -", "商务地址", "通讯地址", "账单地址"),
    "main.addresses:delivery": ("shipping address", "delivery address", "收货地址", "送货地址"),
    "person.addresses:home": ("home", "home address", "住宅地址", "家庭地址"),
    "person.addresses": ("other", "其他地址"),
}  # fmt: skip
"""Whose address, and of which kind -> what stands before its parts in a head."""

_PARTS: dict[str, tuple[str, ...]] = {
    "street": (
        "street", "street 2", "street 3", "street address", "address 1", "address 2", "address 3", "街道", "街道 2",
        "街道 3", "详细地址",
    ),
    "city": ("city", "城市", "市", "市/县", "市县", "所在城市"),
    "province": ("province", "state", "region", "省", "省份", "所在省份", "省/市/自治区", "省市自治区"),
    "district": ("district", "区县", "区/县", "区", "县"),
    "postcode": ("postal code", "zip", "zip code", "postcode", "邮编", "邮政编码"),
    "country": ("country", "country/region", "国家", "国家/地区", "国家地区"),
}  # fmt: skip
"""A part of an address -> its heads, alone or behind the words of `_ADDRESSES`."""

LEFT_OUT = frozenset(
    "序号 no no. 编号序号 行号 # 序 id uid 记录id deleted createdat modifiedat createdby modifiedby created modified"
    " yominame givennameyomi familynameyomi additionalnameyomi phonetic gender initials suffix prefix nameprefix"
    " namesuffix photo recordcreator createdate editdate editedby whyitwasleftout 未导入的原因 emaildisplayname 称谓 后缀 中文称谓后缀 缩写 sensitivity 敏感度".split()
)
"""Folded heads without blanks of columns that say nothing of a customer."""


_SAYS_LITTLE = re.compile(
    r"(?:e-mail|phone|address|website|organization|im|relation|event)\d-(?:label|type|yominame)"
    r"|address\d-(?:formatted|pobox|extendedaddress)|e-mail\d?(?:type|displayname)|电子邮件\d?(?:类型|显示.*)"
)
_SIMPLE = str.maketrans(
    "電話聯絡繫郵編號級別備註業務員單稱區縣國職門類標籤網機傳真來狀態額數廠戶資",
    "电话联络系邮编号级别备注业务员单称区县国职门类标签网机传真来状态额数厂户资",
)


def says_little(head: str) -> bool:
    """Whether a column of this head (as `plain` gives it) holds nothing to keep: serials, labels, formatted copies."""
    return head in LEFT_OUT or _SAYS_LITTLE.fullmatch(head) is not None


def plain(head: str) -> str:
    """A head for comparing: folded, without brackets, stars, colons, blanks and underscores; 電話 is 电话."""
    text = fold(head).translate(_SIMPLE)
    for opening, closing in ("()", "[]", "【】"):
        while opening in text and closing in text[text.index(opening) :]:
            start = text.index(opening)
            inside_end = text.index(closing, start)
            shorter = text[:start] + text[inside_end + 1 :]
            if not shorter.strip():
                break
            text = shorter
    text = text.replace(" ", "").replace("_", "")
    if text.isalnum():  # most are then, and each import asks for a thousand
        return text
    return "".join(c for c in text if c.isalnum() or c in "#-/.").strip("-/.")


def heads() -> dict[str, str]:
    """Plain head -> path."""
    found = {plain(head): path for path, names in _HEADS.items() for head in names}
    for path, befores in _ADDRESSES.items():
        for part, names in _PARTS.items():
            full = f"{path}.{part}"
            found.update({plain(f"{before} {name}"): full for before in befores for name in names})
    return found
