"""The experiments of HW1 in one table, which states only their differences."""
import itertools
import math
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Settings:
    """The settings of one training run; the defaults are experiment 1's."""

    hidden: int = 32
    blocks: int = 1
    skip: bool = False
    batch_norm: bool = False
    dropout: float = 0.0
    weight_decay: float = 0.0
    optimizer: str = "SGD"
    lr: float = 0.01
    epochs: int = 10
    batch_size: int = 32

    def __post_init__(self):
        for name, rule, is_valid in (
                ("lr", "must be greater than 0", 0 < self.lr < math.inf),
                ("dropout", "must be in [0, 1)", 0 <= self.dropout < 1),
                ("weight_decay", "must be at least 0", 0 <= self.weight_decay < math.inf),
                ("epochs", "must be at least 1", self.epochs >= 1),
                ("batch_size", f"must be at least {1 + self.batch_norm}{' with batch norm' * self.batch_norm}",
                 self.batch_size > self.batch_norm)):
            if not is_valid:
                raise ValueError(f"{name}: {rule}, got {getattr(self, name)}")


@dataclass(frozen=True)
class Experiment:
    """One row of the assignment's table.

    title: the difference from the row before.
    grid: dict from setting to the values to search on validation data.
    inherits: dict from setting to the number of the experiment whose search chooses it.
    """

    title: str
    settings: Settings
    grid: dict = field(default_factory=dict)
    inherits: dict = field(default_factory=dict)

    def points(self):
        """Return the grid as a list of (values, settings): a dict, and the Settings with these values."""
        combinations = itertools.product(*self.grid.values())
        points = [dict(zip(self.grid, combination)) for combination in combinations]
        return [(values, replace(self.settings, **values)) for values in points]

    def fix(self, **values):
        """Return the experiment with these settings, which are then neither searched nor inherited."""
        grid, inherits = ({name: entry for name, entry in table.items() if name not in values}
                          for table in (self.grid, self.inherits))
        return replace(self, settings=replace(self.settings, **values), grid=grid, inherits=inherits)


BIG = Settings(hidden=128, blocks=3)
DEEP = replace(BIG, skip=True, batch_norm=True)

EXPERIMENTS = {
    1: Experiment("simple", Settings()),
    2: Experiment("bigger", BIG),
    3: Experiment("skip connections and batch norm", DEEP),
    4: Experiment("dropout", DEEP, {"dropout": (0.01, 0.1, 0.2, 0.5, 0.9)}),
    5: Experiment("weight decay and learning rate", DEEP,
                  {"weight_decay": (0.1, 0.01, 0.001), "lr": (0.01, 0.05, 0.1)}, inherits={"dropout": 4}),
}

LABELS = {"dropout": "dropout p", "weight_decay": "weight decay λ", "lr": "learning rate"}
SHORT_LABELS = {"dropout": "p", "weight_decay": "λ"}


def label(name):
    """Return a setting's name as printed.

    >>> label("lr"), label("batch_size")
    ('learning rate', 'batch size')
    """
    return LABELS.get(name, name.replace("_", " "))


def short_label(name):
    """Return a setting's name as printed where there is little room.

    >>> short_label("weight_decay"), short_label("lr")
    ('λ', 'lr')
    """
    return SHORT_LABELS.get(name, name.replace("_", " "))


def describe(settings):
    """Return settings as text, without those that are switched off.

    >>> describe(Settings(blocks=3, skip=True))
    'hidden 32, blocks 3, lr 0.01, batch 32, skip'
    """
    text = f"hidden {settings.hidden}, blocks {settings.blocks}, lr {settings.lr}, batch {settings.batch_size}"
    if settings.optimizer != Settings.optimizer:
        text += f", {settings.optimizer}"
    for name, value in asdict(settings).items():
        if name in ("skip", "batch_norm", "dropout", "weight_decay") and value:
            text += f", {name.replace('_', ' ')}" + ("" if value is True else f" {value}")
    return text
