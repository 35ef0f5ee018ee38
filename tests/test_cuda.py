"""The torch ring on a CUDA device: the same numbers as on the CPU, and the same numbers in every run."""
import copy

import pytest
import torch

from hw1.run import main
from minidl.nn import (BatchNorm1d, BCEWithLogitsLoss, Dropout, Embedding, Linear, ReLU, Residual, RMSNorm, Sequential,
                       backpropagate)
from minidl.optim import SGD, Lion
from tests.checks import run, tolerance
from tests.strategies import normal

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("training", [True, False])
def test_steps_equal_the_cpu(dtype, training):
    model = Sequential(Linear(4, 8), Residual(Sequential(BatchNorm1d(8), Linear(8, 8), ReLU())), Linear(8, 1))
    model.to(dtype).train(training)
    twin = copy.deepcopy(model).cuda()
    x, y = normal(0, 32, 4, dtype=dtype), (normal(1, 32, 1, dtype=dtype) > 0).to(dtype)
    for net, batch in ((model, (x, y)), (twin, (x.cuda(), y.cuda()))):
        optimizer = SGD(net.parameters(), lr=0.1, weight_decay=0.01)
        for _ in range(3):
            backpropagate(net, BCEWithLogitsLoss(), batch[:1], batch[1])
            optimizer.step()
    for (name, value), twin_value in zip(model.state_dict().items(), twin.state_dict().values()):
        torch.testing.assert_close(twin_value.cpu(), value, **tolerance(dtype), msg=lambda text: f"{name}: {text}")


def test_embedding_equals_the_cpu():
    layer, ids = Embedding(5, 3), torch.tensor([[0, 4], [4, 2]])
    twin = copy.deepcopy(layer).cuda()
    layer(ids).square().sum().backward()
    twin(ids.cuda()).square().sum().backward()
    torch.testing.assert_close(twin.weight.grad.cpu(), layer.weight.grad)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("partial", [1.0, 0.3])
def test_rmsnorm_equals_the_cpu(dtype, partial):
    layer = RMSNorm(40, partial=partial).to(dtype)
    layer.weight.data.uniform_(0.5, 1.5)
    twin, x = copy.deepcopy(layer).cuda(), normal(0, 16, 40, dtype=dtype)
    for name, expected in run(layer, [x]).items():
        actual = run(twin, [x.cuda()])[name]
        # bfloat16 and float16: sums in another order may round the result to the neighbouring number
        limits = tolerance(dtype) if dtype.itemsize > 2 else {"rtol": 2**-7, "atol": 2**-6}
        torch.testing.assert_close(actual.cpu(), expected, **limits, msg=name)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_lion_equals_the_cpu(weight_decay):
    weights = [torch.nn.Parameter(normal(k, 5, k + 1)) for k in range(3)]
    twins = [torch.nn.Parameter(weight.detach().cuda()) for weight in weights]
    ours, theirs = (Lion(group, lr=0.01, weight_decay=weight_decay) for group in (weights, twins))
    for step in range(20):
        for k, (weight, twin) in enumerate(zip(weights, twins)):
            weight.grad = normal(10 * step + k, *weight.shape)
            twin.grad = weight.grad.cuda()
        ours.step()
        theirs.step()
    for weight, twin in zip(weights, twins):
        torch.testing.assert_close(twin.detach().cpu(), weight.detach(), **tolerance(torch.float64))


def test_dropout_uses_a_cuda_generator():
    x = torch.ones(1000, device="cuda")
    first, repeated = (Dropout(0.5, generator=torch.Generator("cuda").manual_seed(0))(x) for _ in range(2))
    assert torch.equal(first, repeated) and 400 < (first == 0).sum() < 600


@pytest.mark.parametrize("experiment", ["1", "3"])
def test_the_same_seed_gives_the_same_history_bit_for_bit(tmp_path, experiment):
    for name in "ab":
        main(["--exp", experiment, "--epochs", "2", "--device", "cuda", "--out", str(tmp_path / name)])
    first, repeated = ((tmp_path / name / "hw1" / f"exp{experiment}" / "history.csv").read_bytes() for name in "ab")
    assert first == repeated
