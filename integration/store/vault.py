"""Encryption at rest for tokens and health data (Fernet), with several keys so that they rotate while we run."""

from collections.abc import Callable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from integration.errors import KeysLost


class Vault:
    """Encrypts with the newest key and decrypts with any. Reads the keys again if none fits: they may have rotated."""

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        """`keys` returns Fernet keys, newest first; it is called now and whenever a secret does not open."""
        self._keys = keys
        self._fernet = self._load()

    def encrypt(self, secret: str) -> str:
        """Return `secret` under the newest key."""
        return self._fernet.encrypt(secret.encode()).decode()

    def decrypt(self, encrypted: str) -> str:
        """Return the secret. Raises KeysLost if no key opens it."""
        try:
            return self._fernet.decrypt(encrypted).decode()
        except InvalidToken:
            self._fernet = self._load()
        try:
            return self._fernet.decrypt(encrypted).decode()
        except InvalidToken:
            raise KeysLost from None

    def opens(self, encrypted: str) -> bool:
        """Return True if a key opens it."""
        try:
            self.decrypt(encrypted)
        except KeysLost:
            return False
        return True

    def reencrypt(self, encrypted: str) -> str:
        """Return the same secret under the newest key. Raises KeysLost if no key opens it."""
        self._fernet = self._load()
        try:
            return self._fernet.rotate(encrypted).decode()
        except InvalidToken:
            raise KeysLost from None

    def _load(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._keys()])
