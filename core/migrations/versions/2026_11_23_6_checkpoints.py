"""audit: for which organisation somebody acted"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a006"
down_revision = "b1000000a005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch: copying the table would drop the triggers that make it append-only.
    op.add_column("core_audit", sa.Column("organisation_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("core_audit", "organisation_id")
