"""Saving and loading one small result, for the tests of minidl.results."""
from minidl.results import load_result, save_result

DEPENDS = {"seed": 0, "settings": {"lr": 0.1, "grid": [1, 2]}}


def keep(folder, value=1.5, text="text", depends=DEPENDS):
    save_result(folder / "result.json", depends, value, {"file.txt": lambda path: path.write_text(text)})


def unwrapped(text):
    """Return a printed text without the ends of its lines, which depend on the length of a path."""
    return " ".join(text.split())


def load(folder, depends=DEPENDS):
    """Return (value, reasons why a result is not used)."""
    lines = []
    return load_result(folder / "result.json", depends, unusable=lines.append), lines
