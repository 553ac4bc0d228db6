"""the athlete's diary: taps after runs, effects of moves, the way back to running, the plan"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("preferences", sa.Column("diary", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("preferences", "diary")
