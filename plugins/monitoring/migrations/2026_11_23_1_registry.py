"""registry"""

revision = "c1000000a001"
down_revision = "1dc0b3f4eb41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
