"""The digest of code: results are computed again after any edit of the code that made them."""
from types import ModuleType

from minidl.results import code_digest


def test_the_digest_of_code_changes_with_any_source_file(tmp_path):
    package = ModuleType("package")
    package.__file__ = str(tmp_path / "__init__.py")
    (tmp_path / "inner").mkdir()
    digests = set()
    for text in ("a = 1", "a = 2"):
        for name in ("__init__.py", "inner/module.py"):
            (tmp_path / name).write_text(text)
            digests.add(code_digest(package))
    (tmp_path / "data.txt").write_text("no code")
    digests.add(code_digest(package))
    (tmp_path / "inner" / "module.py").rename(tmp_path / "module.py")
    assert len(digests) == 4 and code_digest(package) not in digests


def test_the_digest_of_code_changes_with_a_library_and_covers_a_module_without_its_neighbours(tmp_path, monkeypatch):
    module = ModuleType("module")
    module.__file__ = str(tmp_path / "module.py")
    (tmp_path / "module.py").write_text("a = 1")
    first = code_digest(module)
    (tmp_path / "neighbour.py").write_text("b = 1")
    assert code_digest(module) == first
    monkeypatch.setattr("minidl.results.LIBRARIES", ("pytest",))
    assert code_digest(module) != first
