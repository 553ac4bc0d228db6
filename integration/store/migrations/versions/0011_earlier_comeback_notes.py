"""earlier notes on the first run after a lay-off mute nothing, as far as the history still tells which they are"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LAY_OFF_US = 21 * 86_400 * 1_000_000  # the default of comeback.days; times are whole microseconds


def upgrade() -> None:
    notes = sa.table(
        "notes", sa.column("athlete_id"), sa.column("activity_id"), sa.column("severity"), sa.column("spike_band"),
        sa.column("mutes", sa.Boolean()),
    )  # fmt: skip
    runs = sa.table("runs", sa.column("athlete_id"), sa.column("id"), sa.column("start"))
    own, earlier = runs.alias("own"), runs.alias("earlier")
    start = (
        sa.select(own.c.start)
        .where(own.c.athlete_id == notes.c.athlete_id, own.c.id == notes.c.activity_id)
        .correlate(notes)
        .scalar_subquery()
    )
    before = (
        sa.select(sa.func.max(earlier.c.start))
        .where(earlier.c.athlete_id == notes.c.athlete_id, earlier.c.start < start)
        .correlate(notes)
        .scalar_subquery()
    )
    weak = sa.and_(notes.c.severity == 1, notes.c.spike_band.is_(None))  # a comeback's, or a long effort's alone
    op.execute(notes.update().where(weak, start - before > LAY_OFF_US).values(mutes=False))


def downgrade() -> None:
    """Which notes muted before is not kept; they go on muting nothing."""
