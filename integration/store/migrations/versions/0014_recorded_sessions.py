"""strength, yoga, pilates and physiotherapy of an athlete, as far as a listing showed them, beside the runs"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("histories", sa.Column("recorded", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("histories", "recorded")
