"""approvals: the two-person rule"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a001"
down_revision = "df245e4994e2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["core_person.id"],
            name=op.f("fk_core_approval_approved_by_core_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["core_person.id"],
            name=op.f("fk_core_approval_proposed_by_core_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_approval")),
    )
    op.create_index("ix_core_approval_object", "core_approval", ["kind", "object_id"])


def downgrade() -> None:
    op.drop_index("ix_core_approval_object", "core_approval")
    op.drop_table("core_approval")
