"""attachments: who can open an original, thumbnails, uploads in pieces"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a004"
down_revision = "b1000000a003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there already is in use, and sealed to the site's own key."""
    with op.batch_alter_table("core_attachment") as batch_op:
        batch_op.add_column(
            sa.Column("sealed_sha256", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("sealed_to", sa.Text(), nullable=False, server_default="site"))
        batch_op.add_column(sa.Column("thumbnail_size", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("thumbnail_sha256", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE core_attachment SET used_at = created_at")
    op.create_table(
        "core_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pieces", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_core_upload_person_id_core_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_core_upload_organisation_id_core_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["core_attachment.id"],
            name=op.f("fk_core_upload_attachment_id_core_attachment"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_upload")),
    )
    with op.batch_alter_table("core_upload") as batch_op:
        batch_op.create_index(batch_op.f("ix_core_upload_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_upload_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Uploads on their way are lost; originals that only an organisation can open stay so."""
    op.drop_table("core_upload")
    with op.batch_alter_table("core_attachment") as batch_op:
        for name in ("used_at", "thumbnail_sha256", "thumbnail_size", "sealed_to", "sealed_sha256"):
            batch_op.drop_column(name)
