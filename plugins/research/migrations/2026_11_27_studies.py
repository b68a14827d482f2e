"""Joint studies with their questionnaires; a dataset may be of one."""

import sqlalchemy as sa
from alembic import op

revision = "c1b7a90e54f3"
down_revision = "8e31c4f0b7d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "research_study",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("about", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("partners", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("publications", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_research_study_organisation_id_core_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_study")),
        sa.UniqueConstraint("slug", name=op.f("uq_research_study_slug")),
    )
    op.create_index(op.f("ix_research_study_shown"), "research_study", ["shown"])
    op.create_table(
        "research_instrument",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"],
            ["research_study.id"],
            name=op.f("fk_research_instrument_study_id_research_study"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_instrument")),
    )
    op.create_index(op.f("ix_research_instrument_study_id"), "research_instrument", ["study_id"])
    op.create_index(op.f("ix_research_instrument_sha256"), "research_instrument", ["sha256"])
    with op.batch_alter_table("research_dataset") as table:
        table.add_column(sa.Column("study_id", sa.Uuid(), nullable=True))
        table.create_index(op.f("ix_research_dataset_study_id"), ["study_id"])
        table.create_foreign_key(
            op.f("fk_research_dataset_study_id_research_study"),
            "research_study",
            ["study_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("research_dataset") as table:
        table.drop_constraint(op.f("fk_research_dataset_study_id_research_study"), type_="foreignkey")
        table.drop_index(op.f("ix_research_dataset_study_id"))
        table.drop_column("study_id")
    op.drop_table("research_instrument")
    op.drop_table("research_study")
