"""sessions of the pages that end at the server: one by one, or all of an athlete"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("athletes", sa.Column("session_epoch", sa.String(16), nullable=False, server_default=""))
    op.create_table(
        "ended_sessions",
        sa.Column("id_hash", sa.String(64), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash"),
    )


def downgrade() -> None:
    op.drop_table("ended_sessions")
    op.drop_column("athletes", "session_epoch")
