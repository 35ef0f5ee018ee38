import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import Dropout
from minidl.nn.dropout import dropout_mask
from tests.checks import assert_equal_runs, run
from tests.strategies import normal, seeds

probabilities = st.one_of(st.sampled_from([0.0, 0.01, 0.5, 0.9, 1.0]), st.floats(0, 1))


@given(st.integers(0, 2**31), probabilities, st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch_with_the_same_seed(seed, p, training, dtype):
    x, results = normal(seed, 5, 7, dtype=dtype), []
    for layer in (Dropout(p), torch.nn.Dropout(p)):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            results.append(run(layer.train(training), [x]))
    assert_equal_runs(*results)


@given(seeds)
def test_its_generator_fixes_the_mask(seed):
    x, first, second = torch.ones(50), torch.Generator().manual_seed(seed), torch.Generator().manual_seed(seed)
    layer, other = Dropout(0.5, generator=first), Dropout(0.5, generator=second)
    assert torch.equal(layer(x), other(x))
    assert not torch.equal(layer(x), layer(x)), "each call draws a new mask"


@given(seeds, probabilities)
def test_without_a_generator_the_mask_comes_from_torchs_global_one(seed, p):
    x = torch.ones(20, dtype=torch.float64, requires_grad=True)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        mask = dropout_mask(x, p)
    expected = dropout_mask(x, p, torch.Generator().manual_seed(seed))
    assert torch.equal(mask, expected) and mask.dtype == x.dtype and not mask.requires_grad


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_p_outside_0_to_1_raises(p):
    with pytest.raises(ValueError, match=rf"^p: must be in \[0, 1\], got {p}$"):
        Dropout(p)
