"""Settings, read once from the environment and checked at start. Nothing else reads the environment."""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

SECRET_FLOOR = 32
LARGEST_UPLOAD = 20 * 1024 * 1024
# A request that carries such a file: the file and what stands round it.
LARGEST_REQUEST = LARGEST_UPLOAD + 1024 * 1024


# Settings of the application at work. Services know no Flask: wiring sets this whenever an app context begins.
current: ContextVar[Mapping[str, Any]] = ContextVar("settings")


def setting(name: str) -> Any:
    """A setting of the application at work, below the doors."""
    return current.get()[name]


def data_dir() -> Path:
    """The data folder of the application at work."""
    return Path(str(setting("DATA_DIR")))


class UnsafeSettings(RuntimeError):
    """A setting is missing or unsafe; the message says what to do."""


def from_environment(environment: Mapping[str, str], root: Path) -> dict[str, Any]:
    """Settings for ``create_app``. ``root`` is the project's folder; the data folder defaults to ``instance/`` in it.

    DATABASE_URL, SECRET_KEY, DATA_DIR, BASE_URL, MAIL_* as the contract says. PRODUCTION=1 insists on what a
    public server needs. Without SECRET_KEY one is made and kept, readable by its owner only, in the data folder.
    SESSION_IDLE_MINUTES and SESSION_HOURS end sessions; STAFF_NEEDS_SECOND_FACTOR (default: as PRODUCTION) is what it
    says; RATE_LIMITS=0 lifts the published limits, where a proxy in front keeps them; RATE_LIMITS_STORE names a store in which
    several machines count them together. METRICS_KEY opens /metrics to other machines.
    WEBHOOKS_ANYWHERE=1 lets webhooks go to http:// and to private addresses: for development, refused in production.
    """
    data = Path(environment.get("DATA_DIR") or root / "instance").expanduser().resolve()
    base_url = environment.get("BASE_URL", "").rstrip("/")
    production = environment.get("PRODUCTION") == "1"
    return {
        "DATA_DIR": str(data),
        "DATABASE_URL": environment.get("DATABASE_URL") or "",
        "SECRET_KEY": environment.get("SECRET_KEY") or "",
        "BASE_URL": base_url,
        "PRODUCTION": production,
        "MAIL_SERVER": environment.get("MAIL_SERVER", ""),
        "MAIL_PORT": int(environment.get("MAIL_PORT", "25")),
        "MAIL_USERNAME": environment.get("MAIL_USERNAME", ""),
        "MAIL_PASSWORD": environment.get("MAIL_PASSWORD", ""),
        "MAIL_STARTTLS": environment.get("MAIL_STARTTLS", "1") == "1",
        "MAIL_FROM": environment.get("MAIL_FROM", ""),
        "TRUSTED_PROXIES": int(environment.get("TRUSTED_PROXIES", "0")),
        "SESSION_IDLE_MINUTES": int(environment.get("SESSION_IDLE_MINUTES", "120")),
        "SESSION_HOURS": int(environment.get("SESSION_HOURS", "12")),
        "STAFF_NEEDS_SECOND_FACTOR": environment.get("STAFF_NEEDS_SECOND_FACTOR", "1" if production else "0") == "1",
        "METRICS_KEY": environment.get("METRICS_KEY", ""),
        "WEBHOOKS_ANYWHERE": environment.get("WEBHOOKS_ANYWHERE", "0") == "1",
        "RATE_LIMITS": environment.get("RATE_LIMITS", "1") != "0",
        "RATE_LIMITS_STORE": environment.get("RATE_LIMITS_STORE", ""),
    }


def complete(settings: dict[str, Any]) -> dict[str, Any]:
    """Fill in what follows from the rest, and refuse what is unsafe.

    Raises UnsafeSettings with a sentence that says what to set.
    """
    data = Path(settings["DATA_DIR"])
    data.mkdir(parents=True, exist_ok=True, mode=0o750)
    url = settings.get("DATABASE_URL") or f"sqlite:///{data / 'registry.db'}"
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise UnsafeSettings("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    key = settings.get("SECRET_KEY") or _kept_key(data)
    if len(key) < SECRET_FLOOR:
        raise UnsafeSettings(
            f"SECRET_KEY must have at least {SECRET_FLOOR} characters; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    base_url = settings.get("BASE_URL") or ""
    if settings.get("PRODUCTION") and not base_url.startswith("https://"):
        raise UnsafeSettings("BASE_URL must be the public https:// address in production (it is printed in QR codes)")
    if base_url and not base_url.startswith(("http://", "https://")):
        raise UnsafeSettings("BASE_URL must begin with http:// or https://")
    if settings.get("PRODUCTION") and settings.get("WEBHOOKS_ANYWHERE"):
        raise UnsafeSettings(
            "WEBHOOKS_ANYWHERE=1 is for development: in production webhooks go to public https:// only"
        )
    if settings["SESSION_IDLE_MINUTES"] < 1 or settings["SESSION_HOURS"] < 1:
        raise UnsafeSettings("SESSION_IDLE_MINUTES and SESSION_HOURS must be at least 1: a session has to end")
    return settings | {
        "SQLALCHEMY_DATABASE_URI": url,
        "SECRET_KEY": key,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": base_url.startswith("https://"),
        "SESSION_COOKIE_NAME": "__Host-session" if base_url.startswith("https://") else "session",
        "PERMANENT_SESSION_LIFETIME": settings["SESSION_HOURS"] * 3600,
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
    }


def _kept_key(data: Path) -> str:
    path = data / "secret_key"
    try:
        key = path.read_text().strip()
        if key:
            return key
    except FileNotFoundError:
        pass
    key = secrets.token_urlsafe(48)
    # Exclusive: of two processes that start at once one writes and the other reads.
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(key)
    except FileExistsError:
        return path.read_text().strip()
    return key
