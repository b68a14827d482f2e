"""People without an account ask by mail."""

import sqlalchemy as sa
from alembic import op

revision = "d47e02b6a9c1"
down_revision = "c1b7a90e54f3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "research_outsider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("merges", sa.Boolean(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("confirm_hash", sa.String(length=64), nullable=False),
        sa.Column("grant_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["research_version.id"],
            name=op.f("fk_research_outsider_version_id_research_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["research_request.id"],
            name=op.f("fk_research_outsider_request_id_research_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_outsider")),
        sa.UniqueConstraint("request_id", name=op.f("uq_research_outsider_request_id")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_research_outsider_confirm_hash")),
        sa.UniqueConstraint("grant_hash", name=op.f("uq_research_outsider_grant_hash")),
    )
    for column in ("version_id", "address", "asked_at"):
        op.create_index(op.f(f"ix_research_outsider_{column}"), "research_outsider", [column])


def downgrade() -> None:
    op.drop_table("research_outsider")
