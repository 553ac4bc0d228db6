"""one encrypted log of done sessions, and no mark in the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("preferences") as batch_op:
        batch_op.alter_column("back_log", new_column_name="session_log", existing_type=sa.Text())
    with op.batch_alter_table("notes") as batch_op:
        batch_op.drop_column("done_at")


def downgrade() -> None:
    with op.batch_alter_table("notes") as batch_op:
        batch_op.add_column(sa.Column("done_at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("preferences") as batch_op:
        batch_op.alter_column("session_log", new_column_name="back_log", existing_type=sa.Text())
