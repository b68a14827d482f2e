"""names in a narrow table of their own, and how common each key of names is"""

import sqlalchemy as sa
from alembic import op

revision = "c1000000a011"
down_revision = "c1000000a010"
branch_labels = None
depends_on = None

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
COMMON = 20


def upgrade() -> None:
    table = "monitoring_spelling"
    op.create_table(
        table,
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("normalised", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["monitoring_employer.id"],
            name=op.f(f"fk_{table}_employer_id_monitoring_employer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("employer_id", "normalised", name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO monitoring_spelling (employer_id, normalised) SELECT id, normalised FROM monitoring_employer "
        "UNION SELECT employer_id, normalised FROM monitoring_alias"
    )
    op.create_table(
        "monitoring_common_key",
        sa.Column("key", KEY, nullable=False),
        sa.Column("employers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_monitoring_common_key")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO monitoring_common_key (key, employers) SELECT key, count(*) FROM monitoring_name_key "  # noqa: S608
        f"GROUP BY key HAVING count(*) >= {COMMON}"
    )


def downgrade() -> None:
    op.drop_table("monitoring_common_key")
    op.drop_table("monitoring_spelling")
