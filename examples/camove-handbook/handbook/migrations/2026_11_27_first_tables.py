"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "9d680dd8330d"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handbook_chapter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_handbook_chapter_organisation_id_core_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook_chapter")),
        sa.UniqueConstraint("slug", name=op.f("uq_handbook_chapter_slug")),
    )
    with op.batch_alter_table("handbook_chapter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handbook_chapter_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "handbook_edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chapter_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sources", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("writers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_for", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"],
            ["handbook_chapter.id"],
            name=op.f("fk_handbook_edition_chapter_id_handbook_chapter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["signed_for"],
            ["core_organisation.id"],
            name=op.f("fk_handbook_edition_signed_for_core_organisation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook_edition")),
        sa.UniqueConstraint("chapter_id", "number", name=op.f("uq_handbook_edition_chapter_id")),
    )
    with op.batch_alter_table("handbook_edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handbook_edition_chapter_id"), ["chapter_id"], unique=False)
        batch_op.create_index("ix_handbook_edition_state", ["state"], unique=False)

    op.create_table(
        "handbook_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("partner_key", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["handbook_edition.id"],
            name=op.f("fk_handbook_copy_edition_id_handbook_edition"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_handbook_copy_organisation_id_core_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook_copy")),
    )
    with op.batch_alter_table("handbook_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handbook_copy_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_handbook_copy_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_handbook_copy_partner_key"), ["partner_key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("handbook_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handbook_copy_partner_key"))
        batch_op.drop_index(batch_op.f("ix_handbook_copy_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_handbook_copy_edition_id"))

    op.drop_table("handbook_copy")
    with op.batch_alter_table("handbook_edition", schema=None) as batch_op:
        batch_op.drop_index("ix_handbook_edition_state")
        batch_op.drop_index(batch_op.f("ix_handbook_edition_chapter_id"))

    op.drop_table("handbook_edition")
    with op.batch_alter_table("handbook_chapter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handbook_chapter_organisation_id"))

    op.drop_table("handbook_chapter")
