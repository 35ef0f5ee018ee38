"""Time minidl against its peers, interleaved, on one thread.

With a name: one benchmark in detail. With all: every piece in one table, with what it
agrees on with its peer, in less than 10 minutes; progress goes to the standard error.
"""
import os

THREADS = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS", "NUMBA")}
os.environ.update(THREADS, TQDM_DISABLE="1")  # which numpy, torch and tqdm read when they are imported

import argparse  # noqa: E402 - the line above must come first
import importlib  # noqa: E402
import sys  # noqa: E402

NAMES = {  # in the order of the table
    "metrics": "roc_auc_score against scikit-learn and np.sort",
    "delong": "roc_auc_ci and delong_test against roc_auc_score",
    "recall": "recall_at_k and mean_reciprocal_rank against scikit-learn",
    "tfidf": "TfidfVectorizer against scikit-learn: time and memory",
    "search": "the 10 best documents of 2,000 queries against a sparse product and bm25s",
    "retrieval": "the quality of TF-IDF and BM25 beside scikit-learn's and bm25s's",
    "piecewise": "piecewise-linear encoding against its authors' package",
    "training": "an epoch of HW1 against torch.nn, with batches in memory and from a DataLoader",
    "rmsnorm": "RMSNorm forward and backward against torch.nn.RMSNorm",
    "expcos": "exp_cos forward and backward against plain autograd",
    "sgd": "a step of SGD against torch.optim.SGD",
    "lion": "a step of Lion against torch's fused AdamW and lion-pytorch",
    "decoding": "greedy, nucleus and beams against transformers' generate, and against a loop without a cache",
}
EPILOG = f"""\
names:
{chr(10).join(f"  {name:<10} {text}" for name, text in NAMES.items())}
  all        a row for every piece; --save writes them to tests/benchmarks/results.md
             and into the block of README.md that shows them

tfidf, search, retrieval and training read data in the folder that the environment
variable MINIDL_SHARED names. In the table of all, what is absent leaves rows that say
so. Exit code: 0; 1 where a piece failed; 2 for a mistake in the arguments, or where
what a single benchmark needs is absent."""


class Parser(argparse.ArgumentParser):
    """A parser that tells a mistake in one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: error: {message}\n")


def detail(name):
    """Print the table of one benchmark."""
    from tests.benchmarks.cases import needs
    from tests.benchmarks.timing import machine
    print(f"{machine()}\n\n{name}: {NAMES[name]}", flush=True)
    try:
        importlib.import_module(f"tests.benchmarks.{name}").main()
    except Exception as error:
        if not needs(error):
            raise
        print(f"{name}: {needs(error)}", file=sys.stderr)
        sys.exit(2)


def main():
    """Run one benchmark, or all."""
    parser = Parser(prog="python -m tests.benchmarks", description=__doc__, epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", help="a benchmark, one of those below, or all")
    parser.add_argument("--save", action="store_true", help="with all: keep the table")
    given = parser.parse_args()
    if given.name not in (*NAMES, "all"):
        parser.error(f"name: must be one of {', '.join(NAMES)}, all; got {given.name or 'none'}")
    if given.save and given.name != "all":
        parser.error(f"--save: goes with all, got {given.name}")
    if given.name == "all":
        from tests.benchmarks.summary import run_all
        sys.exit(run_all(NAMES, given.save))
    detail(given.name)


if __name__ == "__main__":
    main()
