"""Time minidl against its peers in one process, interleaved, on one thread."""
import os

THREADS = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS", "NUMBA")}
os.environ.update(THREADS)  # numpy and torch read it when they are imported

import argparse  # noqa: E402 - the line above must come first
import importlib  # noqa: E402

NAMES = {
    "decoding": "greedy, nucleus and beams against transformers' generate, and against a loop without a cache",
    "delong": "roc_auc_ci and delong_test against roc_auc_score",
    "lion": "a step of Lion against torch's fused AdamW and lion-pytorch",
    "metrics": "roc_auc_score against scikit-learn and np.sort",
    "rmsnorm": "RMSNorm forward and backward against torch.nn.RMSNorm",
    "retrieval": "the quality of TF-IDF and BM25 beside scikit-learn's and bm25s's",
    "search": "the 10 best documents of 2,000 queries against a sparse product and bm25s",
    "tfidf": "TfidfVectorizer against scikit-learn: time and memory",
    "training": "an epoch of HW1 against torch.nn, with batches in memory and from a DataLoader",
}


def main():
    """Run one benchmark, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="\n".join(f"{name}: {text}" for name, text in NAMES.items()))
    parser.add_argument("name", choices=[*NAMES, "all"])
    chosen = parser.parse_args().name
    from tests.benchmarks.timing import machine
    print(machine())
    for name in NAMES if chosen == "all" else [chosen]:
        print(f"\n{name}: {NAMES[name]}")
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
