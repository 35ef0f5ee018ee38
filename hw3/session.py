"""One evaluation: splits, methods, tables, files."""
import numpy as np

from hw3.evaluation import METHODS, METHODS_OF_WHOLE, METRICS, measure, rank_all
from hw3.figures import plot_recall
from hw3.report import write_report
from minidl.files import write_csv, write_json
from minidl.history import mean_and_deviation
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.tables import TablePrinter

TEST_SHARE = 0.2


def evaluate(dataset, options, folder):
    """Evaluate every method on every split; print a table, leave files in the folder."""
    pairs, by_seed = dataset.pairs, {}
    folder.mkdir(parents=True, exist_ok=True)  # what cannot be written to is known before the work
    print(f"data {dataset.name}: {len(pairs.queries):,} questions, {len(pairs.answers):,} distinct answers")
    for seed in range(options.seed, options.seed + options.seeds):
        train, test = (pairs, pairs) if options.whole else pairs.split(TEST_SHARE, rng=np.random.default_rng(seed))
        about = (f"fitted on {len(train.answers):,} answers; {len(test.queries):,} test questions, "
                 f"{len(test.answers):,} answers to rank")
        print(f"seed {seed}: {about}")
        ranked = rank_all(train, test, METHODS_OF_WHOLE if options.whole else METHODS)
        measured = {name: measure(one.ranks, seed) for name, one in ranked.items()}
        by_seed[seed] = measured
        if seed == options.seed:
            _leave(folder, dataset, about, test, ranked, measured, options)
        if options.seeds == 1:
            _show(measured)
    if options.seeds > 1:
        _show_seeds(by_seed)
    write_json(folder / "results.json", {
        "data": dataset.name, "sha256": dataset.sha256, "whole": options.whole, "seeds": {
            str(seed): {name: {metric: interval._asdict() for metric, interval in metrics.items()}
                        for name, metrics in measured.items()} for seed, measured in by_seed.items()}})
    print(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}")
    if not have_matplotlib():
        print(NO_MATPLOTLIB)


def _leave(folder, dataset, about, test, ranked, measured, options):
    """Write what there is of the first split: each question's ranks, the picture, the report."""
    names = list(ranked)
    columns = zip(test.queries, *(ranked[name].ranks.tolist() for name in names))
    write_csv(folder / "ranks.csv", [dict(zip(["query", *names], row)) for row in columns])
    pictures = []
    if have_matplotlib():
        plot_recall(folder / "recall.png", {name: ranked[name].ranks for name in names}, measured,
                    f"{dataset.name}: which method finds more?")
        pictures.append("recall.png")
    head = [dataset.name, f"{len(dataset.pairs.queries):,} questions, {len(dataset.pairs.answers):,} distinct answers. "
            f"Seed {options.seed}: {about}."]
    write_report(folder / "report.md", head, test, measured, ranked, pictures)


def _show(measured):
    """Print a row a method, with the 95 % interval of its MRR."""
    width = max(map(len, measured))
    table = TablePrinter({f"{'method':<{width}}": "s", **dict.fromkeys(METRICS, ".3f"), "MRR's 95 % interval": "s"})
    for name, metrics in measured.items():
        low, high = metrics["MRR"][1:]
        table.row(f"{name:<{width}}", *(metrics[metric].mean for metric in METRICS), f"{low:.3f} to {high:.3f}")


def _show_seeds(by_seed):
    """Print a row a method: mean and standard deviation over the splits."""
    methods = list(next(iter(by_seed.values())))
    width = max(map(len, methods))
    table = TablePrinter({f"{'method':<{width}}": "s", **{f"{metric:^13}": "s" for metric in METRICS}})
    for name in methods:
        table.row(f"{name:<{width}}", *(mean_and_deviation([found[name][metric].mean for found in by_seed.values()],
                                                           ".3f") for metric in METRICS))
