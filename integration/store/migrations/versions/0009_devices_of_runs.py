"""the Garmin device that recorded a run, to be named beside it; histories are listed again, since they lack it"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("device", sa.String(60), nullable=False, server_default=""))
    op.execute(sa.table("runs").delete())
    op.execute(sa.table("histories").delete())


def downgrade() -> None:
    op.drop_column("runs", "device")
