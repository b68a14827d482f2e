"""figures: reports by the day on which they were sent"""

from alembic import op

revision = "c1000000a004"
down_revision = "c1000000a003"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_monitoring_report_submitted_at", "monitoring_report"


def upgrade() -> None:
    op.create_index(INDEX, TABLE, ["submitted_at"])


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
