"""Records of other catalogues, harvested by OAI-PMH."""

import sqlalchemy as sa
from alembic import op

revision = "8e31c4f0b7d2"
down_revision = "5d0c7b1e9a24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "research_elsewhere",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("identifier", sa.String(length=500), nullable=False),
        sa.Column("datestamp", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("creators", sa.String(length=500), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research_elsewhere")),
        sa.UniqueConstraint("source", "identifier", name=op.f("uq_research_elsewhere_source")),
    )


def downgrade() -> None:
    op.drop_table("research_elsewhere")
