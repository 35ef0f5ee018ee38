"""Time minidl against other libraries (its peers), interleaved, on one thread.

With a name: one benchmark in detail. With all: one table of all pieces, each
with its speed and its agreement with the peer, in less than 10 minutes;
progress goes to the standard error.
"""
import os

THREADS = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS", "NUMBA")}
os.environ.update(THREADS, TQDM_DISABLE="1")  # numpy, torch and tqdm read these when they are imported

import argparse  # noqa: E402 - the environment must be set first
import importlib  # noqa: E402
import sys  # noqa: E402
import textwrap  # noqa: E402

from minidl.command import Parser  # noqa: E402

NAMES = {  # in the order of the table
    "metrics": "roc_auc_score against scikit-learn and np.sort",
    "delong": "roc_auc_ci and delong_test against roc_auc_score",
    "recall": "recall_at_k and mean_reciprocal_rank against scikit-learn",
    "tfidf": "TfidfVectorizer against scikit-learn: time and memory",
    "search": "the 10 best documents for 2,000 queries against a sparse product and bm25s",
    "scale": "100,000 and 1,000,000 documents against scikit-learn, bm25s and tantivy: time, memory, growth",
    "retrieval": "the retrieval quality of TF-IDF and BM25 against scikit-learn and bm25s",
    "piecewise": "piecewise-linear encoding against its authors' package",
    "training": "an epoch of HW1 against torch.nn, with batches in memory and from a DataLoader",
    "rmsnorm": "RMSNorm forward and backward against torch.nn.RMSNorm",
    "parity": "every layer and loss against torch.nn: what works as there",
    "expcos": "exp_cos forward and backward against plain autograd",
    "sgd": "a step of SGD against torch.optim.SGD",
    "lion": "a step of Lion against torch's fused AdamW and lion-pytorch",
    "architectures": "decoding with every causal type of transformers: right, refused or wrong",
    "decoding": "greedy, nucleus and beams against transformers' generate, and against a loop without a cache",
}
ALL = "one row per piece; --save writes the table to tests/benchmarks/results.md and some of its rows to README.md"
EPILOG = f"""\
names:
{chr(10).join(textwrap.fill(f"  {name:<13} {text}", 80, subsequent_indent=16 * " ")
              for name, text in {**NAMES, "all": ALL}.items())}

tfidf, search, scale, retrieval and training read data from the folder in the
environment variable MINIDL_SHARED. With all, a piece whose data or package is
absent has a row that says so. Exit code: 0; 1 if a piece failed; 2 for a
mistake in the arguments, or if the data or the package of a single benchmark
is absent."""


def detail(name):
    """Print the table of one benchmark."""
    from tests.benchmarks.cases import missing
    from tests.benchmarks.timing import machine
    print(f"{machine()}\n\n{name}: {NAMES[name]}", flush=True)
    try:
        importlib.import_module(f"tests.benchmarks.{name}").main()
    except Exception as error:
        if not missing(error):
            raise
        print(f"{name}: {missing(error)}", file=sys.stderr)
        sys.exit(2)


def main():
    """Run one benchmark, or all of them."""
    parser = Parser(prog="python -m tests.benchmarks", description=__doc__, epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", help="one of the names below, or all")
    parser.add_argument("--save", action="store_true", help="with all: write the table to its files")
    options = parser.parse_args()
    if options.name not in (*NAMES, "all"):
        parser.error(f"name: must be one of {', '.join(NAMES)}, all; got {options.name or 'none'}")
    if options.save and options.name != "all":
        parser.error(f"--save: works with all only, got {options.name}")
    if options.name == "all":
        from tests.benchmarks.summary import run_all
        sys.exit(run_all(NAMES, options.save))
    detail(options.name)


if __name__ == "__main__":
    main()
