"""uploads: data files"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a0d1"
down_revision = "b1000000a007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("core_upload", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=16), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("core_upload", schema=None) as batch_op:
        batch_op.drop_column("purpose")
