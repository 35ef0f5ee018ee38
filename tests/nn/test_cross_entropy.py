"""Cross-entropy against torch's, its gradient, and its rules."""
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import CrossEntropyLoss, backpropagate, cross_entropy
from minidl.nn.cross_entropy import IGNORE_INDEX, cross_entropy_backward

EXACT = dict(rtol=1e-12, atol=1e-14)  # float64: sums of at most 12 terms in another order


@st.composite
def problems(draw):
    """Draw (logits (..., V) float64, target (...)): 1 to 3 dimensions before the classes, at least one counted row."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    classes = draw(st.integers(1, 12))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    scale = draw(st.sampled_from([0.0, 1.0, 30.0, 1e4]))
    logits = scale * torch.randn(*shape, classes, generator=generator, dtype=torch.float64)
    target = torch.randint(classes, shape, generator=generator)
    ignored = torch.rand(shape, generator=generator) < draw(st.sampled_from([0.0, 0.5, 0.9]))
    ignored.view(-1)[0] = False
    return logits, torch.where(ignored, IGNORE_INDEX, target)


@given(problems())
def test_equals_torch_in_value_and_gradient(problem):
    logits, target = problem
    logits.requires_grad_()
    theirs = torch.nn.functional.cross_entropy(logits.flatten(0, -2), target.flatten())
    expected, = torch.autograd.grad(theirs, logits)
    ours = CrossEntropyLoss()(logits, target)
    torch.testing.assert_close(ours, theirs, **EXACT)
    torch.testing.assert_close(torch.autograd.grad(ours, logits)[0], expected, **EXACT)
    torch.testing.assert_close(cross_entropy_backward(2.0, logits.detach(), target), 2 * expected, **EXACT)


@given(problems(), st.floats(-1e3, 1e3))
def test_adding_a_constant_to_all_logits_changes_nothing_and_ignored_rows_have_no_gradient(problem, shift):
    logits, target = problem
    before = logits.clone()
    value = cross_entropy(logits, target)
    torch.testing.assert_close(cross_entropy(logits + shift, target), value, rtol=1e-9, atol=1e-9)  # 1e4 + 1e3: 1e-12
    gradient = cross_entropy_backward(1.0, logits, target)
    assert gradient[target == IGNORE_INDEX].eq(0).all() and torch.equal(logits, before)
    torch.testing.assert_close(gradient.sum(-1), torch.zeros(target.shape, dtype=torch.float64), rtol=0, atol=1e-14)


@given(st.integers(0, 2**32), st.sampled_from([-1, 7]))
def test_any_class_may_be_the_ignored_one(seed, ignore_index):
    generator = torch.Generator().manual_seed(seed)
    logits, target = torch.randn(9, 8, generator=generator), torch.randint(7, (9,), generator=generator)
    target[3] = ignore_index
    counted = [row for row in range(9) if row != 3]
    logits.requires_grad_()
    value = CrossEntropyLoss(ignore_index=ignore_index)(logits, target)
    expected = cross_entropy(logits[counted], target[counted])
    assert torch.equal(value, expected)
    torch.testing.assert_close(*(torch.autograd.grad(loss, logits)[0] for loss in (value, expected)))


def test_backpropagate_accepts_it_with_a_module_of_torch():
    class Table(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(3, 4))

        def forward(self, rows):
            return self.weight[rows]
    table = Table()
    value = backpropagate(table, CrossEntropyLoss(), (torch.tensor([0, 2]),), torch.tensor([1, IGNORE_INDEX]))
    assert value.item() == pytest.approx(1.3862943611)  # log 4
    assert table.weight.grad.tolist() == [[0.25, -0.75, 0.25, 0.25], [0.0] * 4, [0.0] * 4]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_keeps_the_dtype_and_large_logits(dtype):
    logits = torch.tensor([[0.0, 1e6], [1e6, 0.0]], dtype=dtype)
    value = cross_entropy(logits, torch.tensor([0, 0]))
    assert value.dtype == dtype and value.item() == 5e5
    assert cross_entropy_backward(1.0, logits, torch.tensor([0, 0])).tolist() == [[-0.5, 0.5], [0.0, 0.0]]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_bfloat16_and_float16_are_rounded_once(dtype):
    logits = torch.randn(300, 9, generator=torch.Generator().manual_seed(0)).to(dtype).requires_grad_()
    target = torch.arange(300) % 9
    value, expected = cross_entropy(logits, target), cross_entropy(logits.float(), target)
    assert value.dtype == dtype and value.item() == expected.to(dtype).item()
    ours = CrossEntropyLoss()(logits, target)
    torch.testing.assert_close(torch.autograd.grad(ours, logits)[0], torch.autograd.grad(expected, logits)[0],
                               rtol=2**-7, atol=2**-24)  # the smallest float16


def test_no_rows_give_nan_as_in_torch():
    logits, target = torch.empty(0, 3, requires_grad=True), torch.empty(0, dtype=torch.int64)
    value = CrossEntropyLoss()(logits, target)
    value.backward()
    assert value.isnan() and logits.grad.shape == (0, 3)
    assert cross_entropy_backward(1.0, logits.detach(), target).shape == (0, 3)


@pytest.mark.parametrize("shape, target, message", [
    ((2, 3), [0], r"target: must have the logits' shape without the last dimension, \(2,\), got \(1,\)"),
    ((2, 4, 3), [[0], [1]], r"target: must have the logits' shape without the last dimension, \(2, 4\), got \(2, 1\)"),
    ((1, 2, 3), [[0, 3]], "target: must be in 0 .. 2 or -100, got 3"),
    ((2, 3), [0, 3], "target: must be in 0 .. 2 or -100, got 3"),
    ((2, 3), [-1, 0], "target: must be in 0 .. 2 or -100, got -1"),
    ((2, 3), [-100, -100], "target: must have a class other than ignore_index -100, got none"),
])
def test_wrong_shapes_and_classes_raise(shape, target, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        cross_entropy(torch.zeros(shape), torch.tensor(target))


def test_classes_may_be_uint8_as_in_torch():
    logits, target = torch.randn(3, 200, dtype=torch.float64), torch.tensor([0, 156, 199], dtype=torch.uint8)
    expected = torch.nn.functional.cross_entropy(logits, target)
    torch.testing.assert_close(cross_entropy(logits, target), expected, **EXACT)
    torch.testing.assert_close(cross_entropy_backward(1.0, logits, target),
                               cross_entropy_backward(1.0, logits, target.long()))
