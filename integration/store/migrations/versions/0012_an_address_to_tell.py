"""an address of the athlete's own, where they are told that a note is ready"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("preferences", sa.Column("tell_at", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("preferences", "tell_at")
