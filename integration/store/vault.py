"""Encryption at rest for tokens and health data (Fernet), with several keys so that they rotate while we run."""

from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Vault:
    """Locks with the newest key, opens with any; reads the keys again when none fits: they may have been rotated."""

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        """`keys` returns Fernet keys, newest first; it is called now and whenever a secret does not open."""
        self._keys = keys
        self._fernet = self._load()

    def encrypt(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def decrypt(self, locked: str) -> str:
        """Raises InvalidToken when no key fits."""
        try:
            return self._fernet.decrypt(locked).decode()
        except InvalidToken:
            self._fernet = self._load()
            return self._fernet.decrypt(locked).decode()

    def reencrypt(self, locked: str) -> str:
        """The same secret under the newest key."""
        self._fernet = self._load()
        return self._fernet.rotate(locked).decode()

    def _load(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._keys()])
