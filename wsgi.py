"""The roof: puts the three floors together. ``flask`` finds this file by itself; a server calls ``create_app()``."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

import association.wiring
import catalog.wiring
import training.wiring
from association.kernel import config
from association.web import operating

ROOT = Path(__file__).parent
WEB = ROOT / "association" / "web"


class Id(IntegerConverter):
    """A whole number in an address, of at most nine digits: a longer one is simply not there."""

    regex = r"\d{1,9}"


class Registry(Flask):
    """Flask without its question, twenty times a request, whether a function is asynchronous: none here is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The application, with settings from the environment and, above them, ``settings``."""
    app = Registry(
        "registry", root_path=str(ROOT), template_folder=str(WEB / "templates"), static_folder=str(WEB / "static")
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = Id
    # /catalog/products and /catalog/products/ are the same room.
    app.url_map.strict_slashes = False
    app.config.from_mapping(config.complete(config.from_environment(os.environ, ROOT) | dict(settings or {})))
    for floor in (association, catalog, training):
        floor.wiring.init_app(app)
    operating.guard(app)
    return app
