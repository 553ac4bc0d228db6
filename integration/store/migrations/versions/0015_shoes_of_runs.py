"""the number of the shoes that a run was in; a history has it from its next listing on"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("shoe", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("runs", "shoe")
