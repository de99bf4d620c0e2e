"""The report of a run: one file that opens anywhere, in two languages, and prints well."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jinja2
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.files import write_text
from sim.core.units import as_text
from sim.core.words import LANGUAGES, catalogue, say
from sim.evaluation.naming import kpi_text, paragraph
from sim.viz import narrative, report_people, report_plan, report_tables
from sim.viz.figures import FIGURES, MAXIMA, STAGES, curves_of, pictures, write_figures
from sim.viz.furniture import schematic_part
from sim.viz.packing import Packed, packed, png_of
from sim.viz.people_figures import REACH, WHEREABOUTS
from sim.viz.typeface import FAMILY, embedded

if TYPE_CHECKING:
    from sim.model.results import Results

#: limits of every run, and of one with a flood; others are ``limits.<kind>``
_LIMITS: Final = ("limits.one_run",)
_FLOOD_LIMITS: Final = ("limits.cells", "limits.flow", "limits.drains")
#: events of which a run without a plan has none
_DEEDS: Final = ("order_given", "warning_issued", "relocation_ordered", "people_hurt")

_PLACES: Final = ("at_home", "on_the_way")
#: blocks of figures that say nothing while their first is zero
_LED_BY: Final = {
    "warning": "residents_to_warn",
    "relocation": "ordered",
    "shelter": "shelters_opened",
    "supply": "relief_persons",
}
#: key figures that say something only when they are more than nothing
_UNTOLD_ZEROS: Final = (
    *(f"clauses_{name}" for name in ("open", "overtaken", "not_triggered", "not_simulated")),
    *(f"{harm}_{place}" for harm in ("dead", "severe", "light") for place in _PLACES),
)
#: the block of water tells of roads alone where no water came
_OF_WATER: Final = ("buildings_flooded", "residents_in_flooded_homes", "key_sites_flooded")
_VERDICTS: Final = ("met", "missed", "not_judged")
#: of pictures, which no typeface writes
_DATA: Final = re.compile(r';base64,[^"]*')


@dataclass(frozen=True)
class Picture:
    """A figure of the run's folder, as text that a page can carry."""

    name: str
    alt: str
    sort: str
    data: str = field(repr=False)


def picture_of(drawn: Axes | Figure, alt: str) -> Picture:
    """Return a picture that belongs to no file, for a page to carry."""
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    assert figure is not None  # charts stand on figures of their own
    return Picture("", alt, *packed(png_of(figure)))


def write_report(run: Results, path: Path, *, languages: Sequence[str] = LANGUAGES) -> None:
    """Write the report, with the figures of the run's folder, drawing those it lacks.

    Parameters
    ----------
    run : Results
    path : Path
    languages : sequence of str
        The first is shown first and printed; others are one click away.
    """
    write_text(path, report_html(run, languages=languages))


def report_html(run: Results, *, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the whole page: no script, nothing loaded, everything a file said is escaped."""
    return illustrated(run, [words(run, language) for language in languages])


def illustrated(
    run: Results, said: Sequence[dict[str, Any]], take: Callable[[str, str], Packed] | None = None
) -> str:
    """Return the whole page from its `words` in each language.

    Parameters
    ----------
    run : Results
    said : sequence of dict
    take : callable, optional
        Returns a picture by its name and language; by default it is taken from the run's folder.
    """
    take = take or _kept(run, [body["lang"] for body in said])
    bodies = [body | _pictures(run, body["lang"], take) for body in said]
    return page_html("report.html.j2", bodies, run.manifest["title"][bodies[0]["lang"]])


def page_html(template: str, bodies: Sequence[dict[str, Any]], title: str) -> str:
    """Return a page in the style of reports, with the signs it needs, that nothing is loaded for.

    Parameters
    ----------
    template : str
        A file of this folder.
    bodies : sequence of dict
        What it shows in each language; ``lang`` and ``say`` are among it.
    title : str
        Of the browser's window.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, loader=jinja2.FunctionLoader(_shipped)
    )
    style = _shipped("report.css")

    def page(font_style: str) -> str:
        """Fill the template; the font must be known to hold the page's own signs."""
        return environment.get_template(template).render(
            first=bodies[0]["lang"],
            title=title,
            bodies=bodies,
            style=style,
            font_style=font_style,
            style_hashes=f"{_hash(style)} {_hash(font_style)}",
        )

    signs = "".join(sorted(set(_DATA.sub("", page("")))))
    return page(
        f'@font-face {{ font-family: "{FAMILY}"; '
        f"src: url(data:font/woff;base64,{embedded(signs)}) format('woff') }}"
    )


