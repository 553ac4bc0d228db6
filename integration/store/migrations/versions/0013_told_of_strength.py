"""the last time that an athlete was told of a strength day, at an address of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("preferences", sa.Column("strength_told_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("preferences", "strength_told_at")
