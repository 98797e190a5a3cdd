"""Settings of the firm and its papers: its name, numbers, receivables, quotes."""

from __future__ import annotations

from freecrm.core import dunning, instalments, numbering, pictures, wording
from freecrm.core.setting_kinds import Setting, of_computer, of_file
from freecrm.core.words import N_

FIRM: tuple[Setting, ...] = (
    of_file(
        "firm.name",
        N_("Name of the firm"),
        "",
        N_("Stands in the title of the window and at the head of quotes, receipts and letters."),
        also=("公司", "单位", "company"),
    ),
    of_file(
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
    of_file(
        "firm.country",
        N_("Country calling code"),
        "86",
        N_("Phone numbers without a country are taken to be of this one, such as 86 or 44."),
        also=("区号", "prefix", "dial"),
    ),
    *(
        of_file(f"firm.{name}", title, "", N_("Stands in the head or the foot of quotes."), also=also)
        for name, title, also in (
            ("latin", N_("Name in another language"), ("英文名称", "english name")),
            ("address", N_("Address of the firm"), ("公司地址", "地址", "address")),
            ("phone", N_("Telephone of the firm"), ("公司电话", "电话", "phone")),
            ("bank", N_("Bank and account"), ("开户行", "账号", "bank account", "iban")),
            ("payment", N_("Text of the QR code"), ("二维码", "付款码", "收款码", "qr", "payment")),
        )
    ),
    *(
        of_file(f"firm.{name}", title, "", help, kind="picture", also=also, why_not=pictures.why_not)
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
    of_computer(
        "team.me",
        N_("Who works at this computer"),
        "",
        N_(
            "Their name in the list of colleagues. “Mine” and new customers go by it. Empty: nobody in particular."
        ),
        kind="person",
        also=("我", "本人", "使用人", "登录", "user", "sign in", "owner"),
    ),
    of_file(
        "rights.idle",
        N_("Lock after so many minutes"),
        15,
        N_("Without a key or a click for so long, the password is asked for again. 0: never."),
        most=480,
        also=("锁屏", "空闲", "idle", "timeout"),
    ),
    of_file(
        "customer.code_rule",
        N_("Codes by rule"),
        "",
        N_("New customers get the next code by themselves. Empty: you type codes, or leave them blank."),
        kind="code_rule",
        also=("客户编号", "编号规则", "number", "numbering", "pattern", "prefix"),
        why_not=numbering.why_not,
    ),
    of_file(
        "quote.number_rule",
        N_("Quote numbers by rule"),
        "Q{YY}{MM}-{000}",
        N_("New quotes get the next number by themselves. Empty: you type numbers, or leave them blank."),
        kind="code_rule",
        also=("报价单号", "编号规则", "numbering", "pattern", "prefix"),
        why_not=numbering.why_not,
    ),
    of_file(
        "sales_order.number_rule",
        N_("Order numbers by rule"),
        "S{YY}{MM}-{000}",
        N_("New orders get the next number by themselves. Empty: you type numbers, or leave them blank."),
        kind="code_rule",
        also=("订单号", "编号规则", "numbering", "pattern", "prefix"),
        why_not=numbering.why_not,
    ),
    of_file(
        "delivery.number_rule",
        N_("Delivery numbers by rule"),
        "D{YY}{MM}-{000}",
        N_("New deliveries get the next number by themselves. Empty: you type numbers, or leave them blank."),
        kind="code_rule",
        also=("发货单号", "送货单号", "编号规则", "numbering", "pattern", "prefix"),
        why_not=numbering.why_not,
    ),
    of_file(
        "receipt.number_rule",
        N_("Receipt numbers by rule"),
        "R{YY}{MM}-{000}",
        N_("New receipts get the next number by themselves. Empty: you type numbers, or leave them blank."),
        kind="code_rule",
        also=("收款单号", "编号规则", "numbering", "pattern", "prefix"),
        why_not=numbering.why_not,
    ),
    of_file(
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
    of_file(
        "receivable.late_days",
        N_("No credit when overdue for more than days"),
        0,
        N_("Who has owed something for longer is sold on credit only with a reason. 0: never mind."),
        most=3650,
        also=("信用", "逾期", "超期", "赊销", "credit", "overdue", "block"),
    ),
    *(
        of_file(
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
    of_file(
        "receivable.dun_again",
        N_("Same letter again after days"),
        14,
        N_("Nobody gets a letter of the same level twice within so many days."),
        least=1,
        most=3650,
        also=("催款", "dunning", "repeat"),
    ),
    of_file(
        "receivable.dun_until",
        N_("Letters ask to be paid within"),
        10,
        N_("So many days after the letter. On that day a step to ask again is planned."),
        least=1,
        most=365,
        also=("催款", "dunning", "deadline"),
    ),
    *(
        of_file(
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
    of_file(
        "quote.days",
        N_("Quotes hold for"),
        30,
        N_("So many days after its day a new quote is valid."),
        most=3650,
        also=("有效期", "validity", "expire"),
    ),
    of_file(
        "quote.tax_in",
        N_("Prices are with tax"),
        True,
        N_("New quotes give prices with value added tax. Each quote can be set otherwise."),
        also=("含税", "不含税", "vat", "gross", "net"),
    ),
    of_file(
        "quote.tax",
        N_("Usual tax rate, %"),
        13,
        N_("Lines have it whose product names no tax rate."),
        most=100,
        also=("税率", "增值税", "vat"),
    ),
    of_file(
        "quote.terms",
        N_("Usual terms"),
        "",
        N_("Stand on new quotes; each quote can have others. A semicolon begins a new line."),
        also=("条款", "付款条件", "payment", "delivery"),
    ),
    of_file(
        "quote.pictures",
        N_("Pictures of products on quotes"),
        False,
        N_("The first picture of a product stands beside its line. Each print can be set otherwise."),
        also=("图片", "产品图", "photo", "image"),
    ),
    *(
        of_file(
            f"quote.{name}",
            title,
            "",
            N_("Your own words; tags such as {customer} and {number} are filled in. Empty: the usual ones."),
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
        of_file(f"quote.{name}", title, "", help, also=also)
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
)
"""In the order in which they stand on the page."""
