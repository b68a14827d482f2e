"""vault"""

import sqlalchemy as sa
from alembic import op

revision = "b1000000a002"
down_revision = "b1000000a001"
branch_labels = None
depends_on = None

TABLES = (
    "core_vault_member_key",
    "core_vault_key",
    "core_vault_grant",
    "core_vault_request",
    "core_vault_internal_key",
    "core_vault_record",
    "core_vault_data_key",
    "core_vault_field",
)


def _id() -> sa.Column:
    return sa.Column("id", sa.Uuid(), nullable=False)


def _created() -> sa.Column:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="CASCADE"
    )


def _keys(table: str, *unique: str) -> list[sa.Constraint]:
    found = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    return [*found, sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{unique[0]}"))] if unique else found


def _index(table: str, column: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def upgrade() -> None:
    _create_keys()
    _create_records()


def _create_keys() -> None:
    table = "core_vault_member_key"
    op.create_table(
        table,
        _id(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("memory", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _created(),
        _reference(table, "person_id", "core_person"),
        *_keys(table, "person_id"),
    )
    table = "core_vault_key"
    op.create_table(
        table,
        _id(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("heir", sa.LargeBinary(), nullable=True),
        sa.Column("sheet_recipient", sa.String(length=80), nullable=False),
        sa.Column("sheet_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sheet_check", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sheet_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        _created(),
        _reference(table, "organisation_id", "core_organisation"),
        *_keys(table, "organisation_id", "epoch"),
    )
    table = "core_vault_grant"
    op.create_table(
        table,
        _id(),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        _created(),
        _reference(table, "key_id", "core_vault_key"),
        _reference(table, "person_id", "core_person"),
        *_keys(table, "key_id", "person_id"),
    )
    _index(table, "person_id")
    table = "core_vault_request"
    op.create_table(
        table,
        _id(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _created(),
        _reference(table, "organisation_id", "core_organisation"),
        _reference(table, "person_id", "core_person"),
        *_keys(table, "organisation_id", "person_id"),
    )
    _index(table, "person_id")
    table = "core_vault_internal_key"
    op.create_table(
        table,
        _id(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _created(),
        _reference(table, "organisation_id", "core_organisation"),
        *_keys(table, "organisation_id", "epoch"),
    )


def _create_records() -> None:
    table = "core_vault_record"
    op.create_table(
        table,
        _id(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("table", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=1), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        _created(),
        _reference(table, "organisation_id", "core_organisation"),
        *_keys(table, "record_id", "table", "organisation_id", "mode"),
    )
    _index(table, "organisation_id")
    table = "core_vault_data_key"
    op.create_table(
        table,
        _id(),
        sa.Column("sealed_record_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        _reference(table, "sealed_record_id", "core_vault_record"),
        *_keys(table),
    )
    _index(table, "sealed_record_id")
    _index(table, "epoch")
    table = "core_vault_field"
    op.create_table(
        table,
        _id(),
        sa.Column("sealed_record_id", sa.Uuid(), nullable=False),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _reference(table, "sealed_record_id", "core_vault_record"),
        _reference(table, "data_key_id", "core_vault_data_key"),
        *_keys(table, "sealed_record_id", "name"),
    )
    _index(table, "data_key_id")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
