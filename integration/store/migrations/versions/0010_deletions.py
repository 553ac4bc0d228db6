"""a register of deletions without personal data, and the address at which each athlete finds a confirmation"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("receipt_hash", sa.String(64), nullable=True),
    )
    op.add_column("athletes", sa.Column("receipt", sa.String(32), nullable=False, server_default=""))
    athletes = sa.table("athletes", sa.column("id", sa.BigInteger()), sa.column("receipt", sa.String()))
    connection = op.get_bind()
    for athlete in connection.execute(sa.select(athletes.c.id)).scalars().all():
        token = secrets.token_urlsafe(16)
        connection.execute(athletes.update().where(athletes.c.id == athlete).values(receipt=token))


def downgrade() -> None:
    op.drop_column("athletes", "receipt")
    op.drop_table("deletions")
