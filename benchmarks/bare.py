"""The least that a callback in Flask can do: what ours is measured against."""

from flask import Flask, request


def serve() -> Flask:
    """For granian."""
    app = Flask(__name__)

    @app.post("/webhook/<secret>")
    def receive(secret: str) -> tuple[str, int]:
        del secret
        request.get_json()
        return "", 200

    return app
