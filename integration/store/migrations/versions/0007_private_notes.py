"""the target that each note was written to, and what is known of private notes"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notes", sa.Column("target", sa.String(16), nullable=False, server_default="description"))
    op.add_column("notes", sa.Column("unseen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("preferences", sa.Column("private_note_seen", sa.Boolean(), nullable=True))
    op.add_column("preferences", sa.Column("private_links", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    for table, column in (
        ("preferences", "private_links"),
        ("preferences", "private_note_seen"),
        ("notes", "unseen"),
        ("notes", "target"),
    ):
        op.drop_column(table, column)
