"""Every setting, declared once: key, kind, default, title. Page, command line, palette and tests derive from it.

Settings of the firm live in the file (`store.settings`); those of the computer (language, theme)
in a file of their own (`core/computer.py`). Secrets are no settings: they go to the keyring.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from freecrm.core import dunning, instalments, numbering, pictures, quiet, wording
from freecrm.core.problems import Known
from freecrm.core.words import LANGUAGES, N_, Said, _, say, translated

SECTIONS = {
    "firm": N_("Firm"),
    "team": N_("Colleagues"),
    "rights": N_("Sign-in and rights"),
    "share": N_("Team"),
    "customer": N_("Customers"),
    "lead": N_("Leads"),
    "pipeline": N_("Pipelines"),
    "quote": N_("Quotes and orders"),
    "receivable": N_("Receivables"),
    "activity": N_("Activities"),
    "calendar": N_("Calendar"),
    "pool": N_("Shared pool"),
    "remind": N_("Reminders"),
    "look": N_("Appearance"),
    "keys": N_("Keyboard"),
    "points": N_("Points"),
    "backup": N_("Backups"),
    "quality": N_("Data quality"),
    "data": N_("Data"),
    "about": N_("About"),
}
"""The sections of the settings page in their order. Some hold no setting, only things to do."""

_WITHIN = {"receipt": "receivable", "sales_order": "quote", "delivery": "quote"}
"""Settings of these stand in the section of others."""

YES = frozenset({"yes", "true", "on", "1", "是", "开"})
NO = frozenset({"no", "false", "off", "0", "否", "关"})


@dataclass(frozen=True, slots=True)
class Setting:
    """key: dotted name, the part before the dot is its section. default: also gives the type.

    choices: allowed values, () = any; titles: what they are called, in the same order. help: one
    sentence that says what it does. kind: which editor; "" follows from the default and the
    choices. least, most, step: of a number; unit: a sign behind it. also: other words that find it.
    place: "file" (goes with the customers) or "computer". why_not: what is wrong with a text, None when nothing is.
    """

    key: str
    title: str
    default: Any
    choices: tuple[Any, ...] = ()
    place: str = "file"
    help: str = ""
    titles: tuple[str, ...] = ()
    kind: str = ""
    least: int = 0
    most: int = 1_000_000
    step: int = 1
    unit: str = ""
    also: tuple[str, ...] = ()
    why_not: Callable[[str], Said | None] | None = None

    @property
    def section(self) -> str:
        """The section of the settings page it stands in: one of SECTIONS."""
        first = self.key.partition(".")[0]
        return _WITHIN.get(first, first)

    @property
    def editor(self) -> str:
        """ "choice", "yesno", "number", "folder", "code_rule", "person", "picture" or "text"."""
        if self.kind or self.choices:
            return self.kind or "choice"
        return {bool: "yesno", int: "number"}.get(type(self.default), "text")

    def check(self, value: Any) -> Any:
        """The value, or Known when it is none that this setting takes."""
        if type(value) is type(self.default):
            why = self.why_not(value) if self.why_not is not None else None
            if why is not None:
                raise Known(why)
            if isinstance(value, int) and not isinstance(value, bool):
                if self.least <= value <= self.most:
                    return value
            elif not self.choices or value in self.choices:
                return value
        raise Known(
            say(
                N_("The setting “{key}” does not take “{value}”. It takes: {allowed}."),
                key=self.key,
                value=value,
                allowed=self.allowed(),
            )
        )

    def allowed(self) -> str:
        """What it takes, for people who type it."""
        if self.choices:
            return ", ".join(str(choice) for choice in self.choices)
        if isinstance(self.default, bool):
            return _("yes or no")
        if isinstance(self.default, int):
            return f"{self.least}–{self.most}"
        return _("text")

    def read(self, text: str) -> Any:
        """The value that a person means by `text`; Known when it is none."""
        if isinstance(self.default, bool):
            word = text.strip().lower()
            return self.check(True if word in YES else False if word in NO else text)
        if isinstance(self.default, int):
            return self.check(int(text) if text.strip().lstrip("-").isdecimal() else text)
        return self.check(text)

    def show(self, value: Any) -> str:
        """A value in the words of the page."""
        if value in self.choices and self.titles:
            return _(self.titles[self.choices.index(value)])
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return f"{value}{self.unit}"

    def words(self) -> list[str]:
        """All that may be typed to find it: its texts in every language, its key."""
        texts = [self.title, self.help, *self.titles, SECTIONS[self.section]]
        return [*(translated(t, lang) for t in texts if t for lang in LANGUAGES), *self.also, self.key]


def _file(key: str, title: str, default: Any, help: str, **more: Any) -> Setting:
    return Setting(key, title, default, help=help, **more)


def _computer(key: str, title: str, default: Any, help: str, **more: Any) -> Setting:
    return Setting(key, title, default, place="computer", help=help, **more)


def _no_clock(text: str) -> Said | None:
    """What keeps a text from being a time of day."""
    if re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        return None
    return say(N_("“{value}” isn't a time of day. Write it as 09:00."), value=text[:40])


SETTINGS: dict[str, Setting] = {
    s.key: s
    for s in (
        _file(
            "firm.name",
            N_("Name of the firm"),
            "",
            N_("Stands in the title of the window and at the head of quotes, receipts and letters."),
            also=("公司", "单位", "company"),
        ),
        _file(
            "firm.currency",
            N_("Currency"),
            "CNY",
            N_("Amounts without a sign of their own are in this currency."),
            choices=("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY", "KRW", "SGD", "AUD", "CAD", "CHF"),
            titles=(
                N_("Chinese yuan (CNY)"),
                N_("US dollar (USD)"),
                N_("Euro (EUR)"),
                N_("Pound sterling (GBP)"),
                N_("Hong Kong dollar (HKD)"),
                N_("New Taiwan dollar (TWD)"),
                N_("Japanese yen (JPY)"),
                N_("South Korean won (KRW)"),
                N_("Singapore dollar (SGD)"),
                N_("Australian dollar (AUD)"),
                N_("Canadian dollar (CAD)"),
                N_("Swiss franc (CHF)"),
            ),
            also=("money", "货币"),
        ),
        _file(
            "firm.country",
            N_("Country calling code"),
            "86",
            N_("Phone numbers without a country are taken to be of this one, such as 86 or 44."),
            also=("区号", "prefix", "dial"),
        ),
        *(
            _file(f"firm.{name}", title, "", N_("Stands in the head or the foot of quotes."), also=also)
            for name, title, also in (
                ("latin", N_("Name in another language"), ("英文名称", "english name")),
                ("address", N_("Address of the firm"), ("公司地址", "地址", "address")),
                ("phone", N_("Telephone of the firm"), ("公司电话", "电话", "phone")),
                ("bank", N_("Bank and account"), ("开户行", "账号", "bank account", "iban")),
                ("payment", N_("Text of the QR code"), ("二维码", "付款码", "收款码", "qr", "payment")),
            )
        ),
        *(
            _file(f"firm.{name}", title, "", help, kind="picture", also=also, why_not=pictures.why_not)
            for name, title, help, also in (
                (
                    "logo",
                    N_("Logo"),
                    N_("A PNG or JPEG file; stands in the head of quotes."),
                    ("标志", "商标", "logo", "picture"),
                ),
                (
                    "seal",
                    N_("Seal"),
                    N_("A PNG or JPEG file; stands where the firm signs. A clear ground suits it best."),
                    ("公章", "印章", "合同章", "stamp", "seal"),
                ),
            )
        ),
        _computer(
            "team.me",
            N_("Who works at this computer"),
            "",
            N_(
                "Their name in the list of colleagues. “Mine” and new customers go by it. Empty: nobody in particular."
            ),
            kind="person",
            also=("我", "本人", "使用人", "登录", "user", "sign in", "owner"),
        ),
        _file(
            "rights.idle",
            N_("Lock after so many minutes"),
            15,
            N_("Without a key or a click for so long, the password is asked for again. 0: never."),
            most=480,
            also=("锁屏", "空闲", "idle", "timeout"),
        ),
        _file(
            "customer.code_rule",
            N_("Codes by rule"),
            "",
            N_("New customers get the next code by themselves. Empty: you type codes, or leave them blank."),
            kind="code_rule",
            also=("客户编号", "编号规则", "number", "numbering", "pattern", "prefix"),
            why_not=numbering.why_not,
        ),
        _file(
            "quote.number_rule",
            N_("Quote numbers by rule"),
            "Q{YY}{MM}-{000}",
            N_("New quotes get the next number by themselves. Empty: you type numbers, or leave them blank."),
            kind="code_rule",
            also=("报价单号", "编号规则", "numbering", "pattern", "prefix"),
            why_not=numbering.why_not,
        ),
        _file(
            "sales_order.number_rule",
            N_("Order numbers by rule"),
            "S{YY}{MM}-{000}",
            N_("New orders get the next number by themselves. Empty: you type numbers, or leave them blank."),
            kind="code_rule",
            also=("订单号", "编号规则", "numbering", "pattern", "prefix"),
            why_not=numbering.why_not,
        ),
        _file(
            "delivery.number_rule",
            N_("Delivery numbers by rule"),
            "D{YY}{MM}-{000}",
            N_(
                "New deliveries get the next number by themselves. Empty: you type numbers, or leave them blank."
            ),
            kind="code_rule",
            also=("发货单号", "送货单号", "编号规则", "numbering", "pattern", "prefix"),
            why_not=numbering.why_not,
        ),
        _file(
            "receipt.number_rule",
            N_("Receipt numbers by rule"),
            "R{YY}{MM}-{000}",
            N_(
                "New receipts get the next number by themselves. Empty: you type numbers, or leave them blank."
            ),
            kind="code_rule",
            also=("收款单号", "编号规则", "numbering", "pattern", "prefix"),
            why_not=numbering.why_not,
        ),
        _file(
            "receivable.plan",
            N_("Usual payment plan"),
            "",
            N_(
                "Shares of an order and days after it was confirmed: 30% 0, 70% 30. Empty: all of it by the customer's"
                " terms."
            ),
            also=("付款计划", "账期", "分期", "instalments", "deposit", "terms"),
            why_not=instalments.why_not,
        ),
        *(
            _file(
                f"receivable.dun_days_{level}",
                title,
                days,
                N_("So many days overdue call for this letter. 0: it isn't written."),
                most=3650,
                also=("催款", "逾期", "dunning", "reminder", "overdue"),
            )
            for level, title, days in (
                (1, N_("First letter after days"), 7),
                (2, N_("Second letter after days"), 30),
                (3, N_("Last letter after days"), 60),
            )
        ),
        _file(
            "receivable.dun_again",
            N_("Same letter again after days"),
            14,
            N_("Nobody gets a letter of the same level twice within so many days."),
            least=1,
            most=3650,
            also=("催款", "dunning", "repeat"),
        ),
        _file(
            "receivable.dun_until",
            N_("Letters ask to be paid within"),
            10,
            N_("So many days after the letter. On that day a step to ask again is planned."),
            least=1,
            most=365,
            also=("催款", "dunning", "deadline"),
        ),
        *(
            _file(
                f"receivable.dun_text_{level}",
                title,
                "",
                N_(
                    "Tags: {customer} {amount} {days} {count} {oldest} {day} {until} {firm}. Empty: the usual wording, in"
                    " the language of the letter."
                ),
                also=("催款", "措辞", "模板", "dunning", "template", "wording"),
                why_not=dunning.why_not,
            )
            for level, title in (
                (1, N_("Wording of the first letter")),
                (2, N_("Wording of the second letter")),
                (3, N_("Wording of the last letter")),
            )
        ),
        _file(
            "quote.days",
            N_("Quotes hold for"),
            30,
            N_("So many days after its day a new quote is valid."),
            most=3650,
            also=("有效期", "validity", "expire"),
        ),
        _file(
            "quote.tax_in",
            N_("Prices are with tax"),
            True,
            N_("New quotes give prices with value added tax. Each quote can be set otherwise."),
            also=("含税", "不含税", "vat", "gross", "net"),
        ),
        _file(
            "quote.tax",
            N_("Usual tax rate, %"),
            13,
            N_("Lines have it whose product names no tax rate."),
            most=100,
            also=("税率", "增值税", "vat"),
        ),
        _file(
            "quote.terms",
            N_("Usual terms"),
            "",
            N_("Stand on new quotes; each quote can have others. A semicolon begins a new line."),
            also=("条款", "付款条件", "payment", "delivery"),
        ),
        _file(
            "quote.pictures",
            N_("Pictures of products on quotes"),
            False,
            N_("The first picture of a product stands beside its line. Each print can be set otherwise."),
            also=("图片", "产品图", "photo", "image"),
        ),
        *(
            _file(
                f"quote.{name}",
                title,
                "",
                N_(
                    "Your own words; tags such as {customer} and {number} are filled in. Empty: the usual ones."
                ),
                also=("模板", "抬头", "开头", "结尾", "template", "wording", "greeting"),
                why_not=wording.why_not,
            )
            for name, title in (
                ("title", N_("Title of quotes")),
                ("above", N_("Text above the lines")),
                ("below", N_("Text below the lines")),
            )
        ),
        *(
            _file(f"quote.{name}", title, "", help, also=also)
            for name, title, help, also in (
                (
                    "margin_for",
                    N_("Who sees the margin"),
                    N_("Names of colleagues with commas between them. Empty: everybody."),
                    ("毛利", "毛利率", "成本", "profit", "margin", "right"),
                ),
                (
                    "seal_for",
                    N_("Who may print the seal"),
                    N_("Names of colleagues with commas between them. Empty: everybody."),
                    ("公章", "用印", "stamp", "right"),
                ),
            )
        ),
        *(
            _file(
                f"activity.quiet_{grade}",
                title,
                days,
                N_(
                    "Without contact for longer and with no next step, they stand on the page Today. 0: never."
                ),
                most=3650,
                also=("未联系", "多久没联系", "silent", "neglected", "not contacted"),
            )
            for grade, title, days in (
                ("a", N_("Days without contact, grade A"), 30),
                ("b", N_("Days without contact, grade B"), 60),
                ("c", N_("Days without contact, grade C"), 90),
                ("other", N_("Days without contact, any other"), 90),
            )
        ),
        _computer(
            "look.start",
            N_("Start with"),
            "customers",
            N_("The page that FreeCRM opens with."),
            choices=("customers", "today"),
            titles=(N_("Customers"), N_("Today")),
            also=("home", "startup", "启动", "首页", "今日"),
        ),
        _file(
            "calendar.workdays",
            N_("Working week"),
            "12345",
            N_("Plans and reminders that mind working days leave out the others."),
            choices=("12345", "123456", "1234567", "71234"),
            titles=(
                N_("Monday to Friday"),
                N_("Monday to Saturday"),
                N_("Every day"),
                N_("Sunday to Thursday"),
            ),
            also=("工作日", "双休", "单休", "weekend", "week"),
        ),
        _file(
            "calendar.from",
            N_("Work begins at"),
            "09:00",
            N_("Free slots are looked for in the working hours; the calendar shows them lighter."),
            why_not=_no_clock,
            also=("上班", "工作时间", "working hours", "office hours"),
        ),
        _file(
            "calendar.to",
            N_("Work ends at"),
            "18:00",
            N_("Free slots are looked for in the working hours; the calendar shows them lighter."),
            why_not=_no_clock,
            also=("下班", "工作时间", "working hours", "office hours"),
        ),
        _file(
            "calendar.holidays",
            N_("Chinese public holidays"),
            True,
            N_("Where the country code is 86: holidays are free, weekends that make up for them are worked."),
            also=("节假日", "法定假日", "调休", "放假", "holidays"),
        ),
        *(
            _file(
                f"activity.next_{grade}",
                title,
                days,
                N_(
                    "A follow-up proposes its next step after so many days; you can always choose another day."
                ),
                least=1,
                most=3650,
                also=("下次跟进", "回访周期", "跟进间隔", "follow-up", "cadence"),
            )
            for grade, title, days in (
                ("a", N_("Days to the next contact, grade A"), 7),
                ("b", N_("Days to the next contact, grade B"), 14),
                ("c", N_("Days to the next contact, grade C"), 30),
                ("other", N_("Days to the next contact, any other"), 14),
            )
        ),
        _file(
            "pipeline.learned",
            N_("Learn the chance of winning"),
            False,
            N_(
                "An open deal shows a chance learned from your own closed deals, with what speaks for and against it."
            ),
            also=("赢率", "预测", "机器学习", "win probability", "learn"),
        ),
        _file(
            "pool.on",
            N_("We have a shared pool"),
            False,
            N_("Customers without an owner stand in a list of their own, from which colleagues claim them."),
            also=("公海", "公海客户", "unassigned"),
        ),
        _file(
            "pool.daily",
            N_("Claims a day"),
            10,
            N_("So many customers a colleague may claim a day. 0: as many as they like."),
            most=10_000,
            also=("公海", "领取上限", "每日领取", "limit"),
        ),
        _file(
            "pool.holding",
            N_("Customers a colleague may hold"),
            0,
            N_("Those who buy from us don't count. 0: as many as they like."),
            most=1_000_000,
            also=("公海", "保有量", "持有上限", "limit"),
        ),
        _file(
            "pool.hours",
            N_("Hours without taking back"),
            48,
            N_("So long whoever had a customer last can't claim it again. 0: they can at once."),
            most=8760,
            also=("公海", "冷却", "前负责人"),
        ),
        _file(
            "pool.buyers_stay",
            N_("Those who buy from us stay"),
            True,
            N_("The rules never return a customer whose status is “Buys from us”."),
            also=("公海", "成交", "won"),
        ),
        _computer(
            "look.language",
            N_("Language"),
            "system",
            N_("Changes at once; what you typed stays as it is."),
            choices=("system", "zh_CN", "en"),
            titles=(N_("As the computer"), "简体中文", "English"),
            also=("语言", "language", "中文"),
        ),
        _computer(
            "look.theme",
            N_("Theme"),
            "system",
            N_("Light by day, dark by night, or as the computer is set."),
            choices=("system", "light", "dark"),
            titles=(N_("As the computer"), N_("Light"), N_("Dark")),
            also=("dark mode", "夜间模式", "colours"),
        ),
        _computer(
            "look.zoom",
            N_("Text size"),
            100,
            N_("Grows texts, buttons and rows together. Ctrl++ and Ctrl+− do the same."),
            least=90,
            most=150,
            step=10,
            unit=" %",
            also=("zoom", "缩放", "字号", "字体", "放大", "font"),
        ),
        _computer(
            "look.density",
            N_("Row height"),
            "comfortable",
            N_("How much air the rows of a list have; the text stays as large as it is."),
            choices=("comfortable", "compact", "touch"),
            titles=(N_("Comfortable"), N_("Compact"), N_("Touch")),
            also=("density", "密度", "行距"),
        ),
        _computer(
            "look.calm",
            N_("Less motion"),
            False,
            N_("Panels and messages appear at once instead of sliding in."),
            also=("animation", "动画", "reduced motion"),
        ),
        _computer(
            "look.menu_bar",
            N_("Always show the menu bar"),
            False,
            N_("Otherwise it comes with Alt or F10. For screen readers it is best always shown."),
            also=("menu", "菜单"),
        ),
        _computer(
            "remind.tray",
            N_("Goes on in the tray"),
            True,
            N_(
                "Closing the window leaves FreeCRM beside the clock, so that reminders come. Quit in the menu ends it."
            ),
            also=("tray", "托盘", "close", "关闭", "background", "后台", "notification area"),
        ),
        _computer(
            "remind.yearly",
            N_("Birthdays and anniversaries"),
            True,
            N_("Reminds on the day itself, at nine, or at the next start."),
            also=("birthday", "生日", "纪念日"),
        ),
        _computer(
            "remind.quiet_from",
            N_("Quiet from"),
            "",
            N_(
                "No reminder is shown from this time of day on, such as 22:00. Empty: there are no quiet hours."
            ),
            also=("quiet hours", "免打扰", "勿扰", "do not disturb"),
            why_not=quiet.why_not,
        ),
        _computer(
            "remind.quiet_to",
            N_("Quiet until"),
            "",
            N_("What came meanwhile is shown then, such as at 07:30."),
            also=("quiet hours", "免打扰", "勿扰", "do not disturb"),
            why_not=quiet.why_not,
        ),
        _computer(
            "remind.sound",
            N_("Sound"),
            False,
            N_("The computer's own sound with each reminder."),
            also=("beep", "声音", "提示音"),
        ),
        _file(
            "points.given",
            N_("We give points"),
            False,
            N_("Customers then have a ledger of points, a column for their balance and a statement."),
            also=("loyalty", "积分", "会员"),
        ),
        _file(
            "points.earned",
            N_("Points earned"),
            1,
            N_("So many points for each full amount below; always rounded down to whole points."),
            least=1,
            most=10_000,
            also=("积分规则", "earn"),
        ),
        _file(
            "points.per",
            N_("For each full"),
            10,
            N_("In whole units of money: 10 means that 99.90 earns nine times the points above."),
            least=1,
            most=1_000_000,
            also=("每消费", "spend"),
        ),
        _file(
            "points.months",
            N_("Months that points count"),
            0,
            N_("From the day they are earned; what is left then runs out. 0: they never run out."),
            most=600,
            also=("有效期", "过期", "expire"),
        ),
        _file(
            "points.least",
            N_("Smallest balance for spending"),
            0,
            N_("Who has fewer points than this can't spend any yet."),
            also=("兑换门槛",),
        ),
        _file(
            "points.step",
            N_("Points are spent in steps of"),
            1,
            N_("100: 100, 200, 300 and so on. 1: any number."),
            least=1,
            also=("兑换单位",),
        ),
        _file(
            "backup.on_close",
            N_("Back up on closing"),
            True,
            N_("When something has changed since the last backup."),
            also=("退出", "关闭", "自动备份", "exit", "quit"),
        ),
        _file(
            "backup.daily",
            N_("Back up every day"),
            True,
            N_("Once a day while FreeCRM is open, when something has changed."),
            also=("每天", "定时", "自动备份", "automatic"),
        ),
        _file(
            "backup.before_import",
            N_("Back up before an import"),
            True,
            N_("So that a long list brought in by mistake can be taken back even after 90 days."),
            also=("导入前", "restore point", "还原点"),
        ),
        _file(
            "backup.keep_days",
            N_("Daily backups kept"),
            7,
            N_("Of the last days with a backup one a day stays."),
            least=1,
            most=365,
            also=("保留", "几天", "retention", "rotate"),
        ),
        _file(
            "backup.keep_weeks",
            N_("Weekly backups kept"),
            4,
            N_("Of the weeks before that one a week stays."),
            most=520,
            also=("保留", "几周", "retention", "rotate"),
        ),
        _file(
            "backup.keep_months",
            N_("Monthly backups kept"),
            12,
            N_("And one a month. Backups you made by hand always stay."),
            most=120,
            also=("保留", "几个月", "retention", "rotate"),
        ),
        _file(
            "backup.folder",
            N_("Second place for backups"),
            "",
            N_("A USB stick or another disk: each backup is also copied there. Empty: only beside the file."),
            kind="folder",
            also=("usb", "U 盘", "移动硬盘"),
        ),
    )
}


def setting(key: str) -> Setting:
    """The declaration of `key`; an unknown key is our mistake (KeyError)."""
    return SETTINGS[key]


def of_section(section: str) -> list[Setting]:
    """The settings of a section in the order of declaration."""
    return [s for s in SETTINGS.values() if s.section == section]


def finds(asked: str, texts: list[str]) -> bool:
    """Whether each word of `asked` stands in one of `texts`, however it is written."""
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in asked.casefold().split())
