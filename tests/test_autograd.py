import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vmap

from minidl.autograd import ExpCos, exp_cos
from tests.checks import FLOAT64, tolerance
from tests.strategies import normal, seeds

pairs_of_shapes = st_numpy.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3).map(
    lambda drawn: drawn.input_shapes)
dtypes = st.sampled_from([torch.float32, torch.float64])


def plain(x, y):
    """Return e^x + cos(y) by torch's own operations."""
    return x.exp() + y.cos()


@given(seeds, pairs_of_shapes, dtypes, dtypes, st.sampled_from([(True, True), (True, False), (False, True)]))
def test_values_and_gradients_equal_plain_autograd(seed, shapes, dtype_x, dtype_y, needed):
    runs = []
    for function in (exp_cos, plain):
        x, y = (normal(seed + k, *shape, dtype=dtype).requires_grad_(need) for k, (shape, dtype, need)
                in enumerate(zip(shapes, (dtype_x, dtype_y), needed)))
        before = x.detach().clone(), y.detach().clone()
        z = function(x, y)
        z.backward(normal(seed + 2, *z.shape, dtype=z.dtype))
        assert torch.equal(x.detach(), before[0]) and torch.equal(y.detach(), before[1])
        runs.append((z.detach(), x.grad, y.grad))
    assert torch.equal(runs[0][0], runs[1][0])
    for ours, theirs, need in zip(runs[0][1:], runs[1][1:], needed):
        if need:
            torch.testing.assert_close(ours, theirs, **tolerance(theirs.dtype))
        else:
            assert ours is theirs is None


@given(seeds, pairs_of_shapes, st.sampled_from([(True, True), (True, False), (False, True)]))
def test_derivatives_equal_finite_differences(seed, shapes, needed):
    x, y = (normal(seed + k, *shape).requires_grad_(need) for k, (shape, need) in enumerate(zip(shapes, needed)))
    assert torch.autograd.gradcheck(exp_cos, (x, y), check_forward_ad=True, check_batched_grad=True,
                                    check_batched_forward_grad=True)
    assert torch.autograd.gradgradcheck(exp_cos, (x, y), check_fwd_over_rev=True, check_batched_grad=True)
    assert torch.autograd.gradcheck(ExpCos.apply, (x, y), check_forward_ad=True)  # both outputs


class Context:
    """The part of torch's ctx that backward uses."""

    needs_input_grad = (True, True)

    def __init__(self, *saved):
        self.saved_tensors = saved


def test_backward_itself_sums_over_broadcast_dimensions():
    """torch also sums the gradients that backward returns, so the test calls backward directly."""
    x, y = torch.tensor([[1.0], [2.0]], dtype=torch.float64), torch.tensor([0.5, 1.0, 1.5], dtype=torch.float32)
    grad_x, grad_y = ExpCos.backward(Context(y, x.exp()), torch.ones(2, 3, dtype=torch.float64))
    torch.testing.assert_close(grad_x, 3 * x.exp(), **FLOAT64)
    torch.testing.assert_close(grad_y, -2 * y.sin())
    assert (grad_x.dtype, grad_y.dtype) == (torch.float64, torch.float32)


@pytest.mark.parametrize("needed", [(True, False), (False, True), (False, False)])
def test_backward_computes_only_the_needed_gradients(needed):
    context = Context(torch.tensor(0.5), torch.tensor(1.5))
    context.needs_input_grad = needed
    grads = ExpCos.backward(context, torch.tensor(1.0), torch.tensor(1.0))
    assert tuple(grad is not None for grad in grads) == needed


@given(seeds, pairs_of_shapes)
def test_a_loss_of_both_outputs_gets_the_sum_of_their_gradients(seed, shapes):
    runs = []
    for function in (ExpCos.apply, lambda x, y: (plain(x, y), x.exp())):
        x, y = (normal(seed + k, *shape).requires_grad_() for k, shape in enumerate(shapes))
        z, exp = function(x, y)
        runs.append(torch.autograd.grad((z * exp).sum(), (x, y)))
    torch.testing.assert_close(*runs, **FLOAT64)


