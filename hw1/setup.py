"""What the experiments of one call of hw1.run share, and what one of them gives."""
from typing import NamedTuple

import hw1
import minidl
from hw1 import training
from hw1.data_table import describe_data
from hw1.datasets import Choices, Dataset, load_dataset
from hw1.experiments import EXPERIMENTS, Experiment, Settings
from minidl.command import naming_options
from minidl.device import usable_device
from minidl.files import make_folder
from minidl.history import mean_history
from minidl.parallel import Workers
from minidl.results import code_digest
from minidl.terminal import wrapped


class Setup(NamedTuple):
    """What the experiments of one call share.

    depends: what every result depends on.  workers: the processes that train, None before they are needed.
    searches, trainings: what has begun, by the number of the experiment, see hw1.schedule.
    searched: the points of each search that is finished.
    """

    options: object
    device: str
    seeds: range
    fixed: dict
    dataset: Dataset
    depends: dict
    workers: Workers | None
    searches: dict
    trainings: dict
    searched: dict

    @property
    def jobs(self):
        """The number of processes that train."""
        return self.options.jobs if self.device == "cpu" else 1

    def training(self, *splits, on_epoch=None):
        """Return the arguments of run_trials that train on `splits`, dicts from name to Part.

        With on_epoch, which is called with each row of the history, this process trains.
        """
        return {**training.trainer(*splits, device=self.device, numeric=self.options.numeric, on_epoch=on_epoch),
                "workers": None if on_epoch else self.workers, "fresh": self.options.fresh}

    def folder(self, number):
        """Return the folder of an experiment's results."""
        return self.options.out / "hw1" / f"exp{number}"

    def title(self, number):
        """Return the title of an experiment's pictures, with its data and its encoding of numbers."""
        return f"Experiment {number} on {self.dataset.name}, {self.options.numeric} numbers"


class Outcome(NamedTuple):
    """A finished experiment: its settings, one run per seed, the points of its search."""

    experiment: Experiment
    settings: Settings
    runs: list
    points: list

    @property
    def history(self):
        """The mean history of the runs."""
        return mean_history([run.history for run in self.runs])


def prepare(options):
    """Return the Setup: check the settings, read the data, and print the data's size and columns."""
    device = usable_device(options.device)
    names = ("lr", "batch_size", "dropout", "weight_decay", "epochs")
    fixed = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    for number in EXPERIMENTS if options.exp == "all" else [int(options.exp)]:
        with naming_options(*names):
            EXPERIMENTS[number].fix(**fixed)  # raises if a setting is out of range
    make_folder(options.out / "hw1")  # fails now if the folder is not writable
    dataset = load_dataset(options.data, train=options.train, test=options.test, seed=options.seed,
                           **{name: getattr(options, name) for name in Choices._fields})
    print("\n".join(map(wrapped, describe_data(dataset))))
    columns = {column.name: {key: getattr(column, key) for key in ("kind", "distinct", "missing", "example")}
               for column in dataset.columns}
    data = {"name": dataset.name, "sha256": dataset.sha256, "split": options.seed, "positive": dataset.positive,
            "columns": columns, "numeric": options.numeric, "encoding": options.encoding,
            "drop missing target": options.drop_missing_target}
    return Setup(options, device, range(options.seed, options.seed + options.seeds), fixed, dataset,
                 {"device": device, "data": data, "code": code_digest(minidl, hw1)}, None, {}, {}, {})
