"""outcomes and offers"""

import sqlalchemy as sa
from alembic import op

revision = "e1000000a002"
down_revision = "e1000000a001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_fairs_outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("wave", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("contract", sa.String(length=8), nullable=False),
        sa.Column("wage", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_job_fairs_outcome_person_id_core_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["job_fairs_registration.id"],
            name=op.f("fk_job_fairs_outcome_registration_id_job_fairs_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_fairs_outcome")),
        sa.UniqueConstraint("registration_id", "wave", name=op.f("uq_job_fairs_outcome_registration_id")),
    )
    with op.batch_alter_table("job_fairs_outcome", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_job_fairs_outcome_registration_id"), ["registration_id"], unique=False
        )

    with op.batch_alter_table("job_fairs_fair", schema=None) as batch_op:
        batch_op.add_column(sa.Column("series_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("previous_starts", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_job_fairs_fair_series_id"), ["series_id"], unique=False)

    with op.batch_alter_table("job_fairs_interview", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("job_fairs_participation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grid_x", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("grid_y", sa.Integer(), nullable=True))
        batch_op.create_index("ix_job_fairs_participation_grid", ["fair_id", "grid_x", "grid_y"], unique=True)

    with op.batch_alter_table("job_fairs_registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("feed_token", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_job_fairs_registration_feed_token"), ["feed_token"], unique=True)

    with op.batch_alter_table("job_fairs_scan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offline", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("job_fairs_vacancy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("schedule", sa.String(length=8), nullable=False, server_default="day"))


def downgrade() -> None:
    with op.batch_alter_table("job_fairs_vacancy", schema=None) as batch_op:
        batch_op.drop_column("schedule")

    with op.batch_alter_table("job_fairs_scan", schema=None) as batch_op:
        batch_op.drop_column("offline")

    with op.batch_alter_table("job_fairs_registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_fairs_registration_feed_token"))
        batch_op.drop_column("feed_token")
        batch_op.drop_column("merged_into")

    with op.batch_alter_table("job_fairs_participation", schema=None) as batch_op:
        batch_op.drop_index("ix_job_fairs_participation_grid")
        batch_op.drop_column("grid_y")
        batch_op.drop_column("grid_x")

    with op.batch_alter_table("job_fairs_interview", schema=None) as batch_op:
        batch_op.drop_column("expires_at")

    with op.batch_alter_table("job_fairs_fair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_fairs_fair_series_id"))
        batch_op.drop_column("previous_starts")
        batch_op.drop_column("series_id")

    with op.batch_alter_table("job_fairs_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_fairs_outcome_registration_id"))

    op.drop_table("job_fairs_outcome")
