"""What a wrong command line is told, in the language of whoever typed it."""

import re

import pytest

from sim.cli import main


def told(capsys, monkeypatch, *typed: str, lang: str = "") -> str:
    """What `shapan` says of a command line, on a machine of some language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setattr("sys.argv", ["shapan", *typed])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    return str(capsys.readouterr().err).strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["run"], "错误：缺少参数 'scenario'。"),
        (["run", "x", "--every", "0"], "错误：'--every' 的取值无效：应不小于 1"),
        (["run", "x", "--seed", "abc"], "错误：'--seed' 的取值无效：应为整数"),
        (["run", "x", "--seed"], "错误：选项 '--seed' 后须写取值。"),
        (["run", "x", "--force=1"], "错误：选项 '--force' 不带取值。"),
        (["run", "x", "--evry", "2"], "错误：没有选项 --evry；是否指：--every"),
        (["run", "x", "--qq"], "错误：没有选项 --qq"),
        (["run", "x", "y"], "错误：多余的参数（y）"),
        (["runn"], "错误：没有命令 'runn'；是否指 'run'？"),
        (["qqqq"], "错误：没有命令 'qqqq'。"),
        (["import", "osm", "x"], "错误：缺少选项 '--out'。"),
        (["run", "x", "--lang", "fr"], "错误：--lang 的取值无效：“fr”；允许：en, zh"),
    ],
)
def test_a_wrong_command_line_is_told_in_chinese_on_a_chinese_machine(
    typed: list[str], says: str, capsys, monkeypatch
) -> None:
    assert told(capsys, monkeypatch, *typed, lang="zh_CN.UTF-8") == says


def test_the_language_asked_for_goes_before_the_machines(capsys, monkeypatch) -> None:
    asked = ("run", "--lang", "en")
    says = told(capsys, monkeypatch, *asked, lang="zh_CN.UTF-8")
    assert says == "Error: Missing argument 'scenario'."
    assert re.search("[一-龥]", told(capsys, monkeypatch, "run", "--lang", "zh"))


def test_what_only_typer_has_words_for_is_told_in_its_words(capsys, monkeypatch) -> None:
    monkeypatch.setattr("sim.cli.usage._SENTENCES", "no words begin so")
    says = told(capsys, monkeypatch, "run", lang="zh_CN.UTF-8")
    assert says == "错误：Missing argument 'scenario'."
