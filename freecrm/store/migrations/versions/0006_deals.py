"""Products, pipelines with deals, leads, quotes, orders, receivables, targets and frozen forecasts are kept."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"

_TEXT, _INT, _BLOB = sa.Text, sa.Integer, sa.LargeBinary


def upgrade() -> None:
    """Add the tables, and the deal that an activity belongs to."""
    _products()
    _pipelines()
    _deals()
    _leads()
    _quotes()
    _orders()
    _receivables()
    op.add_column("activity", sa.Column("deal", _BLOB))
    op.create_index("ix_activity_deal", "activity", ["deal"], sqlite_where=sa.text('"deal" IS NOT NULL'))
    board = sa.text("state = 'open'")
    op.create_index("ix_deal_board", "deal", ["stage", "spot"], sqlite_where=board)
    op.create_index(
        "ix_sales_order_line_sold",
        "sales_order_line",
        ["product", "bound", "total"],
        sqlite_where=sa.text("bound IS NOT NULL"),
    )
    month = sa.text("state IS NOT NULL")
    op.create_index("ix_deal_month", "deal", ["state", "close", "owner_user"], sqlite_where=month)


def _products() -> None:
    _table(
        "category",
        {"name": _TEXT, "name_key": _TEXT, "name_norm": _TEXT, "above": _BLOB, "position": _INT},
        (
            "name_key",
            "name_norm",
        ),
    )
    _table(
        "product",
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "code": _TEXT,
            "category": _BLOB,
            "unit": _TEXT,
            "state": _TEXT,
            "price": _INT,
            "cost": _INT,
            "tax": _INT,
            "spec": _TEXT,
            "barcode": _TEXT,
            "text": _TEXT,
        },
        (
            "name_key",
            "name_norm",
            "barcode",
        ),
    )
    _table(
        "price_level",
        {"grade": _TEXT, "least": _INT, "since": _TEXT, "until": _TEXT, "price": _INT},
        child=True,
    )


def _pipelines() -> None:
    _table(
        "pipeline",
        {"name": _TEXT, "name_key": _TEXT, "name_norm": _TEXT, "position": _INT, "off": _INT},
        (
            "name_key",
            "name_norm",
        ),
    )
    _table(
        "stage",
        {
            "pipeline": _BLOB,
            "name": _TEXT,
            "position": _INT,
            "chance": _INT,
            "outcome": _TEXT,
            "days": _INT,
            "needs": _TEXT,
            "colour": _TEXT,
            "tip": _TEXT,
        },
    )
    _table("stage_check", {"stage": _BLOB, "text": _TEXT, "position": _INT})
    _table("stage_move", {"pipeline": _BLOB, "before": _BLOB, "after": _BLOB})
    _table("loss_reason", {"pipeline": _BLOB, "name": _TEXT, "position": _INT, "off": _INT})
    _table(
        "competitor",
        {"name": _TEXT, "name_key": _TEXT, "name_norm": _TEXT, "strong": _TEXT, "weak": _TEXT, "text": _TEXT},
        (
            "name_key",
            "name_norm",
        ),
    )


def _deals() -> None:
    _table(
        "deal",
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "code": _TEXT,
            "customer": _BLOB,
            "contact": _BLOB,
            "owner_user": _BLOB,
            "pipeline": _BLOB,
            "stage": _BLOB,
            "state": _TEXT,
            "amount": _INT,
            "chance": _INT,
            "odds": _INT,
            "forecast": _TEXT,
            "close": _TEXT,
            "begun": _TEXT,
            "closed": _TEXT,
            "source": _TEXT,
            "reason": _BLOB,
            "why": _TEXT,
            "text": _TEXT,
            "later": _TEXT,
            "spot": _TEXT,
            "next_at": _INT,
            "next_at_zone": _TEXT,
            "next_step": _TEXT,
            "last_contact": _TEXT,
            "since": _INT,
            "since_zone": _TEXT,
            "listed": _INT,
        },
        (
            "name_key",
            "name_norm",
            "state",
            "amount",
            "closed",
            "later",
            "next_at",
        ),
    )
    _table(
        "deal_line",
        {
            "product": _BLOB,
            "quantity": _INT,
            "price": _INT,
            "discount": _INT,
            "total": _INT,
            "position": _INT,
        },
        child=True,
    )
    _table("deal_person", {"contact": _BLOB, "role": _TEXT, "note": _TEXT}, child=True)
    _table("deal_rival", {"competitor": _BLOB, "won": _INT, "note": _TEXT}, child=True)
    _table(
        "deal_check", {"check": _BLOB, "at": _INT, "at_zone": _TEXT, "by": _BLOB, "reason": _TEXT}, child=True
    )
    _table(
        "deal_move",
        {
            "before": _BLOB,
            "after": _BLOB,
            "at": _INT,
            "at_zone": _TEXT,
            "by": _BLOB,
            "amount": _INT,
            "odds": _INT,
            "reason": _TEXT,
        },
        ("at",),
        child=True,
    )
    _table(
        "target",
        {
            "month": _TEXT,
            "user": _BLOB,
            "product": _BLOB,
            "category": _BLOB,
            "team": _TEXT,
            "region": _TEXT,
            "amount": _INT,
        },
        ("month",),
    )
    op.add_column("user", sa.Column("team", _TEXT))
    _table(
        "frozen",
        {
            "week": _TEXT,
            "month": _TEXT,
            "pipeline": _BLOB,
            "user": _BLOB,
            "won": _INT,
            "committed": _INT,
            "best": _INT,
            "weighted": _INT,
            "deals": _INT,
        },
        (
            "week",
            "month",
        ),
    )


def _leads() -> None:
    _table(
        "lead",
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "person": _TEXT,
            "person_key": _TEXT,
            "person_norm": _TEXT,
            "state": _TEXT,
            "rating": _TEXT,
            "source": _TEXT,
            "industry": _TEXT,
            "province": _TEXT,
            "city": _TEXT,
            "budget": _INT,
            "owner_user": _BLOB,
            "got": _TEXT,
            "text": _TEXT,
            "why": _TEXT,
            "customer": _BLOB,
            "contact": _BLOB,
            "deal": _BLOB,
            "turned": _INT,
            "turned_zone": _TEXT,
            "rule": _BLOB,
        },
        (
            "name_key",
            "name_norm",
            "person_key",
            "person_norm",
            "state",
            "got",
        ),
    )
    _table(
        "share_rule",
        {
            "name": _TEXT,
            "position": _INT,
            "off": _INT,
            "source": _TEXT,
            "industry": _TEXT,
            "province": _TEXT,
            "way": _TEXT,
            "last": _BLOB,
        },
    )
    _table("share_seat", {"user": _BLOB, "position": _INT}, child=True)


def _quotes() -> None:
    held = "data ->> '$.number'"
    op.execute(f"CREATE INDEX ix_change_number ON change ({held}) WHERE op = 2 AND {held} IS NOT NULL")
    _table(
        "quote",
        {
            "number": _TEXT,
            "version": _INT,
            "replaces": _BLOB,
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "customer": _BLOB,
            "contact": _BLOB,
            "deal": _BLOB,
            "day": _TEXT,
            "valid_until": _TEXT,
            "owner_user": _BLOB,
            "answer_by": _TEXT,
            "state": _TEXT,
            "sent": _TEXT,
            "answered": _TEXT,
            "tax_in": _INT,
            "discount": _INT,
            "full": _INT,
            "off": _INT,
            "net": _INT,
            "tax": _INT,
            "total": _INT,
            "terms": _TEXT,
            "note": _TEXT,
        },
        (
            "name_key",
            "name_norm",
            "day",
            "answer_by",
            "state",
        ),
    )
    _table(
        "quote_line",
        {
            "product": _BLOB,
            "name": _TEXT,
            "spec": _TEXT,
            "unit": _TEXT,
            "quantity": _INT,
            "price": _INT,
            "discount": _INT,
            "tax": _INT,
            "note": _TEXT,
            "total": _INT,
            "position": _INT,
        },
        child=True,
    )


def _orders() -> None:
    _table(
        "sales_order",
        {
            "number": _TEXT,
            "state": _TEXT,
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "customer": _BLOB,
            "contact": _BLOB,
            "deal": _BLOB,
            "quote": _BLOB,
            "repeat": _BLOB,
            "owner_user": _BLOB,
            "day": _TEXT,
            "wanted": _TEXT,
            "confirmed": _TEXT,
            "cancelled": _TEXT,
            "tax_in": _INT,
            "discount": _INT,
            "full": _INT,
            "off": _INT,
            "net": _INT,
            "tax": _INT,
            "total": _INT,
            "invoiced": _INT,
            "to_invoice": _INT,
            "terms": _TEXT,
            "note": _TEXT,
        },
        (
            "state",
            "name_key",
            "name_norm",
            "day",
            "to_invoice",
        ),
    )
    _table(
        "sales_order_line",
        {
            "product": _BLOB,
            "name": _TEXT,
            "spec": _TEXT,
            "unit": _TEXT,
            "quantity": _INT,
            "price": _INT,
            "discount": _INT,
            "tax": _INT,
            "note": _TEXT,
            "total": _INT,
            "delivered": _INT,
            "position": _INT,
            "bound": _TEXT,
        },
        child=True,
    )
    _table(
        "delivery",
        {
            "number": _TEXT,
            "kind": _TEXT,
            "sales_order": _BLOB,
            "customer": _BLOB,
            "owner_user": _BLOB,
            "day": _TEXT,
            "carrier": _TEXT,
            "tracking": _TEXT,
            "address": _TEXT,
            "over": _INT,
            "why": _TEXT,
            "note": _TEXT,
        },
        (
            "kind",
            "day",
        ),
    )
    _table(
        "delivery_line",
        {
            "order_line": _BLOB,
            "name": _TEXT,
            "spec": _TEXT,
            "unit": _TEXT,
            "quantity": _INT,
            "note": _TEXT,
            "moved": _INT,
            "position": _INT,
        },
        child=True,
    )
    _table(
        "invoice",
        {
            "number": _TEXT,
            "state": _TEXT,
            "kind": _TEXT,
            "customer": _BLOB,
            "sales_order": _BLOB,
            "owner_user": _BLOB,
            "amount": _INT,
            "tax": _INT,
            "counts": _INT,
            "asked": _TEXT,
            "issued": _TEXT,
            "sent": _TEXT,
            "void": _TEXT,
            "head": _TEXT,
            "head_key": _TEXT,
            "head_norm": _TEXT,
            "tax_no": _TEXT,
            "address": _TEXT,
            "bank": _TEXT,
            "note": _TEXT,
        },
        (
            "state",
            "asked",
            "head_key",
            "head_norm",
        ),
    )
    _table(
        "repeat_bill",
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "customer": _BLOB,
            "contact": _BLOB,
            "owner_user": _BLOB,
            "every": _TEXT,
            "begins": _TEXT,
            "ends": _TEXT,
            "warn": _INT,
            "next": _TEXT,
            "stopped": _TEXT,
            "made": _TEXT,
            "warned": _TEXT,
            "tax_in": _INT,
            "discount": _INT,
            "amount": _INT,
            "total": _INT,
            "note": _TEXT,
        },
        (
            "name_key",
            "name_norm",
            "ends",
            "next",
        ),
    )
    _table(
        "repeat_line",
        {
            "product": _BLOB,
            "name": _TEXT,
            "spec": _TEXT,
            "unit": _TEXT,
            "quantity": _INT,
            "price": _INT,
            "discount": _INT,
            "tax": _INT,
            "note": _TEXT,
            "total": _INT,
            "position": _INT,
        },
        child=True,
    )


def _receivables() -> None:
    _table(
        "receivable",
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "customer": _BLOB,
            "sales_order": _BLOB,
            "owner_user": _BLOB,
            "day": _TEXT,
            "due": _TEXT,
            "amount": _INT,
            "paid": _INT,
            "left": _INT,
            "note": _TEXT,
        },
        (
            "name_key",
            "name_norm",
            "day",
            "due",
        ),
    )
    still_open = sa.text('"left" <> 0')
    op.create_index("ix_receivable_aged", "receivable", ["customer", "due", "left"], sqlite_where=still_open)
    _table(
        "receipt",
        {
            "number": _TEXT,
            "customer": _BLOB,
            "owner_user": _BLOB,
            "day": _TEXT,
            "amount": _INT,
            "method": _TEXT,
            "reference": _TEXT,
            "matched": _INT,
            "note": _TEXT,
        },
        ("day",),
    )
    _table("allocation", {"receivable": _BLOB, "amount": _INT}, child=True)
    op.create_index("ix_receipt_free", "receipt", ["customer"], sqlite_where=sa.text("amount IS NOT matched"))
    _table(
        "credit_release",
        {
            "day": _TEXT,
            "reason": _TEXT,
            "sales_order": _BLOB,
            "amount": _INT,
            "owed": _INT,
            "allowed": _INT,
            "over": _INT,
            "user": _BLOB,
        },
        child=True,
    )
    _table(
        "dunning",
        {"day": _TEXT, "level": _INT, "days": _INT, "amount": _INT, "user": _BLOB},
        child=True,
    )
    op.add_column("customer", sa.Column("opening_day", _TEXT))
    op.add_column("customer", sa.Column("balance", _INT))
    op.execute("UPDATE customer SET balance = opening_balance")
    op.create_index("ix_customer_balance", "customer", ["balance"])


def _table(name: str, own: dict[str, Any], indexed: tuple[str, ...] = (), *, child: bool = False) -> None:
    """A table for an entity: the columns that every one has, its own, and those of a child row."""
    first: dict[str, Any] = {"parent": _BLOB, "parent_entity": _TEXT} if child else {}
    last = {"extra": _TEXT} if child else {"custom": _TEXT, "extra": _TEXT}
    op.create_table(
        name,
        sa.Column("n", _INT, primary_key=True),
        sa.Column("id", _BLOB, nullable=False),
        sa.Column("seq", _INT, nullable=False, server_default=sa.text("0")),
        *(sa.Column(column, kind) for column, kind in {**first, **own, **last}.items()),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
    )
    links = [column for column, kind in {**first, **own}.items() if kind is _BLOB]
    for column in [*links, *indexed]:
        sparse = column in links or column.endswith("_norm")
        only = sa.text(f'"{column}" IS NOT NULL') if sparse else None
        op.create_index(f"ix_{name}_{column}", name, [column], sqlite_where=only)
