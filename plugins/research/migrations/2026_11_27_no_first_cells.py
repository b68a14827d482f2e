"""The first cells of a file stood open in the database: they are read from the sealed table when they are shown."""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7b1e9a24"
down_revision = "ff951a7d463a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("research_version", "head")


def downgrade() -> None:
    op.add_column("research_version", sa.Column("head", sa.JSON(), nullable=False, server_default="[]"))
