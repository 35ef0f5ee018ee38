import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.metrics import roc_auc_score
from minidl.nn import BatchNorm1d, BCEWithLogitsLoss, Dropout, Linear, ReLU, Sequential
from minidl.optim import SGD
from minidl.training import EVALUATION_ROWS, DivergedError, evaluate, fit, minibatches
from tests.strategies import normal, seeds


def generator(seed):
    return torch.Generator().manual_seed(seed)


@given(seeds, st.integers(1, 60), st.integers(1, 20))
def test_minibatches_have_every_row_once_with_its_target(seed, n, batch_size):
    rows = torch.arange(n)
    batches = list(minibatches((rows, -rows[:, None]), batch_size, generator(seed)))
    assert sorted(torch.cat([x for x, _ in batches]).tolist()) == rows.tolist()
    assert all(torch.equal(x, -y[:, 0]) for x, y in batches)
    sizes = [len(x) for x, _ in batches]
    assert all(size == batch_size for size in sizes[:-1]) and sizes[-1] <= batch_size + 1
    assert batch_size == 1 or n == 1 or min(sizes) > 1, "no batch has a single row"


def test_minibatches_have_another_order_in_each_epoch():
    rows, shuffle = (torch.arange(100),), generator(0)
    first, second = ([x.tolist() for x, in minibatches(rows, 10, shuffle)] for _ in range(2))
    assert first != second and first == [x.tolist() for x, in minibatches(rows, 10, generator(0))]


def data(seed, n, d=4):
    """Return inputs and the labels of a noisy linear rule."""
    x = normal(seed, n, d, dtype=torch.float32)
    return x, (x.sum(1, keepdim=True) + normal(seed + 1, n, 1, dtype=torch.float32) > 0).float()


def network(seed, nn=None):
    torch.manual_seed(seed)
    parts = [Linear(4, 8), BatchNorm1d(8), ReLU(), Linear(8, 1)]
    if nn is None:
        return Sequential(*parts)
    twin = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
    twin.load_state_dict(Sequential(*parts).state_dict())
    return twin


def train(model, loss=None, optimizer=None, *, lr=0.1, epochs=3, seed=5, sets=None, **options):
    return fit(model, loss or BCEWithLogitsLoss(), optimizer or SGD(model.parameters(), lr=lr),
               sets or {"train": data(0, 101), "test": data(2, 50)}, epochs=epochs, batch_size=10,
               generator=generator(seed), **options)


def test_the_history_equals_that_of_the_same_loop_in_torch(torch_seed):
    model, twin = network(0).double(), network(0, torch.nn).double()
    sets = {name: tuple(tensor.double() for tensor in pair)
            for name, pair in {"train": data(0, 101), "test": data(2, 50)}.items()}
    history = train(model, sets=sets)
    optimizer, loss, shuffle = torch.optim.SGD(twin.parameters(), lr=0.1), torch.nn.BCEWithLogitsLoss(), generator(5)
    for epoch, row in enumerate(history):
        if epoch:
            twin.train()
            for x, y in minibatches(sets["train"], 10, shuffle):
                optimizer.zero_grad()
                loss(twin(x), y).backward()
                optimizer.step()
        twin.eval()
        assert row["epoch"] == epoch
        for name, (x, y) in sets.items():
            with torch.no_grad():
                logits = twin(x)
            assert row[f"{name}_loss"] == pytest.approx(loss(logits, y).item(), rel=1e-9)
            assert row[f"{name}_roc_auc"] == pytest.approx(roc_auc_score(y[:, 0], logits[:, 0]), abs=1e-3)
    assert len(history) == 4


def test_learns_a_noisy_linear_rule(torch_seed):
    history = train(network(0), epochs=10)
    assert history[-1]["test_roc_auc"] > 0.8 > history[0]["test_roc_auc"]
    assert history[-1]["train_loss"] < history[0]["train_loss"]


def test_the_same_seed_gives_the_same_history(torch_seed):
    first, repeated, other = (train(network(0), seed=seed) for seed in (5, 5, 6))
    assert first == repeated and first != other


@given(seeds)
def test_evaluation_changes_nothing(seed):
    model = Sequential(Linear(4, 3), BatchNorm1d(3), Dropout(0.5), Linear(3, 1))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    results = [evaluate(model, BCEWithLogitsLoss(), data(seed, 30)) for _ in range(2)]
    assert results[0] == results[1], "dropout is off"
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(part.training for part in model.modules())


def test_evaluation_in_chunks_equals_evaluation_at_once(torch_seed):
    model, (x, y) = network(0).eval(), data(0, EVALUATION_ROWS + 7)
    loss, auc = evaluate(model, BCEWithLogitsLoss(), (x, y))
    logits = model(x)
    assert loss == pytest.approx(BCEWithLogitsLoss()(logits, y).item(), rel=1e-5)
    assert auc == pytest.approx(roc_auc_score(y[:, 0], logits[:, 0]), abs=1e-6)


def test_callbacks_are_called_for_each_batch_and_epoch(torch_seed):
    batches, rows = [], []
    history = train(network(0), epochs=2, on_batch=lambda: batches.append(1), on_epoch=rows.append)
    assert rows == history and len(batches) == 2 * 10  # 101 rows: the last row joins the tenth batch


def test_a_loss_that_is_not_finite_raises_with_the_history_so_far(torch_seed):
    message = r"^epoch \d, loss of batch \d+: must stay finite, got (nan|inf); try a smaller learning rate$"
    with pytest.raises(DivergedError, match=message) as error:
        train(network(0), torch_loss, lr=1e30)
    assert [row["epoch"] for row in error.value.history] == list(range(len(error.value.history)))
    assert error.value.history and all(math.isfinite(row["train_loss"]) for row in error.value.history)


def torch_loss(logits, target):
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, target)


def test_an_evaluation_loss_that_is_not_finite_raises(torch_seed):
    x, y = data(2, 50)
    with pytest.raises(DivergedError, match="^epoch 0, test loss: must stay finite, got (nan|inf); ") as error:
        train(network(0), sets={"train": data(0, 20), "test": (x * math.inf, y)})
    assert error.value.history == []


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
def test_refuses_0_epochs_and_a_batch_size_of_0(name):
    options = {"epochs": 1, "batch_size": 1, name: 0}
    with pytest.raises(ValueError, match=f"^{name}: must be at least 1, got 0$"):
        fit(network(0), BCEWithLogitsLoss(), None, {"train": data(0, 9)}, generator=None, **options)
