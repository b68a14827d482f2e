"""intake"""

import sqlalchemy as sa
from alembic import op

revision = "c1000000a003"
down_revision = "c1000000a002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monitoring_origin",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["monitoring_report.id"],
            name=op.f("fk_monitoring_origin_report_id_monitoring_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_monitoring_origin")),
    )
    op.create_table(
        "monitoring_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("candidates", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_monitoring_batch_organisation_id_core_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_monitoring_batch_person_id_core_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_batch")),
    )
    with op.batch_alter_table("monitoring_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_monitoring_batch_created_at"), ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("monitoring_batch")
    op.drop_table("monitoring_origin")
