"""what a phone has sent, so that a repeat is accepted once"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "b1000000a007"
down_revision = "b1000000a006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_received",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", "person_id"),
    )
    op.create_index("ix_core_received_received_at", "core_received", ["received_at"])


def downgrade() -> None:
    op.drop_table("core_received")
