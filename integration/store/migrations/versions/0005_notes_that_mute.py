"""The mark of notes that mute the runs after them: one that was asked for and a comeback's do not"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notes", sa.Column("mutes", sa.Boolean(), nullable=False, server_default=sa.true()))
    notes = sa.table("notes", sa.column("mutes", sa.Boolean()), sa.column("severity", sa.BigInteger()))
    op.execute(notes.update().where(notes.c.severity == 0).values(mutes=False))  # nothing fired: it was asked for


def downgrade() -> None:
    op.drop_column("notes", "mutes")