def test_the_gradient_of_an_unused_output_is_none_not_zeros():
    seen = []

    class Watched(ExpCos):
        @staticmethod
        def backward(ctx, *grads):
            seen.append([grad is None for grad in grads])
            return ExpCos.backward(ctx, *grads)

    for used in (0, 1):
        Watched.apply(torch.tensor(1.0, requires_grad=True), torch.tensor(2.0, requires_grad=True))[used].backward()
    assert seen == [[False, True], [True, False]]


def test_the_gradient_uses_the_exponential_of_forward():
    x, y = torch.tensor(1.0, requires_grad=True), torch.tensor(2.0)
    z, exp = ExpCos.apply(x, y)
    saved = z.grad_fn.saved_tensors
    assert len(saved) == 2 and any(tensor.data_ptr() == exp.data_ptr() for tensor in saved)
    grad_x, = torch.autograd.grad(z, x)
    assert torch.equal(grad_x, exp)


@given(seeds, pairs_of_shapes, st.sampled_from([(0, 0), (0, None), (None, 0), (-1, 0), (1, -1)]))
def test_vmap_equals_a_loop(seed, shapes, in_dims):
    n, tensors, slices = 4, [], []
    for k, (shape, dim) in enumerate(zip(shapes, in_dims)):
        if dim is None:
            tensors.append(normal(seed + k, *shape))
            slices.append(n * [tensors[-1]])
        else:
            batch = normal(seed + k, n, *shape)
            slices.append(list(batch))
            tensors.append(batch.movedim(0, dim if len(shape) or dim != 1 else 0))
    in_dims = tuple(0 if dim == 1 and not shape else dim for dim, shape in zip(in_dims, shapes))
    expected = torch.stack([plain(x, y) for x, y in zip(*slices)])
    assert torch.equal(vmap(exp_cos, in_dims)(*tensors), expected)


@given(seeds)
def test_works_under_the_transforms_of_torch_func(seed):
    x, y, dx, dy = (normal(seed + k, 3) for k in range(4))
    for transform in (
            lambda f: jvp(f, (x, y), (dx, dy))[1], lambda f: jvp(lambda y: f(x, y), (y,), (dy,))[1],
            lambda f: jvp(lambda x: f(x, y), (x,), (dx,))[1],
            lambda f: jacrev(f, (0, 1))(x, y), lambda f: jacfwd(f, (0, 1))(x, y),
            lambda f: hessian(lambda x: f(x, x * x).sum())(x),
            lambda f: vmap(grad(lambda x, y: f(x, y).sum(), (0, 1)))(x[:, None], y[:, None]),
            lambda f: vmap(grad(grad(lambda x, y: f(x, y))), (0, None))(x, y[0]),
            lambda f: vmap(vmap(f, (0, None)), (None, 0))(x, y)):
        actual, expected = transform(exp_cos), transform(plain)
        torch.testing.assert_close(actual, expected, **FLOAT64)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_bfloat16_and_float16_work(dtype):
    x, y = torch.tensor([0.5], dtype=dtype, requires_grad=True), torch.tensor([1.0], dtype=dtype, requires_grad=True)
    exp_cos(x, y).backward()
    assert torch.equal(x.grad, x.exp()) and torch.equal(y.grad, -y.sin())


@pytest.mark.parametrize("x, y, error, message", [
    (torch.tensor(1), torch.tensor(1.0), TypeError, "x: must be a tensor of a real floating dtype, got torch.int64"),
    (torch.tensor(1.0), torch.tensor(True), TypeError, "y: must be a tensor of a real floating dtype, got torch.bool"),
    (torch.tensor(1j), torch.tensor(1.0), TypeError,
     "x: must be a tensor of a real floating dtype, got torch.complex64"),
    (1.0, torch.tensor(1.0), TypeError, "x: must be a tensor of a real floating dtype, got float"),
    (torch.zeros(2, 3), torch.zeros(2), ValueError,
     r"x, y: must have shapes that broadcast, got \(2, 3\) and \(2,\)"),
])
def test_bad_inputs_raise(x, y, error, message):
    for call in (exp_cos, ExpCos.apply):
        with pytest.raises(error, match=f"^{message}$"):
            call(x, y)
