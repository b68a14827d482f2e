"""periodic reports of the network; what was published can be neither changed nor deleted"""

import sqlalchemy as sa
from alembic import op

from core.database import UtcDateTime

revision = "b1000000a0f1"
down_revision = "b1000000a0e1"
branch_labels = None
depends_on = None

TABLE = "core_periodic_report"
KEPT = ("id", "period", "number", "content", "sha256", "corrects_id", "sample", "published_at")
PUBLIC = "OLD.state IN ('published', 'superseded')"
REFUSED = "a published report never changes"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            [f"{TABLE}.id"],
            name=op.f("fk_core_periodic_report_corrects_id_core_periodic_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_periodic_report")),
        sa.UniqueConstraint("period", "number", name=op.f("uq_core_periodic_report_period")),
    )
    op.create_index(op.f("ix_core_periodic_report_state"), TABLE, ["state"])
    for statement in _on_postgresql() if op.get_bind().dialect.name == "postgresql" else _on_sqlite():
        op.execute(statement)


def _on_sqlite() -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in KEPT)
    back = "NEW.state NOT IN ('published', 'superseded')"
    return (
        (
            f"CREATE TRIGGER core_periodic_report_kept BEFORE UPDATE ON {TABLE} WHEN {PUBLIC} AND ({changed} OR {back})"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        ),
        (
            f"CREATE TRIGGER core_periodic_report_stays BEFORE DELETE ON {TABLE} WHEN {PUBLIC} AND NOT OLD.sample"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        ),
    )


def _on_postgresql() -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in KEPT)
    back = "NEW.state NOT IN ('published', 'superseded')"
    return (
        (
            "CREATE FUNCTION core_periodic_report_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$BEGIN RAISE EXCEPTION '{REFUSED}'; END$$"
        ),
        (
            f"CREATE TRIGGER core_periodic_report_kept BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            f" WHEN ({PUBLIC} AND ({changed} OR {back})) EXECUTE FUNCTION core_periodic_report_refuse()"
        ),
        (
            f"CREATE TRIGGER core_periodic_report_stays BEFORE DELETE ON {TABLE} FOR EACH ROW"
            f" WHEN ({PUBLIC} AND NOT OLD.sample) EXECUTE FUNCTION core_periodic_report_refuse()"
        ),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION core_periodic_report_refuse()")
