"""the mark of a note that was tried from a page, which was guessed from what it mutes; the next one begun has it"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notes", sa.Column("asked_on_page", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("notes", "asked_on_page")
