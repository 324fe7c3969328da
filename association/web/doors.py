"""Doors: blueprints with their guard and their address, both from the module's name.

``catalog.products.views`` is served at ``/catalog/products``, ``catalog.products.api`` at
``/api/v1/catalog/products``. There is no route without a door.
"""

from importlib import import_module
from pathlib import Path

from flask import Blueprint

from association.kernel.errors import NotFound, NotSignedIn
from association.web.api import OpenBlueprint
from association.web.identity import API_PREFIX, current_actor


def _place(module: str) -> tuple[str, str, str]:
    floor, feature, face = module.split(".")
    return floor, feature, face


def _blueprint(module: str, prefix: str | None, name: str | None = None) -> Blueprint:
    floor, feature, face = _place(module)
    name = name or (feature if face == "views" else f"{feature}_{face}")
    folder = Path(import_module(f"{floor}.{feature}").__file__ or "").parent / "templates"
    return Blueprint(
        name,
        module,
        url_prefix=f"/{floor}/{feature}" if prefix is None else prefix,
        template_folder=str(folder) if folder.is_dir() else None,
    )


def public_door(module: str, prefix: str | None = None, name: str | None = None) -> Blueprint:
    """Anybody may come in. A module's second door has a prefix and a name of its own."""
    door = _blueprint(module, prefix, name)
    door.guard = "public"  # type: ignore[attr-defined]
    return door


def member_door(module: str, prefix: str | None = None) -> Blueprint:
    """People who have signed in."""
    door = _blueprint(module, prefix)
    door.guard = "member"  # type: ignore[attr-defined]

    @door.before_request
    def _signed_in() -> None:
        if not current_actor().signed_in:
            raise NotSignedIn

    return door


def staff_door(module: str, prefix: str | None = None) -> Blueprint:
    """The association's staff and the bodies that supervise it; for everybody else it is not there."""
    door = _blueprint(module, prefix)
    door.guard = "staff"  # type: ignore[attr-defined]

    @door.before_request
    def _is_staff() -> None:
        actor = current_actor()
        if not actor.signed_in:
            raise NotSignedIn
        if not actor.is_staff:
            raise NotFound

    return door


def open_api_door(module: str, description: str, prefix: str | None = None, name: str | None = None) -> OpenBlueprint:
    """Programs, with or without a key; a key that is wrong is still refused.

    A module's second door has a prefix (below ``/api/v1``) and a name of its own.
    """
    floor, feature, face = _place(module)
    door = OpenBlueprint(
        name or f"{feature}_{face}",
        module,
        url_prefix=API_PREFIX + (prefix or f"/{floor}/{feature}"),
        description=description,
    )
    door.guard = "open"

    @door.before_request
    def _key_is_good() -> None:
        current_actor()

    return door


def api_door(module: str, description: str, name: str | None = None) -> OpenBlueprint:
    """Programs that show a key. A module's second door has a name of its own."""
    floor, feature, face = _place(module)
    door = OpenBlueprint(
        name or f"{feature}_{face}", module, url_prefix=f"{API_PREFIX}/{floor}/{feature}", description=description
    )
    door.guard = "key"

    @door.before_request
    def _has_key() -> None:
        if not current_actor().signed_in:
            raise NotSignedIn

    return door
