"""The five experiments of HW1 in one table: what differs between them is what is written."""
import itertools
import math
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Settings:
    """What one training run is made with; the defaults are experiment 1's."""

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
        for name, rule, good in (
                ("lr", "must be greater than 0", 0 < self.lr < math.inf),
                ("dropout", "must be in [0, 1)", 0 <= self.dropout < 1),
                ("weight_decay", "must be at least 0", 0 <= self.weight_decay < math.inf),
                ("epochs", "must be at least 1", self.epochs >= 1),
                ("batch_size", "must be at least 1", self.batch_size >= 1)):
            if not good:
                raise ValueError(f"{name}: {rule}, got {getattr(self, name)}")


@dataclass(frozen=True)
class Experiment:
    """Settings, and the grid of those that are searched on validation data."""

    number: int
    title: str
    settings: Settings
    grid: dict = field(default_factory=dict)

    def candidates(self):
        """Return the list of (point of the grid, a dict; its Settings)."""
        points = [dict(zip(self.grid, values)) for values in itertools.product(*self.grid.values())]
        return [(point, replace(self.settings, **point)) for point in points]

    def fix(self, **values):
        """Return the experiment with these settings; what is set so is no longer searched."""
        grid = {key: value for key, value in self.grid.items() if key not in values}
        return replace(self, settings=replace(self.settings, **values), grid=grid)


BIG = Settings(hidden=128, blocks=3)
DEEP = replace(BIG, skip=True, batch_norm=True)

EXPERIMENTS = {experiment.number: experiment for experiment in (
    Experiment(1, "simple", Settings()),
    Experiment(2, "bigger", BIG),
    Experiment(3, "skip connections and batch norm", DEEP),
    Experiment(4, "dropout", DEEP, {"dropout": (0.01, 0.1, 0.2, 0.5, 0.9)}),
    # with the dropout that experiment 4 found best
    Experiment(5, "weight decay and learning rate", DEEP,
               {"weight_decay": (0.1, 0.01, 0.001), "lr": (0.01, 0.05, 0.1)}),
)}


def describe(settings):
    """Return settings as text, without what is at its default.

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
