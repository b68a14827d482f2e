"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "b4128df29f37"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handbook_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_handbook_entry_organisation_id_core_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook_entry")),
    )
    op.create_index(op.f("ix_handbook_entry_organisation_id"), "handbook_entry", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("handbook_entry")
