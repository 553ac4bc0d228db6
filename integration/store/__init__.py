"""The database: what we remember, one module per kind of row.

Each function is a few statements in the caller's transaction (`Store.read`, `Store.write`).
"""

from integration.store.database.engine import Store
from integration.store.vault import Vault

__all__ = ["Store", "Vault"]
