"""jobs: who holds one, whether it is still wanted, how far it is"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a005"
down_revision = "b1000000a004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns of leases and progress."""
    with op.batch_alter_table("core_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lease", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("cancelled", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("total", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("core_job", schema=None) as batch_op:
        for column in ("total", "done", "cancelled", "lease"):
            batch_op.drop_column(column)