def _shipped(name: str) -> str:
    return (resources.files("sim.viz") / name).read_text(encoding="utf-8")


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def words(run: Results, lang: str) -> dict[str, Any]:
    """Return all that the page says in one language: everything but its pictures."""
    speak = functools.partial(_speak, lang)
    manifest = run.manifest
    acting = bool(manifest.get("plan"))
    broken = report_plan.broken_first(run, lang) if acting else None
    answer = list(report_plan.answer(run, lang)) if acting else []
    return {
        "lang": lang,
        "say": speak,
        "title": manifest["title"][lang],
        "where": _where(run, lang),
        "schematic": schematic_part(run.world),
        "sample": _sample(run, lang),
        "answer": paragraph(answer, lang),
        "summary": narrative.summary(run, lang, told=[*answer, *([broken.text] if broken else [])]),
        "plan": _plan(run, lang) if acting else None,
        "broken": broken,
        "blocks": _blocks(run, lang),
        "timeline": narrative.timeline(run, lang),
        "timeline_note": say(
            "timeline.note_plan" if acting else "timeline.note", lang, n=f"{len(run.events):,}"
        ),
        "roads": report_tables.roads(run, lang),
        "buildings": report_tables.buildings(run, lang),
        "balance": report_tables.balance(run, lang),
        "dry": not run.keeps("max_depth_m"),
        "limits": _limits(run, lang),
        "map_sources": _sources(run, lang),
        "map_assumed": _assumed(run, lang),
        "parameters": report_tables.doubtful_parameters(run, lang),
        "again": _again(run, lang),
    }


def _speak(lang: str, key: str) -> str:
    return say(key, lang)


def _where(run: Results, lang: str) -> str:
    end = run.start + timedelta(seconds=run.manifest["duration_s"])
    return say(
        "report.from_to",
        lang,
        place=run.world.name_zh if lang == "zh" else run.world.name_en,
        start=f"{run.start:%Y-%m-%d %H:%M}",
        end=f"{end:%Y-%m-%d %H:%M}",
    )


