"""torch's own layers and optimisers are right; the oracles of the layers agree with tests/oracles.py."""
import numpy as np
import pytest
import torch
from hypothesis import given

from tests import oracles
from tests.grade import batch_norm, dropout, rms_norm
from tests.grade.judge import judge
from tests.grade.pieces import PIECES

TWINS = {"RMSNorm": torch.nn.RMSNorm, "BatchNorm1d": torch.nn.BatchNorm1d, "Dropout": torch.nn.Dropout,
         "Linear": torch.nn.Linear, "SGD": torch.optim.SGD}
FUNCTIONS = {"RMSNorm": torch.nn.functional.rms_norm, "Dropout": torch.nn.functional.dropout}


@pytest.mark.parametrize("name, twin", [*TWINS.items(), *FUNCTIONS.items()])
def test_torch_is_right(name, twin):
    verdict = judge(PIECES[name], twin)
    assert verdict.verdict == "right", verdict


def test_lion_pytorch_is_right():
    verdict = judge(PIECES["Lion"], pytest.importorskip("lion_pytorch").Lion)
    assert verdict.verdict == "right", verdict


@given(rms_norm.PIECE.cases)
def test_the_output_of_rms_norm_is_the_oracles(case):
    d = rms_norm.features(case)
    rows = np.reshape(case.x, (-1, d)).tolist()
    y = oracles.rms_norm(rows, case.weight or [1.0] * d, eps=case.eps)
    np.testing.assert_allclose(rms_norm.PIECE.expected(case)[""].reshape(-1, d), y, rtol=1e-12)


@given(batch_norm.PIECE.cases.filter(lambda case: case.training))
def test_a_step_of_batch_norm_is_the_oracles(case):
    d = len(case.x[0])
    mean, var = np.zeros(d), np.ones(d)
    for x in [*case.batches, case.x]:
        y, mean, var = oracles.batch_norm(x, case.weight or [1.0] * d, case.bias or [0.0] * d, mean, var,
                                          eps=case.eps, momentum=case.momentum)
    outcome = batch_norm.PIECE.expected(case)
    for part, value in (("", y), ("the running mean", mean), ("the running variance", var)):
        np.testing.assert_allclose(outcome[part], value, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5, 0.9])
def test_the_bound_on_the_zeros_of_dropout_holds(p):
    """The exact probability of all counts beyond the bound, for all tests together, is below FALSE_ALARM."""
    n = dropout.SIDE ** 2
    counts = np.arange(n + 1)
    logs = torch.lgamma(torch.tensor([n + 1.0, *(counts + 1.0), *(n - counts + 1.0)], dtype=torch.float64)).numpy()
    exact = np.exp(logs[0] - logs[1:n + 2] - logs[n + 2:] + counts * np.log(p) + (n - counts) * np.log(1 - p))
    alarms = [not dropout.part_agrees("zeros", count / n, p) for count in counts]
    assert 0 < dropout.COUNT * dropout.TESTS * exact[alarms].sum() < dropout.FALSE_ALARM
