"""listing: the public list with its grounds, versions, disputes and corrections"""

import sqlalchemy as sa
from alembic import op

revision = "c1000000a005"
down_revision = "c1000000a004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monitoring_listing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("register_source", sa.String(length=200), nullable=False),
        sa.Column("register_on", sa.Date(), nullable=True),
        sa.Column("register_by", sa.Uuid(), nullable=True),
        sa.Column("migrants_on_site", sa.Integer(), nullable=True),
        sa.Column("reidentification", sa.String(length=16), nullable=False),
        sa.Column("prosecution_risk", sa.String(length=16), nullable=False),
        sa.Column("risk_note", sa.Text(), nullable=False),
        sa.Column("indicators", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("indicators_by", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decision_file_id", sa.Uuid(), nullable=True),
        sa.Column("post_on", sa.Date(), nullable=True),
        sa.Column("post_number", sa.String(length=100), nullable=False),
        sa.Column("email_on", sa.Date(), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("reply_extended", sa.Boolean(), nullable=False),
        sa.Column("reply_asked", sa.Boolean(), nullable=False),
        sa.Column("reply_kind", sa.String(length=16), nullable=False),
        sa.Column("reply_text", sa.Text(), nullable=False),
        sa.Column("reply_on", sa.Date(), nullable=True),
        sa.Column("ballot", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.Column("legal_name", sa.String(length=300), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("folded", sa.String(length=600), nullable=False),
        sa.Column("normalised", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_file_id"],
            ["core_attachment.id"],
            name=op.f("fk_monitoring_listing_decision_file_id_core_attachment"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["monitoring_employer.id"],
            name=op.f("fk_monitoring_listing_employer_id_monitoring_employer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["indicators_by"],
            ["core_person.id"],
            name=op.f("fk_monitoring_listing_indicators_by_core_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["core_organisation.id"],
            name=op.f("fk_monitoring_listing_organisation_id_core_organisation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"],
            ["core_person.id"],
            name=op.f("fk_monitoring_listing_proposer_id_core_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["register_by"],
            ["core_person.id"],
            name=op.f("fk_monitoring_listing_register_by_core_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["core_person.id"],
            name=op.f("fk_monitoring_listing_reviewer_id_core_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_listing")),
        sa.UniqueConstraint("reference", name=op.f("uq_monitoring_listing_reference")),
    )
    with op.batch_alter_table("monitoring_listing") as batch:
        batch.create_index(batch.f("ix_monitoring_listing_employer_id"), ["employer_id"], unique=False)
        batch.create_index(batch.f("ix_monitoring_listing_expires_at"), ["expires_at"], unique=False)
        batch.create_index(batch.f("ix_monitoring_listing_normalised"), ["normalised"], unique=False)
        batch.create_index(batch.f("ix_monitoring_listing_number"), ["number"], unique=False)
        batch.create_index(batch.f("ix_monitoring_listing_state"), ["state"], unique=False)

    op.create_table(
        "monitoring_listing_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["monitoring_listing.id"],
            name=op.f("fk_monitoring_listing_correction_listing_id_monitoring_listing"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_listing_correction")),
    )
    with op.batch_alter_table("monitoring_listing_correction") as batch:
        batch.create_index(batch.f("ix_monitoring_listing_correction_at"), ["at"], unique=False)

    op.create_table(
        "monitoring_listing_dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("documented", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["monitoring_listing.id"],
            name=op.f("fk_monitoring_listing_dispute_listing_id_monitoring_listing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_monitoring_listing_dispute_person_id_core_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_listing_dispute")),
    )
    with op.batch_alter_table("monitoring_listing_dispute") as batch:
        batch.create_index(batch.f("ix_monitoring_listing_dispute_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "monitoring_listing_report",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["monitoring_listing.id"],
            name=op.f("fk_monitoring_listing_report_listing_id_monitoring_listing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["monitoring_report.id"],
            name=op.f("fk_monitoring_listing_report_report_id_monitoring_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("listing_id", "report_id", name=op.f("pk_monitoring_listing_report")),
    )
    with op.batch_alter_table("monitoring_listing_report") as batch:
        batch.create_index(batch.f("ix_monitoring_listing_report_report_id"), ["report_id"], unique=False)

    op.create_table(
        "monitoring_listing_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("stance", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["monitoring_listing.id"],
            name=op.f("fk_monitoring_listing_source_listing_id_monitoring_listing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["monitoring_source.id"],
            name=op.f("fk_monitoring_listing_source_source_id_monitoring_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_listing_source")),
        sa.UniqueConstraint("listing_id", "source_id", name=op.f("uq_monitoring_listing_source_listing_id")),
    )
    with op.batch_alter_table("monitoring_listing_source") as batch:
        batch.create_index(batch.f("ix_monitoring_listing_source_listing_id"), ["listing_id"], unique=False)
        batch.create_index(batch.f("ix_monitoring_listing_source_source_id"), ["source_id"], unique=False)

    op.create_table(
        "monitoring_listing_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["monitoring_listing.id"],
            name=op.f("fk_monitoring_listing_version_listing_id_monitoring_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_listing_version")),
        sa.UniqueConstraint("listing_id", "number", name=op.f("uq_monitoring_listing_version_listing_id")),
    )
    with op.batch_alter_table("monitoring_listing_version") as batch:
        batch.create_index(batch.f("ix_monitoring_listing_version_listing_id"), ["listing_id"], unique=False)


def downgrade() -> None:
    for name in ("version", "source", "report", "dispute", "correction"):
        op.drop_table(f"monitoring_listing_{name}")
    op.drop_table("monitoring_listing")
