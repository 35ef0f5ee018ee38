import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import Embedding
from tests.checks import assert_gradients, assert_twins
from tests.strategies import seeds, sizes


def draw_ids(seed, v, shape, dtype=torch.int64):
    return torch.randint(v, shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


shapes = st.lists(sizes, max_size=3).map(tuple)


@given(seeds, shapes, sizes, sizes, st.sampled_from([torch.int32, torch.int64]),
       st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch(seed, shape, v, h, ids, dtype):
    assert_twins(Embedding(v, h).to(dtype), torch.nn.Embedding(v, h).to(dtype), draw_ids(seed, v, shape, ids))


@pytest.mark.parametrize("shape", [(0,), (0, 2), (2, 0)])
@pytest.mark.parametrize("padding_idx", [None, 1])
def test_no_ids_give_no_rows(shape, padding_idx):
    ids = torch.empty(shape, dtype=torch.int64)
    assert_twins(Embedding(4, 3, padding_idx), torch.nn.Embedding(4, 3, padding_idx), ids)
    assert Embedding(4, 3)(ids).shape == (*shape, 3)


@given(seeds, shapes, st.integers(2, 5), st.booleans())
def test_the_padding_row_is_0_and_gets_no_gradient(seed, shape, v, negative):
    padding_idx = -1 if negative else 0
    with torch.random.fork_rng():
        torch.manual_seed(seed % 2**31)
        layer = Embedding(v, 3, padding_idx)
        torch.manual_seed(seed % 2**31)
        twin = torch.nn.Embedding(v, 3, padding_idx)
    assert torch.equal(layer.weight, twin.weight)
    assert layer.padding_idx == twin.padding_idx and repr(layer) == repr(twin)
    assert_twins(layer, twin, draw_ids(seed, v, shape))


@given(seeds, shapes, sizes, sizes)
def test_gradients(seed, shape, v, h):
    assert_gradients(Embedding(v, h), draw_ids(seed, v, shape), twice=True)


@given(st.integers(0, 2**31), sizes, sizes)
def test_initial_values_equal_torchs(seed, v, h):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        twin = torch.nn.Embedding(v, h)
    assert torch.equal(Embedding(v, h, generator=torch.Generator().manual_seed(seed)).weight, twin.weight)


@given(seeds, shapes, sizes)
def test_is_a_linear_layer_on_one_hot_rows(seed, shape, v):
    layer, ids = Embedding(v, 3), draw_ids(seed, v, shape)
    one_hot = torch.eye(v)[ids]
    assert torch.equal(layer(ids), one_hot @ layer.weight)


@pytest.mark.parametrize("wrong", [3, -1])
def test_ids_outside_the_table_raise(wrong):
    with pytest.raises(IndexError):
        Embedding(3, 2)(torch.tensor([0, wrong]))
