import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hw1.experiments import DEEP, EXPERIMENTS, Settings
from hw1.input_layer import TabularInput
from hw1.training import build_model
from minidl.nn import BCEWithLogitsLoss
from tests.checks import assert_backpropagates, assert_equal_runs, run
from tests.strategies import normal, seeds, sizes


class Encoder:
    """The part of a fitted encoder that build_model uses."""

    def __init__(self, n_numbers, cardinalities):
        self.number_names, self.cardinalities = ["number"] * n_numbers, cardinalities

    def unfolding(self):
        return None


class TorchInput(torch.nn.Module):
    """A torch.nn.Linear for the numbers plus one torch.nn.Embedding per column."""

    def __init__(self, ours, cardinalities):
        super().__init__()
        self.numbers = torch.nn.Linear(ours.numbers.in_features, ours.numbers.out_features)
        self.numbers.load_state_dict(ours.numbers.state_dict())
        tables = ours.categories.weight.detach().split(cardinalities)
        self.columns = torch.nn.ModuleList(torch.nn.Embedding.from_pretrained(table, freeze=False) for table in tables)

    def forward(self, numbers, ids):
        return self.numbers(numbers) + sum(column(ids[:, c]) for c, column in enumerate(self.columns))


def inputs(seed, n, d, cardinalities, dtype=torch.float64):
    ids = torch.stack([torch.randint(v, (n,), generator=torch.Generator().manual_seed(seed + c))
                       for c, v in enumerate(cardinalities)], dim=1)
    return normal(seed, n, d, dtype=dtype), ids


@given(seeds, sizes, sizes, st.lists(sizes, min_size=1, max_size=4), sizes)
def test_the_input_layer_equals_a_linear_and_one_embedding_per_column(seed, n, d, cardinalities, hidden):
    ours = TabularInput(d, cardinalities, hidden).double()
    twin = TorchInput(ours, cardinalities).double()
    x = inputs(seed, n, d, cardinalities)
    actual, expected = run(ours, x), run(twin, x)
    columns = [expected.pop(f"grad of columns.{c}.weight") for c in range(len(cardinalities))]
    assert_equal_runs(actual, expected | {"grad of categories.weight": torch.cat(columns)})


@given(seeds, st.sampled_from([1, 2, 3]))
def test_backpropagates_by_minidls_own_chain_rule(seed, number):
    generators = torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    model = build_model(EXPERIMENTS[number].settings, Encoder(3, [2, 4]), generators)
    x = inputs(seed, 5, 3, [2, 4], torch.float32)
    assert_backpropagates(model, BCEWithLogitsLoss(), x, (x[0][:, :1] > 0).float())


def test_the_experiments_have_the_layers_of_the_assignment():
    def parts(settings):
        generators = torch.Generator(), torch.Generator()
        names = [type(part).__name__ for part in build_model(settings, Encoder(1, [2]), generators).modules()]
        return {name: names.count(name) for name in ("Linear", "Residual", "BatchNorm1d", "Dropout", "ReLU")}

    assert parts(EXPERIMENTS[1].settings) == {"Linear": 4, "Residual": 0, "BatchNorm1d": 0, "Dropout": 0, "ReLU": 1}
    assert parts(EXPERIMENTS[2].settings) == {"Linear": 8, "Residual": 0, "BatchNorm1d": 0, "Dropout": 0, "ReLU": 3}
    assert parts(EXPERIMENTS[3].settings) == {"Linear": 8, "Residual": 3, "BatchNorm1d": 3, "Dropout": 0, "ReLU": 3}
    with_dropout = EXPERIMENTS[4].fix(dropout=0.5).settings
    assert parts(with_dropout) == {"Linear": 8, "Residual": 3, "BatchNorm1d": 3, "Dropout": 3, "ReLU": 3}


def test_settings_and_grids_are_those_of_the_assignment():
    assert [settings.dropout for _, settings in EXPERIMENTS[4].points()] == [0.01, 0.1, 0.2, 0.5, 0.9]
    pairs = [(settings.weight_decay, settings.lr) for _, settings in EXPERIMENTS[5].points()]
    assert pairs == [(decay, lr) for decay in (0.1, 0.01, 0.001) for lr in (0.01, 0.05, 0.1)]
    assert EXPERIMENTS[1].settings == Settings(hidden=32, blocks=1, lr=0.01, epochs=10, batch_size=32)
    assert EXPERIMENTS[4].settings == EXPERIMENTS[3].settings == DEEP


@pytest.mark.parametrize("number", [1, 3])
def test_the_generator_determines_the_weights(number):
    def state(seed):
        generators = torch.Generator().manual_seed(seed), torch.Generator()
        return build_model(EXPERIMENTS[number].settings, Encoder(2, [3]), generators).state_dict()

    first, repeated, other = state(0), state(0), state(1)
    assert all(torch.equal(first[name], repeated[name]) for name in first)
    assert not torch.equal(first["0.numbers.weight"], other["0.numbers.weight"])
