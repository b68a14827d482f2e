"""registry: names with their sources, sites, relations, merges, keys of names"""

import uuid

import sqlalchemy as sa
from alembic import op

from plugins.monitoring.register.matching import normalise
from plugins.monitoring.register.name_keys import keys

revision = "c1000000a001"
down_revision = "1dc0b3f4eb41"
branch_labels = None
depends_on = None

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
EMPLOYERS = sa.table(
    "monitoring_employer",
    sa.column("id", sa.Uuid()),
    sa.column("legal_name"),
    sa.column("aliases", sa.JSON()),
)
ALIASES = sa.table(
    "monitoring_alias",
    sa.column("id", sa.Uuid()),
    *(sa.column(name) for name in ("name", "normalised", "source")),
    sa.column("employer_id", sa.Uuid()),
)
KEYS = sa.table("monitoring_name_key", sa.column("key"), sa.column("employer_id", sa.Uuid()))


def upgrade() -> None:
    with op.batch_alter_table("monitoring_employer") as batch:
        batch.add_column(sa.Column("legal_form", sa.String(16), nullable=False, server_default=""))
        batch.add_column(sa.Column("natural_person", sa.Boolean(), nullable=False, server_default=sa.false()))
    _parts()
    _ties()
    op.create_table(
        "monitoring_name_key",
        sa.Column("key", KEY, nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        _employer("monitoring_name_key", "employer_id"),
        sa.PrimaryKeyConstraint("key", "employer_id", name=op.f("pk_monitoring_name_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_monitoring_name_key_employer_id"), "monitoring_name_key", ["employer_id"])
    _fill(op.get_bind())
    with op.batch_alter_table("monitoring_employer") as batch:
        batch.drop_column("aliases")


def _employer(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_monitoring_employer")
    return sa.ForeignKeyConstraint([column], ["monitoring_employer.id"], name=name, ondelete="CASCADE")


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_core_person")
    return sa.ForeignKeyConstraint([column], ["core_person.id"], name=name, ondelete="SET NULL")


def _table(
    name: str, employers: tuple[str, ...], indexed: tuple[str, ...], *columns: sa.schema.SchemaItem
) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(each, sa.Uuid(), nullable=False) for each in employers),
        *columns,
        *(_employer(name, each) for each in employers),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for each in indexed:
        op.create_index(op.f(f"ix_{name}_{each}"), name, [each])


def _parts() -> None:
    one = ("employer_id",)
    _table(
        "monitoring_alias", one, one,
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("normalised", sa.String(300), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
    )  # fmt: skip
    _table(
        "monitoring_site", one, one,
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("region", sa.String(16), nullable=False),
    )  # fmt: skip
    _table(
        "monitoring_employer_change", one, one,
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        _person("monitoring_employer_change", "person_id"),
    )  # fmt: skip


def _ties() -> None:
    _table(
        "monitoring_relation", ("employer_id", "other_id"), ("employer_id", "other_id"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
    )  # fmt: skip
    _table(
        "monitoring_employer_merge", ("source_id", "target_id"), ("target_id",),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        _person("monitoring_employer_merge", "person_id"),
        _person("monitoring_employer_merge", "undone_by"),
    )  # fmt: skip
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "ix_monitoring_employer_merge_standing", "monitoring_employer_merge", ["source_id"],
        unique=True, sqlite_where=standing, postgresql_where=standing,
    )  # fmt: skip
    _table(
        "monitoring_employer_apart", ("one_id", "other_id"), ("other_id",),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        _person("monitoring_employer_apart", "person_id"),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_monitoring_employer_apart_one_id")),
    )  # fmt: skip


def _fill(bind: sa.Connection) -> None:
    """Names as heard become rows, and every name gets its keys."""
    for employer_id, legal_name, aliases in bind.execute(sa.select(EMPLOYERS)).all():
        names = [
            {"id": uuid.uuid4(), "employer_id": employer_id, "name": name, "normalised": normalise(name)[:300],
             "source": "heard"}
            for name in aliases or ()
        ]  # fmt: skip
        if names:
            bind.execute(ALIASES.insert(), names)
        found = frozenset().union(*map(keys, (legal_name, *(aliases or ()))))
        if found:
            bind.execute(KEYS.insert(), [{"key": key, "employer_id": employer_id} for key in sorted(found)])


def downgrade() -> None:
    bind = op.get_bind()
    with op.batch_alter_table("monitoring_employer") as batch:
        batch.add_column(
            sa.Column("aliases", sa.JSON(none_as_null=True), nullable=False, server_default="[]")
        )
    for employer_id in bind.scalars(sa.select(EMPLOYERS.c.id)).all():
        mine = ALIASES.c.employer_id == employer_id
        names = list(bind.scalars(sa.select(ALIASES.c.name).where(mine).order_by(ALIASES.c.id)))
        bind.execute(EMPLOYERS.update().where(EMPLOYERS.c.id == employer_id).values(aliases=names))
    for table in (
        "name_key",
        "employer_apart",
        "employer_merge",
        "relation",
        "employer_change",
        "site",
        "alias",
    ):
        op.drop_table(f"monitoring_{table}")
    with op.batch_alter_table("monitoring_employer") as batch:
        batch.drop_column("natural_person")
        batch.drop_column("legal_form")
