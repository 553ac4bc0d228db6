"""the first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "athletes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("connected_at", sa.BigInteger(), nullable=False),
        sa.Column("disconnected_at", sa.BigInteger(), nullable=True),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("access_token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("token_expires_at", sa.BigInteger(), nullable=False),
        sa.Column("token_version", sa.BigInteger(), nullable=False),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("attend_at", sa.BigInteger(), nullable=True),
        sa.Column("ask_attempts", sa.BigInteger(), nullable=False),
        sa.Column("ask_error", sa.String(length=200), nullable=True),
        sa.Column("history_wanted_from", sa.BigInteger(), nullable=True),
        sa.Column("reconcile_wanted", sa.Boolean(), nullable=False),
        sa.Column("listed_at", sa.BigInteger(), nullable=True),
        sa.Column("deauthorization_rung_at", sa.BigInteger(), nullable=True),
        sa.Column("leaving_since", sa.BigInteger(), nullable=True),
        sa.Column("leave_with_notes", sa.Boolean(), nullable=False),
        sa.Column("last_event_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("athletes", schema=None) as batch_op:
        batch_op.create_index("athletes_attend_at", ["attend_at"], unique=False)

    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "bells",
        sa.Column("athlete_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rung", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("first_rung", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("event_time", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("tags", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("judged_as", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete_id", "activity_id"),
    )
    with op.batch_alter_table("bells", schema=None) as batch_op:
        batch_op.create_index(
            "bells_waiting",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("rung > settled"),
            sqlite_where=sa.text("rung > settled"),
        )

    op.create_table(
        "histories",
        sa.Column("athlete_id", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("covered_from", sa.BigInteger(), nullable=True),
        sa.Column("newest_activity", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("activities", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete_id"),
    )
    op.create_table(
        "notes",
        sa.Column("athlete_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.BigInteger(), nullable=False),
        sa.Column("spike_band", sa.String(length=16), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete_id", "activity_id"),
    )
    op.create_table(
        "preferences",
        sa.Column("athlete_id", sa.BigInteger(), nullable=False),
        sa.Column("notes_on", sa.Boolean(), nullable=False),
        sa.Column("notes_on_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("delay", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("links", sa.Boolean(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("previous_thresholds", sa.JSON(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("answers_consented_at", sa.BigInteger(), nullable=True),
        sa.Column("back_log", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete_id"),
    )
    op.create_table(
        "runs",
        sa.Column("athlete_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("start_local", sa.String(length=32), nullable=False),
        sa.Column("sport", sa.String(length=16), nullable=False),
        sa.Column("distance_dm", sa.BigInteger(), nullable=False),
        sa.Column("moving_s", sa.BigInteger(), nullable=False),
        sa.Column("elapsed_s", sa.BigInteger(), nullable=False),
        sa.Column("climb_dm", sa.BigInteger(), nullable=False),
        sa.Column("race", sa.Boolean(), nullable=False),
        sa.Column("trainer", sa.Boolean(), nullable=False),
        sa.Column("cadence", sa.Double(), nullable=True),
        sa.Column("temperature", sa.Double(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["athlete_id"], ["athletes.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete_id", "id"),
    )


def downgrade() -> None:
    op.drop_table("runs")
    op.drop_table("preferences")
    op.drop_table("notes")
    op.drop_table("histories")
    with op.batch_alter_table("bells", schema=None) as batch_op:
        batch_op.drop_index(
            "bells_waiting", postgresql_where=sa.text("rung > settled"), sqlite_where=sa.text("rung > settled")
        )

    op.drop_table("bells")
    op.drop_table("invitations")
    op.drop_table("facts")
    with op.batch_alter_table("athletes", schema=None) as batch_op:
        batch_op.drop_index("athletes_attend_at")

    op.drop_table("athletes")
