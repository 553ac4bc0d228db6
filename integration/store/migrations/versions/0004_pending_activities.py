"""tables and columns in the words of the code: a pending activity, requests, the hash of a block"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = {
    "pending_activities": {
        "rung": "received", "settled": "processed", "first_rung": "first_received", "heard_at": "last_received",
        "settled_at": "processed_at",
    },
    "athletes": {
        "attend_at": "request_due_at", "ask_attempts": "request_attempts", "ask_error": "request_error",
        "history_wanted_from": "history_requested_from", "reconcile_wanted": "reconcile_requested",
        "deauthorization_rung_at": "deauthorization_received_at",
    },
    "notes": {"fingerprint": "block_hash"},
}  # fmt: skip


def upgrade() -> None:
    op.drop_index("bells_waiting", table_name="bells")
    op.drop_index("athletes_attend_at", table_name="athletes")
    op.rename_table("bells", "pending_activities")
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    unprocessed = sa.text("received > processed")
    op.create_index(
        "pending_activities_waiting", "pending_activities", ["due_at"],
        postgresql_where=unprocessed, sqlite_where=unprocessed,
    )  # fmt: skip
    op.create_index("athletes_request_due_at", "athletes", ["request_due_at"])


def downgrade() -> None:
    op.drop_index("pending_activities_waiting", table_name="pending_activities")
    op.drop_index("athletes_request_due_at", table_name="athletes")
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
    op.rename_table("pending_activities", "bells")
    unprocessed = sa.text("rung > settled")
    op.create_index("bells_waiting", "bells", ["due_at"], postgresql_where=unprocessed, sqlite_where=unprocessed)
    op.create_index("athletes_attend_at", "athletes", ["attend_at"])