def _blocks(run: Results, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the key figures that apply: the title of each block, and names with values."""
    blocks = []
    told = run.kpis.dropna(subset="value")
    dry = not run.keeps("max_depth_m")
    untold = (*_UNTOLD_ZEROS, *_OF_WATER) if dry else _UNTOLD_ZEROS
    told = told[~(told["kpi"].isin(untold) & (told["value"] == 0))]
    values = run.kpis.set_index("kpi")["value"]
    for idle in (name for name, first in _LED_BY.items() if values.get(first, 1.0) == 0):
        told = told[(told["block"] != idle) | ((idle == "relocation") & (told["value"] > 0))]
    for block, part in told.groupby("block", sort=False):
        figures = [
            (_kpi_name(run, name, lang), kpi_text(name, value, lang))
            for name, value in zip(part["kpi"], part["value"], strict=True)
        ]
        title = "kpi_block.roads" if dry and block == "water" else f"kpi_block.{block}"
        blocks.append((say(title, lang), figures))
    return blocks


def _kpi_name(run: Results, name: str, lang: str) -> str:
    """Return what a figure is called; of reports that came late, which and why."""
    said = say(f"kpi.{name}", lang)
    late = report_plan.reports_not_kept(run, lang) if name == "report_on_time" else ""
    return say("kpi_name.not_kept", lang, name=said, clauses=late) if late else said


def _plan(run: Results, lang: str) -> dict[str, Any]:
    """Return what the page says of the plan and of people."""
    assert run.plan is not None  # the manifest names it
    promises = report_plan.verdicts(run, lang)
    counts = {name: sum(one.verdict == name for one in promises) for name in _VERDICTS}
    return {
        "title": say("report.plan", lang, title=getattr(run.plan.title, lang)),
        "verdicts": promises,
        "counted": say("scorecard.count", lang, **counts),
        "clauses": report_plan.clause_rows(run, lang),
        "towns": report_people.towns(run, lang),
        "shelters": report_people.shelters(run, lang),
        "parameters": report_tables.doubtful_people_parameters(lang),
    }


def _sample(run: Results, lang: str) -> str:
    every = int(run.manifest.get("every", 1))
    cell_m = run.manifest.get("cell_m")
    told = [say("report.sample", lang, every=every)] if every > 1 else []
    told += [say("report.other_cell", lang, cell_m=f"{cell_m:g}")] if cell_m else []
    return " ".join(told)


def _limits(run: Results, lang: str) -> list[str]:
    told = [say(key, lang, cell_m=run.world.grid.cell_m) for key in _limits_of(run)]
    if run.manifest.get("plan"):
        return [*told, say("people.all_home", lang), report_plan.assumed_note(run, lang)]
    idle = not run.events["kind"].isin(_DEEDS).any()
    return [*told, say("limits.people", lang)] if idle else told


def _limits_of(run: Results) -> list[str]:
    """Return the word keys of what the run's hazards and links of chains leave out."""
    kinds = dict.fromkeys(part.kind for part in (*run.scenario.hazards, *run.scenario.chains))
    flood = _FLOOD_LIMITS if "flood" in kinds else ()
    return [*_LIMITS, *flood, *(f"limits.{kind}" for kind in kinds if kind != "flood")]


def _listed(run: Results, key: str) -> list[str]:
    return [str(item) for item in run.world.provenance.get(key, [])]


def _sources(run: Results, lang: str) -> list[str]:
    """Return whose figures the map is made from, in the language where the file has it."""
    named = run.world.provenance.get("sources", [])
    return [str(one[lang] if isinstance(one, dict) else one) for one in named]


def _assumed(run: Results, lang: str) -> str:
    parts = dict.fromkeys(re.split(r"\W", part)[0] for part in _listed(run, "assumed"))
    known = catalogue()
    told = [say(f"facts.{part}", lang) if f"facts.{part}" in known else part for part in parts]
    items = say("list.items", lang).join(told)
    return say("limits.map_assumed", lang, items=items) if items else ""


def _pictures(run: Results, lang: str, take: Callable[[str, str], Packed]) -> dict[str, Any]:
    """Return the page's pictures, by their places."""
    names = list(pictures(run, lang))

    def picture(name: str, key: str) -> Picture:
        """Add words for those who cannot see it."""
        return Picture(name, say(key, lang), *take(name, lang))

    people = {
        name: picture(name, key)
        for name, key in ((WHEREABOUTS, "chart.whereabouts"), (REACH, "report.reach"))
        if name in names
    }
    return {
        **people,
        "stages": picture(STAGES, "report.stages"),
        "maxima": [picture(name, f"layer.{name}") for name in MAXIMA if name in names],
        "curves": [picture(name, f"curve.{name}") for name in curves_of(run)],
    }


def _kept(run: Results, languages: Sequence[str]) -> Callable[[str, str], Packed]:
    """Return what takes pictures from the run's folder, where those that it lacks are drawn."""
    folder = run.folder / FIGURES
    for lang in languages:
        if not all((folder / f"{name}.{lang}.png").is_file() for name in pictures(run, lang)):
            write_figures(run, folder, lang=lang)
    return lambda name, lang: _packed(folder / f"{name}.{lang}.png")


def _packed(path: Path) -> Packed:
    return packed(path.read_bytes())


def _again(run: Results, lang: str) -> list[tuple[str, str]]:
    """Return name and value of everything that is needed to make this run again."""
    manifest = run.manifest
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    entries = {
        "again.command": _command(manifest),
        "again.seed": str(manifest["seed"]),
        "again.step": as_text(manifest["step_s"], lang),
        "again.events": f"{manifest['n_events']:,}",
        "again.digest": manifest["state_sha256"],
        "again.map": "\n".join(_map_lines(run, lang)),
        "again.versions": versions,
    }
    inputs = "\n".join(f"{name} {digest}" for name, digest in manifest.get("inputs", {}).items())
    if inputs:
        entries["again.inputs"] = inputs
    return [(say(key, lang), value) for key, value in entries.items()]


def _map_lines(run: Results, lang: str) -> Iterator[str]:
    """Yield what the map was made from, in words where there are any."""
    known = catalogue()
    for name, value in run.manifest["map"].items():
        if not isinstance(value, str | int):
            continue
        keys = (f"again.map.{name}", f"again.map.{name}.{str(value).partition(':')[0]}")
        what, is_what = (say(key, lang) if key in known else "" for key in keys)
        if name == "source" and run.world.schematic:
            is_what = say("map.made", lang)
        yield say("list.named", lang, what=what or name, told=is_what or value)


def _command(manifest: dict[str, Any]) -> str:
    plan = f" --plan {manifest['plan']}" if manifest.get("plan") else ""
    every = f" --every {manifest['every']}" if manifest.get("every", 1) > 1 else ""
    cell = f" --cell '{manifest['cell_m']:g} m'" if manifest.get("cell_m") else ""
    return f"shapan run {manifest['id']}{plan} --seed {manifest['seed']}{every}{cell}"
