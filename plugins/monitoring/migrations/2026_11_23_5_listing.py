"""listing"""

revision = "c1000000a005"
down_revision = "c1000000a004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
