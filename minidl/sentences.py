"""The sentences of a report in several languages: templates in an INI file, which a run fills with its numbers.

    [gap]
    en = The gap grew from {before:+.4f} to {after:+.4f}.
    ru = Разрыв вырос с {before:+.4f} до {after:+.4f}.

Each section has a template for each language.  All have the same fields, written as for str.format.  A template may
take several lines: they are joined by spaces.
"""
import configparser
import os
import re
import string
from typing import Any

LANGUAGES = ("en", "ru")
NO_BREAK_SPACE = "\u00a0"


class Sentences:
    """The templates of one file in one language; called with a template's name and its fields, it returns the text.

    path: the INI file.  language: one of LANGUAGES.

    Raises:
        ValueError: the language is unknown, the file is not of the form above, or the templates
            of a section differ in their fields.
    """

    def __init__(self, path: str | os.PathLike[str], language: str = "en") -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language: must be one of {', '.join(LANGUAGES)}, got {language!r}")
        self.language = language
        self.templates = read_templates(path)

    def __call__(self, name: str, /, **values: Any) -> str:
        formatter = FORMATTERS[self.language]
        return formatter.vformat(self.templates[name][self.language], (), values)

    def translated(self, kind: str, text: str) -> str:
        """Return an English text that other code made, by the first template it fits; the text itself if none fits.

        kind: only the sections [kind.NAME] are tried.  Their fields have no formats: what stands there is copied.
        """
        for name, templates in self.templates.items() if self.language != "en" else ():
            if name.startswith(f"{kind}.") and (match := re.fullmatch(pattern(templates["en"]), text)):
                return templates[self.language].format(**{field: spaced(part) for field, part
                                                          in match.groupdict().items()})
        return text


class SpacedFormatter(string.Formatter):
    """Numbers as in Russian print: a space that does not break between thousands, and before the percent sign."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return one number or text.

        >>> SpacedFormatter().format("{:,} {:.1%}", 1234567, 0.5)
        '1\\xa0234\\xa0567 50.0\\xa0%'
        """
        return spaced(super().format_field(value, format_spec))


def spaced(number: str) -> str:
    """Return a number with a space between thousands and before the percent sign; another text as it is.

    Four digits have no space between them.

    >>> spaced("52,780"), spaced("1,145"), spaced("50.0%"), spaced("a, b")
    ('52\\xa0780', '1145', '50.0\\xa0%', 'a, b')
    """
    if re.fullmatch(r"[-+]?\d+(,\d{3})*(\.\d+)?%?", number):
        between = NO_BREAK_SPACE if re.search(r"\d\d,|,.*,", number) else ""
        return number.replace(",", between).replace("%", NO_BREAK_SPACE + "%")
    return number


FORMATTERS: dict[str, string.Formatter] = {"en": string.Formatter(), "ru": SpacedFormatter()}


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def read_templates(path: str | os.PathLike[str]) -> dict[str, dict[str, str]]:
    """Return a dict from the name of each section to a dict from language to template."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",),
                                       empty_lines_in_values=False)
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except configparser.Error as error:
        raise ValueError(f"{path}: must be an INI file, got {' '.join(str(error).split())}") from None
    templates = {name: {key: " ".join(text.split("\n")) for key, text in parser[name].items()}
                 for name in parser.sections()}
    for name, texts in templates.items():
        if tuple(texts) != LANGUAGES:
            raise ValueError(f"{path}: [{name}] must have {' and '.join(LANGUAGES)}, got {', '.join(texts)}")
        if len({fields(text) for text in texts.values()}) > 1:
            raise ValueError(f"{path}: [{name}] must have the same fields in all languages")
    return templates


def fields(template: str) -> frozenset[tuple[str, str | None]]:
    """Return the fields of a template with their formats.

    >>> sorted(fields("{a:.2f} of {b}"))
    [('a', '.2f'), ('b', '')]
    """
    return frozenset((name, form) for _, name, form, _ in string.Formatter().parse(template) if name is not None)


def pattern(template: str) -> str:
    """Return the regular expression of the texts that a template gives; "(s)" in it stands for an s or nothing.

    >>> [bool(re.fullmatch(pattern("{count} row(s): skipped"), f"{text}: skipped")) for text in ("12 rows", "1 row")]
    [True, True]
    """
    parts = string.Formatter().parse(template)
    return "".join(re.escape(text).replace(re.escape("(s)"), "s?") + (f"(?P<{name}>.+)" if name else "")
                   for text, name, _, _ in parts)
