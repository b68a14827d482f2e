"""norms with their reviews, consents taken back, requests to open an identity, the rest of the form"""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "c1000000a010"
down_revision = "c1000000a005"
branch_labels = None
depends_on = None

SEED = Path(__file__).with_name("norms_2026_11_27.json")
"""What the network's background page names. Nobody has compared it with the law: every norm starts unreviewed."""

COLUMNS: dict[str, tuple[tuple[str, sa.types.TypeEngine[object], str | None], ...]] = {
    "monitoring_report": (
        ("taxonomy", sa.String(8), "1"),
        ("employer_legal_name", sa.String(300), ""),
    ),
    "monitoring_allegation": (
        ("other", sa.Integer(), "0"),
        ("ages", sa.JSON(none_as_null=True), "{}"),
        ("citizenship", sa.JSON(none_as_null=True), "{}"),
    ),
    "monitoring_source": (("consent_how", sa.String(32), ""), ("withhold", sa.String(300), "")),
    "monitoring_evidence": (
        ("kind", sa.String(32), ""),
        ("maker", sa.String(32), ""),
        ("taken_on", sa.Date(), None),
        ("chain", sa.String(300), ""),
        ("supports", sa.JSON(none_as_null=True), "[]"),
    ),
    "monitoring_dossier": (
        ("relies_on", sa.JSON(none_as_null=True), "[]"),
        ("consent_lost_at", sa.DateTime(timezone=True), None),
    ),
}
"""Table -> (name, type, what rows that are there get; None: nothing)."""


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, default in columns:
                batch.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
        with op.batch_alter_table(table) as batch:
            for name, _, default in columns:
                if default is not None:
                    batch.alter_column(name, server_default=None)
    _norms()
    _reviews()
    _withdrawals()
    _requests()
    _seed()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str, gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=gone)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _norms() -> None:
    table = "monitoring_norm"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("violation", sa.String(32), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("citation", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edition", sa.Date(), nullable=True),
        sa.Column("source", sa.String(500), nullable=False),
        _moment("created_at"),
        _moment("replaced_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", "number", name=op.f(f"uq_{table}_code")),
    )
    _index(table, "code")
    _index(table, "violation")


def _reviews() -> None:
    table = "monitoring_norm_review"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("norm_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_in", sa.String(500), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        _moment("at"),
        _to(table, "norm_id", "monitoring_norm", "CASCADE"),
        _to(table, "person_id", "core_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "norm_id")


def _withdrawals() -> None:
    table = "monitoring_withdrawal"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        _moment("at"),
        _to(table, "source_id", "monitoring_source", "CASCADE"),
        _to(table, "person_id", "core_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "source_id")


def _requests() -> None:
    table = "monitoring_identity_request"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        _moment("asked_at"),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        _moment("decided_at", nullable=True),
        _moment("until", nullable=True),
        _to(table, "report_id", "monitoring_report", "CASCADE"),
        _to(table, "asked_by", "core_person", "SET NULL"),
        _to(table, "decided_by", "core_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("report_id", "source_id", "state"):
        _index(table, column)


def _seed() -> None:
    names = ("code", "violation", "citation", "text", "source")
    table = sa.table(
        "monitoring_norm",
        sa.column("id", sa.Uuid()),
        *(sa.column(name, sa.String()) for name in (*names, "country")),
        sa.column("number", sa.Integer()),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    common = {"country": "RU", "number": 1, "created_at": datetime.now(UTC)}
    rows = json.loads(SEED.read_text("utf-8"))
    op.bulk_insert(table, [{"id": uuid4(), **common, **dict(zip(names, row, strict=True))} for row in rows])


def downgrade() -> None:
    for table in (
        "monitoring_identity_request",
        "monitoring_withdrawal",
        "monitoring_norm_review",
        "monitoring_norm",
    ):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, _, _ in columns:
                batch.drop_column(name)
