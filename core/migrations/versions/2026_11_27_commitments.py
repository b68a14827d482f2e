"""commitments: who promised what by when"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "b1000000a0e1"
down_revision = "b1000000a0d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("reminded", sa.String(length=8), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_core_commitment_organisation_id_core_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_commitment")),
    )
    for column in ("organisation_id", "due", "state"):
        op.create_index(op.f(f"ix_core_commitment_{column}"), "core_commitment", [column])


def downgrade() -> None:
    op.drop_table("core_commitment")
