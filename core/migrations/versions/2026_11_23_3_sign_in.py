"""sign_in"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a003"
down_revision = "b1000000a002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """When a sign-in was proven last; security keys; the way back in that two people open."""
    with op.batch_alter_table("core_sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("challenge", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("challenge_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "core_security_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_core_security_key_person_id_core_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_security_key")),
        sa.UniqueConstraint("credential", name=op.f("uq_core_security_key_credential")),
    )
    with op.batch_alter_table("core_security_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_security_key_person_id"), ["person_id"], unique=False)
    op.create_table(
        "core_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], ["core_person.id"], name=op.f(f"fk_core_reset_{column}_core_person"), ondelete=rule
            )
            for column, rule in (
                ("person_id", "CASCADE"),
                ("asked_by", "SET NULL"),
                ("approved_by", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_reset_token_hash")),
    )
    with op.batch_alter_table("core_reset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_reset_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Sign-ins stay; keys and unfinished resets go."""
    op.drop_table("core_reset")
    op.drop_table("core_security_key")
    with op.batch_alter_table("core_sign_in", schema=None) as batch_op:
        for column in ("challenge_until", "challenge", "confirmed_at"):
            batch_op.drop_column(column)
