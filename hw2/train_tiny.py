"""Train the small decoder that comes with HW2, from nothing: python -m hw2.train_tiny"""
import time
from pathlib import Path

from minidl import command
from minidl.command import at_least


def parser():
    """Return the argument parser; nothing here imports torch, so that --help answers at once."""
    result = command.parser(
        "hw2.train_tiny", "Train a Qwen2 of 2 million weights with Lion on stories, transfers and hw3's faq, measure "
                          "it on text it has not seen, and leave it in DIR/hw2/tiny/model, for hw2.run --model.",
        {"": "the whole training; a call that was killed is taken up",
         "--smoke": "a minute, to see that everything works", "--measure hw2/tiny": "measure a model that there is"})
    add = result.add_argument
    add("--smoke", action="store_true", help="a model too small and a training too short to be of use")
    add("--measure", metavar="DIR", help="train nothing: measure the model in this folder")
    add("--dtype", choices=["bfloat16", "float32"], default="bfloat16",
        help="of the matrix products; default bfloat16, which older processors lack: float32 is quicker there")
    add("--seed", type=at_least(0), default=0, metavar="N", help="same seed, same model; default 0")
    add("--fresh", action="store_true", help="start anew, whatever an earlier call has left")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw2/tiny; default runs")
    return result


def train(options, folder):
    """Train to the end, epoch by epoch, a checkpoint after each; leave model and curve in the folder."""
    import torch
    from tqdm import tqdm

    from hw2.chats import KINDS
    from hw2.figures import plot_losses
    from hw2.pretraining import FULL, SMOKE, Training
    from minidl.files import write_csv
    from minidl.plots import NO_MATPLOTLIB, have_matplotlib
    from minidl.tables import TablePrinter

    torch.set_num_threads(1)  # matrices this small gain next to nothing by a second one, and the sums keep their order
    training = Training((SMOKE if options.smoke else FULL)._replace(dtype=options.dtype, seed=options.seed))
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists() and not options.fresh:
        training.load(checkpoint)
    epochs, started, before = training.settings.epochs, time.perf_counter(), len(training.history)
    print(f"{sum(weight.numel() for weight in training.decoder.parameters()):,} weights, {epochs} epochs of "
          f"{training.steps_an_epoch} steps" + (f", the first {before} from an earlier call" if before else ""))
    table = TablePrinter({"epoch": "d", "tokens": ",d", **{f"{kind} {name}": ".3f" for kind in KINDS for name in (
        "loss", "right")}, "minutes": ".1f"})
    while len(training.history) < epochs:
        with tqdm(total=training.steps_an_epoch, leave=False, disable=None, unit="step") as bar:
            row = training.epoch(bar.update)
        table.row(*row.values(), (time.perf_counter() - started) / 60)
        training.save(checkpoint)
        write_csv(folder / "history.csv", training.history)
        if have_matplotlib():
            plot_losses(folder / "loss.png", training.history, KINDS)
    training.export(folder / "model")
    print(f"written to {folder}: model, history.csv, checkpoint.pt"
          + (", loss.png" if have_matplotlib() else f"\n{NO_MATPLOTLIB}"))


def main(arguments=None):
    """Run the command line; a mistake in it ends with one line and exit code 2."""
    options = parser().parse_args(arguments)
    folder = options.out / "hw2" / "tiny"

    def call():
        from hw2.heldout import SMALL, Size, measure
        from minidl.decoding.model import load_model
        if not options.measure:
            train(options, folder)
        loaded = load_model(options.measure or str(folder / "model"))
        measure(loaded, folder, SMALL if options.smoke else Size())
        print(f"written to {folder}: heldout.md, heldout.json")

    command.run("hw2.train_tiny", call, "stopped; the same command continues after the last epoch that is finished")


if __name__ == "__main__":
    main()
