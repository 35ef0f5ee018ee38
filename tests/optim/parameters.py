"""Settings, parameters and gradients for the tests of Lion."""
import torch
from hypothesis import strategies as st

from tests.strategies import normal, sizes

STEPS = 50
# if a gradient is exactly 0, the sign of the momentum decides: with beta near 1e-16, 1 - beta is rounded to 1; with
# a somewhat larger one, beta ** STEPS underflows to 0
beta = st.one_of(st.just(0.0), st.floats(1e-3, 0.999))
betas = st.one_of(st.just((0.9, 0.99)), st.tuples(beta, beta))
rates = st.one_of(st.sampled_from([1e-4, 0.01]), st.floats(1e-6, 1))
decays = st.one_of(st.just(0.0), st.floats(0, 1))
shapes = st.lists(sizes, max_size=3).map(tuple)
groups = st.lists(st.tuples(st.lists(shapes, min_size=1, max_size=2), rates, betas, decays), min_size=1, max_size=3)


def gradient(seed, *shape, dtype=torch.float64):
    """Return normal numbers, about a third of them exactly 0, so that some signs are 0."""
    return normal(seed, *shape, dtype=dtype) * (normal(seed + 1, *shape) > -0.4).to(dtype)


def parameter_groups(seed, drawn):
    """Return parameter groups for an optimiser; the same arguments give the same values."""
    return [{"params": [torch.nn.Parameter(normal(seed + 10 * k + i, *shape)) for i, shape in enumerate(shapes)],
             "lr": lr, "betas": betas, "weight_decay": decay} for k, (shapes, lr, betas, decay) in enumerate(drawn)]


def all_weights(optimizer):
    """Return the list of an optimiser's parameters, of all groups."""
    return [weight for group in optimizer.param_groups for weight in group["params"]]


def train(optimizer, seed, steps):
    """Take the steps; each gradient depends on the seed, the step and the weights."""
    for step in steps:
        for k, weight in enumerate(all_weights(optimizer)):
            weight.grad = gradient(seed + 1000 * step + 10 * k, *weight.shape) + 0.1 * weight.detach() * (step % 2)
        optimizer.step()
