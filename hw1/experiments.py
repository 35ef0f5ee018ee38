"""The five experiments of HW1 in one table: what differs between them is what is written."""
import itertools
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
    lr: float = 0.01
    epochs: int = 10
    batch_size: int = 32


@dataclass(frozen=True)
class Experiment:
    """Settings, and the grid of those that are searched on validation data."""

    title: str
    settings: Settings
    grid: dict = field(default_factory=dict)

    def candidates(self):
        """Return a dict from a name such as "weight_decay=0.1,lr=0.01" to Settings."""
        points = [dict(zip(self.grid, point)) for point in itertools.product(*self.grid.values())]
        return {",".join(f"{key}={value}" for key, value in point.items()): replace(self.settings, **point)
                for point in points}


BIG = Settings(hidden=128, blocks=3)
DEEP = replace(BIG, skip=True, batch_norm=True)

EXPERIMENTS = {
    1: Experiment("simple", Settings()),
    2: Experiment("bigger", BIG),
    3: Experiment("skip connections and batch norm", DEEP),
    4: Experiment("dropout", DEEP, {"dropout": (0.01, 0.1, 0.2, 0.5, 0.9)}),
    # with the dropout that experiment 4 found best
    5: Experiment("weight decay and learning rate", DEEP,
                  {"weight_decay": (0.1, 0.01, 0.001), "lr": (0.01, 0.05, 0.1)}),
}


def describe(settings):
    """Return settings as text, without what is at its default.

    >>> describe(Settings(blocks=3, skip=True))
    'hidden 32, blocks 3, lr 0.01, batch 32, skip'
    """
    text = f"hidden {settings.hidden}, blocks {settings.blocks}, lr {settings.lr}, batch {settings.batch_size}"
    for name, value in asdict(settings).items():
        if name in ("skip", "batch_norm", "dropout", "weight_decay") and value:
            text += f", {name.replace('_', ' ')}" + ("" if value is True else f" {value}")
    return text
