"""dossiers"""

import sqlalchemy as sa
from alembic import op

revision = "c1000000a002"
down_revision = "c1000000a001"
branch_labels = None
depends_on = None

DATES = ("forwarded_on", "asked_number_on", "outcome_on")
WORDS = {
    "status_risk": sa.String(16), "manifest": sa.Text(), "signature": sa.Text(), "proof": sa.String(100),
    "holder": sa.String(32), "outcome": sa.String(32), "recovered_currency": sa.String(3),
}  # fmt: skip
COUNTS = ("outcome_women", "outcome_men", "outcome_unknown")


def upgrade() -> None:
    """What became of a dossier, its signature, and the inspector's link."""
    with op.batch_alter_table("monitoring_dossier") as batch:
        batch.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("replaces_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("extended", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("reminded_at", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("recovered", sa.Numeric(14, 2), nullable=True))
        for name in DATES:
            batch.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name, kind in WORDS.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        for name in COUNTS:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        batch.drop_column("reminded_on")
        batch.create_index(batch.f("ix_monitoring_dossier_outcome"), ["outcome"])
        batch.create_foreign_key(
            batch.f("fk_monitoring_dossier_organisation_id_core_organisation"),
            "core_organisation", ["organisation_id"], ["id"], ondelete="SET NULL",
        )  # fmt: skip
        batch.create_foreign_key(
            batch.f("fk_monitoring_dossier_replaces_id_monitoring_dossier"),
            "monitoring_dossier", ["replaces_id"], ["id"], ondelete="SET NULL",
        )  # fmt: skip
    with op.batch_alter_table("monitoring_dossier") as batch:
        for name in (*WORDS, *COUNTS, "confidential", "extended"):
            batch.alter_column(name, server_default=None)
    _signing_keys()
    _links()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str, gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=gone)


def _signing_keys() -> None:
    table = "monitoring_signing_key"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("public", sa.String(64), nullable=False),
        _moment("since"),
        _moment("ended_at", nullable=True),
        _to(table, "organisation_id", "core_organisation", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public", name=op.f(f"uq_{table}_public")),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])


def _links() -> None:
    link = "monitoring_inspector_link"
    op.create_table(
        link,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("revoked_at", nullable=True),
        _to(link, "dossier_id", "monitoring_dossier", "CASCADE"),
        _to(link, "person_id", "core_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{link}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{link}_token_hash")),
    )
    op.create_index(op.f(f"ix_{link}_dossier_id"), link, ["dossier_id"])
    opening = "monitoring_link_opening"
    op.create_table(
        opening,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        _moment("at"),
        _to(opening, "link_id", link, "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{opening}")),
    )
    op.create_index(op.f(f"ix_{opening}_link_id"), opening, ["link_id"])
    answer = "monitoring_incoming_answer"
    op.create_table(
        answer,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        _moment("received_at"),
        _moment("decided_at", nullable=True),
        _to(answer, "link_id", link, "CASCADE"),
        _to(answer, "person_id", "core_person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{answer}")),
    )
    op.create_index(op.f(f"ix_{answer}_link_id"), answer, ["link_id"])


def downgrade() -> None:
    """Back to a dossier that ends with its answer."""
    for table in ("incoming_answer", "link_opening", "inspector_link", "signing_key"):
        op.drop_table(f"monitoring_{table}")
    with op.batch_alter_table("monitoring_dossier") as batch:
        batch.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch.drop_index(batch.f("ix_monitoring_dossier_outcome"))
        for name in (*DATES, *WORDS, *COUNTS):
            batch.drop_column(name)
        for name in ("organisation_id", "replaces_id"):
            other = "core_organisation" if name == "organisation_id" else "monitoring_dossier"
            batch.drop_constraint(batch.f(f"fk_monitoring_dossier_{name}_{other}"), type_="foreignkey")
            batch.drop_column(name)
        for name in ("confidential", "extended", "reminded_at", "recovered"):
            batch.drop_column(name)
