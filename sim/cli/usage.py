"""What Typer says of a wrong command line, in the language of whoever typed it."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

from sim.core.words import Said, catalogue, say

#: begins the keys whose English is a sentence of Typer or Pydantic; what matches less comes first
_SENTENCES = "usage.says."


def usage_told(error: TyperException, lang: str) -> str:
    """Return how the command is used and what is wrong, in Typer's words where we have none.

    Parameters
    ----------
    error : TyperException
        As Typer raises it outside its standalone mode.
    lang : str
    """
    why = error.message.in_language(lang) if isinstance(error.message, Said) else ""
    message = error.format_message()
    says = _in_language(message, lang, why) or message
    lines = [say("usage.error", lang, says=says)]
    context = getattr(error, "ctx", None)
    if context is not None:
        if message == context.get_help():  # what a command without arguments says
            return message
        used = context.get_usage().partition(": ")[2]
        hint = say("usage.help", lang, command=context.command_path)
        lines = [say("usage.usage", lang, usage=used), hint, "", *lines]
    return "\n".join(lines)


def _in_language(sentence: str, lang: str, why: str = "") -> str:
    """Return a sentence of Typer in a language, with ``why`` as its reason; empty for unknown."""
    for key in (key for key in catalogue() if key.startswith(_SENTENCES)):
        found = _pattern(catalogue()[key]["en"]).fullmatch(sentence)
        if found:
            places = found.groupdict()
            if "why" in places:
                places["why"] = why or _in_language(places["why"], lang) or places["why"]
            return say(key, lang, **places)
    return ""


def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds the places of some words in a sentence."""
    parts = re.split(r"\{(\w+)\}", words)
    places = [f"(?P<{name}>.+?)" for name in parts[1::2]]
    texts = [re.escape(text) for text in parts[::2]]
    return re.compile(
        "".join(text + place for text, place in zip(texts, [*places, ""], strict=True))
    )
