"""Train HW2's small decoder from random weights: python -m hw2.train_tiny"""
import time
from pathlib import Path

from minidl import command
from minidl.command import at_least
from minidl.files import make_folder
from minidl.terminal import wrapped


def parser():
    """Return the argument parser. This module imports torch only in functions, so that --help is fast."""
    result = command.parser(
        "hw2.train_tiny", "Train a Qwen2 with 2 million weights with Lion on stories, transfers and hw3's faq, measure "
                          "it on unseen text, and write it to DIR/hw2/tiny/model, for hw2.run --model.",
        {"": "the whole training; continues a stopped one",
         "--smoke": "a minute, to check that everything works", "--measure hw2/tiny": "measure an existing model"})
    add = result.add_argument
    add("--smoke", action="store_true", help="train a small model for a minute, as a check; it is not useful")
    add("--measure", metavar="DIR", help="do not train: measure the model in this folder")
    add("--dtype", choices=["bfloat16", "float32"], default="bfloat16",
        help="dtype of the matrix products; default bfloat16; float32 is faster on old processors without bfloat16")
    add("--seed", type=at_least(0), default=0, metavar="N", help="the same seed gives the same model; default 0")
    add("--fresh", action="store_true", help="start again: ignore the checkpoint of an earlier call")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="write results to DIR/hw2/tiny; default runs")
    return result


def train(options, folder):
    """Train all epochs; after each, write a checkpoint, the history and its picture; at the end, write the model."""
    import torch
    from tqdm import tqdm

    from hw2.pretraining.chats import KINDS
    from hw2.pretraining.checkpoint import load_checkpoint, save_checkpoint
    from hw2.pretraining.figures import plot_losses
    from hw2.pretraining.training import FULL, SMOKE, Training
    from minidl.files import write_csv
    from minidl.plots import NO_MATPLOTLIB, have_matplotlib
    from minidl.tables import TablePrinter

    torch.set_num_threads(1)  # matrices this small gain little from a second thread; one keeps the order of the sums
    training = Training((SMOKE if options.smoke else FULL)._replace(dtype=options.dtype, seed=options.seed))
    if not options.fresh:
        load_checkpoint(training, folder)
    epochs, start, earlier = training.settings.epochs, time.perf_counter(), len(training.history)
    print(wrapped(f"{training.decoder.num_parameters():,} weights, {epochs} epochs of {training.steps_per_epoch} steps"
                  + (f", {earlier} of them from an earlier call" if earlier else "")))
    table = TablePrinter({"epoch": "d", "tokens": ",d", **{f"{kind} {name}": ".3f" for kind in KINDS for name in (
        "loss", "right")}, "minutes": ".1f"})
    while len(training.history) < epochs:
        with tqdm(total=training.steps_per_epoch, leave=False, disable=None, unit="step") as bar:
            row = training.epoch(bar.update)
        table.row(*row.values(), (time.perf_counter() - start) / 60)
        save_checkpoint(training, folder)
        write_csv(folder / "history.csv", training.history)
        if have_matplotlib():
            plot_losses(folder / "loss.png", training.history, KINDS)
    training.export(folder / "model")
    print(wrapped(f"written to {folder}: model, history.csv, checkpoint.json"
                  + (", loss.png" if have_matplotlib() else f"\n{NO_MATPLOTLIB}")))


def main(arguments=None):
    """Run the command line; an invalid argument ends it with one line and exit code 2."""
    options = parser().parse_args(arguments)
    folder = options.out / "hw2" / "tiny"

    def call():
        make_folder(folder)  # fails now if it is not writable
        from hw2.pretraining.heldout import SMOKE_SIZES, HeldoutSizes, measure
        from minidl.decoding.model import load_model
        if not options.measure:
            train(options, folder)
        loaded = load_model(options.measure or str(folder / "model"))
        measure(loaded, folder, SMOKE_SIZES if options.smoke else HeldoutSizes())
        print(wrapped(f"written to {folder}: heldout.md, heldout.json"))

    command.run("hw2.train_tiny", call, "stopped; the same command continues after the last finished epoch", "torch")


if __name__ == "__main__":
    main()
