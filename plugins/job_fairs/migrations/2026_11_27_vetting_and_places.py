"""vetting of each vacancy, places, education and wanted occupations"""

import sqlalchemy as sa
from alembic import op

revision = "e1000000a003"
down_revision = "e1000000a002"
branch_labels = None
depends_on = None

STATES = {"submitted": "proposed", "shown": "accepted"}


def upgrade() -> None:
    with op.batch_alter_table("job_fairs_vacancy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("licence_checked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("soate", sa.String(length=14), nullable=False, server_default=""))
    _rename(STATES)
    with op.batch_alter_table("job_fairs_registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("messages", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("soate", sa.String(length=14), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("education", sa.String(length=8), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("wanted", sa.JSON(none_as_null=True), nullable=False, server_default="[]")
        )


def _rename(states: dict[str, str]) -> None:
    vacancy = sa.table("job_fairs_vacancy", sa.column("state", sa.String))
    for before, after in states.items():
        op.execute(vacancy.update().where(vacancy.c.state == before).values(state=after))


def downgrade() -> None:
    with op.batch_alter_table("job_fairs_registration", schema=None) as batch_op:
        batch_op.drop_column("wanted")
        batch_op.drop_column("messages")
        batch_op.drop_column("education")
        batch_op.drop_column("soate")
    # Before there was vetting of each, a refused vacancy could only stay unseen.
    _rename({"proposed": "submitted", "refused": "submitted", "accepted": "shown"})
    with op.batch_alter_table("job_fairs_vacancy", schema=None) as batch_op:
        batch_op.drop_column("soate")
        batch_op.drop_column("licence_checked")
        batch_op.drop_column("revision")
