"""dossiers"""

revision = "c1000000a002"
down_revision = "c1000000a001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
