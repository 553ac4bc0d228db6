"""The time of the newest event of an activity, in the words of that day: when its bell was last heard"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bells", sa.Column("heard_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE bells SET heard_at = waiting_since")
    with op.batch_alter_table("bells") as batch_op:
        batch_op.alter_column("heard_at", existing_type=sa.BigInteger(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("bells") as batch_op:
        batch_op.drop_column("heard_at")
