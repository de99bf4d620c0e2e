"""The JSON Schema of every file format and of every hazard's part."""

from __future__ import annotations

from typing import Any, Final

from sim.core.errors import choices, did_you_mean
from sim.core.kinds import FORMATS, HAZARDS
from sim.core.registry import UnknownKindError
from sim.scenario.base import Part

#: name -> format of a whole file
_FILES: Final = {name.split("/")[1]: name for name in FORMATS}
SCHEMAS: Final = (*_FILES, *HAZARDS)


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file format or of a hazard.

    Raises
    ------
    UnknownKindError
        When there is no such format or hazard.
    """
    if name not in SCHEMAS:
        guess = did_you_mean(name, SCHEMAS)
        raise UnknownKindError(f"unknown schema '{name}'; known: {choices(SCHEMAS)}{guess}")
    model: type[Part] = FORMATS[_FILES[name]] if name in _FILES else HAZARDS[name].Params
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | model.model_json_schema(by_alias=True)
