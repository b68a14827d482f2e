"""figures"""

revision = "c1000000a004"
down_revision = "c1000000a003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
