"""The three rings: what each imports and uses, by syntax trees and by imports in fresh interpreters."""
import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(path.relative_to(ROOT).as_posix() for folder in ("minidl", "hw1", "hw2", "hw3", "hw4")
               for path in (ROOT / folder).rglob("*.py"))
NUMPY_RING = ("minidl/__init__.py", "minidl/metrics/", "minidl/data/", "minidl/arrays.py", "minidl/checks.py",
              "minidl/command.py", "minidl/errors.py", "minidl/files.py", "minidl/history.py", "minidl/locks.py",
              "minidl/sentences.py", "minidl/tables.py", "minidl/terminal.py", "minidl/text/", "minidl/tfidf.py",
              "minidl/bm25.py", "minidl/search/", "minidl/mapped.py")
TRANSFORMERS_RING = ("minidl/decoding/model.py", "minidl/decoding/growing.py", "minidl/decoding/chat.py",
                     "hw4/norms.py",  # HW4 shows RMSNorm inside a Qwen2 model
                     "hw2/pretraining/tokenizer.py", "hw2/pretraining/decoder.py")  # HW2 trains a Qwen2
# what the homework compares minidl's pieces with
REFERENCES = {"hw1/training.py": {"torch.optim.AdamW"}, "hw4/norms.py": {"torch.nn.RMSNorm"}}
THIRD_PARTY = {"numpy", "torch", "transformers", "tqdm", "matplotlib"}
EXTRAS = {"hw3/datasets.py": {"datasets"},  # brought by an extra, imported where it is used
          "minidl/text/csr.py": {"scipy"},  # to_scipy
          # brought by transformers
          "minidl/decoding/model.py": {"huggingface_hub", "safetensors"},
          "hw2/pretraining/tokenizer.py": {"tokenizers"}}

# what the torch ring may use of these packages of torch; minidl writes the rest of them by hand
ALLOWED = {"torch.nn": {"Module", "Parameter"}, "torch.optim": {"Optimizer"}}
FORBIDDEN_PACKAGES = ("torch.nn.functional", "torch.nn.init", "torch.utils.data", "torch.nn.modules", "torch.special")
# base classes that torch's tools look for by isinstance, with the file that derives from them
BASES = {"minidl/nn/batchnorm.py": {"torch.nn.modules.batchnorm._BatchNorm"}}  # torch.optim.swa_utils.update_bn
# the same things under other names
FORBIDDEN_FUNCTIONS = {
    "alpha_dropout", "batch_norm", "bilinear", "binary_cross_entropy_with_logits", "celu", "dropout", "embedding",
    "embedding_bag", "feature_dropout", "group_norm", "hinge_embedding_loss", "instance_norm", "kl_div", "layer_norm",
    "native_batch_norm", "native_dropout", "native_layer_norm", "prelu", "relu", "relu_", "rms_norm", "rrelu", "selu",
    "threshold",
}


def trees():
    return {file: ast.parse((ROOT / file).read_text(encoding="utf-8")) for file in FILES}


def imports(tree):
    """Yield all dotted names that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dotted(node):
    """Return the dotted name of a node, for example torch.nn.Linear; None if it has none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return inner and f"{inner}.{node.attr}"
    return None


def uses(tree):
    """Yield all dotted names that a module uses; after `from torch import nn`, nn.Module is torch.nn.Module."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
    for node in ast.walk(tree):
        name = dotted(node)
        if name:
            first, *attributes = name.split(".")
            yield ".".join([names.get(first, first), *attributes])


def violation(name):
    """Return the dotted name if the torch ring must not use it, else None."""
    if any(name == package or name.startswith(package + ".") for package in FORBIDDEN_PACKAGES):
        return name
    for package, allowed in ALLOWED.items():
        if name.startswith(package + ".") and name.removeprefix(package + ".").split(".")[0] not in allowed:
            return name
    if name.startswith("torch.") and name.split(".")[-1] in FORBIDDEN_FUNCTIONS:
        return name
    return None


def test_the_files_include_known_modules():
    assert {"minidl/metrics/roc_auc.py", "minidl/nn/linear.py", "hw1/run.py"} <= set(FILES)


@pytest.mark.parametrize("file, tree", trees().items(), ids=FILES)
def test_a_module_uses_only_what_its_ring_allows(file, tree):
    packages = {name.split(".")[0] for name in imports(tree)}
    outside = packages - set(sys.stdlib_module_names) - {"minidl", "hw1", "hw2", "hw3", "hw4"}
    assert outside <= THIRD_PARTY | EXTRAS.get(file, set()), "a dependency that is not declared"
    if file.startswith("minidl/"):
        assert not packages & {"hw1", "hw2", "hw3", "hw4"}, "minidl must not import the homework"
    if file.startswith("hw3/"):
        assert not packages & {"torch", "transformers", "hw1", "hw2", "hw4"}, "HW3 uses numpy only"
    if file.startswith(NUMPY_RING):
        minidl_names = {name for name in imports(tree) if name.startswith("minidl.")}
        assert "torch" not in packages
        assert all(name.startswith(tuple(path[:-1 if path.endswith("/") else -3].replace("/", ".")
                                         for path in NUMPY_RING[1:])) for name in minidl_names)
    if file not in TRANSFORMERS_RING:
        assert "transformers" not in packages
    breaches = {name for name in [*uses(tree), *imports(tree)] if violation(name)}
    assert breaches == REFERENCES.get(file, set()) | BASES.get(file, set())


@pytest.mark.parametrize("line", [
    "import torch.nn.functional as F", "from torch.nn import functional", "from torch import nn; nn.Linear(1, 1)",
    "import torch; torch.nn.Sequential()", "import torch; torch.batch_norm", "from torch.optim import SGD",
    "from torch.utils.data import DataLoader", "import torch; torch.ops.aten.native_dropout",
    "from torch import embedding",
])
def test_violation_finds_forbidden_names(line):
    tree = ast.parse(line)
    assert any(violation(name) for name in [*uses(tree), *imports(tree)])


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300)


WITHOUT_TORCH = "import sys; sys.modules.update(torch=None, transformers=None, tqdm=None); "


@pytest.mark.parametrize("code", [
    "import minidl.metrics as m; assert m.roc_auc_score([0, 1], [0.1, 0.2]) == 1",
    "import minidl.bm25, minidl.command, minidl.data, minidl.files, minidl.search, minidl.tfidf",
])
def test_the_numpy_ring_works_without_torch(code):
    process = python("-c", WITHOUT_TORCH + code)
    assert process.returncode == 0, process.stderr


def test_minidl_itself_imports_nothing():
    process = python("-c", "import sys; before = set(sys.modules); import minidl; print(set(sys.modules) - before)")
    assert process.stdout.strip() == "{'minidl'}"


@pytest.mark.parametrize("module", ["hw1.run", "hw2.run", "hw2.train_tiny", "hw3.run", "hw4.run"])
def test_help_works_without_torch(module):
    code = f"import runpy; sys.argv = ['x', '--help']; runpy.run_module({module!r}, run_name='__main__')"
    process = python("-c", WITHOUT_TORCH + code)
    assert process.returncode == 0 and process.stdout.startswith(f"usage: python -m {module}"), process.stderr


def test_an_optimiser_does_not_load_torchs_compiler():
    result = python("-c", "import sys, torch; from minidl.optim import SGD; SGD([torch.zeros(1, requires_grad=True)]); "
                    "assert 'torch._dynamo' not in sys.modules")
    assert result.returncode == 0, result.stderr
