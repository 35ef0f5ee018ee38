"""Task 2: e^x + cos(y) compared with plain autograd, checked by gradcheck, and drawn."""
import torch

from minidl.autograd import exp_cos
from minidl.errors import first_line
from minidl.plots import figure, set_title
from minidl.tables import print_table

CHECKS = {
    "gradcheck: backward against finite differences": (torch.autograd.gradcheck, {}),
    "gradcheck: forward mode (jvp)": (torch.autograd.gradcheck, {"check_forward_ad": True}),
    "gradcheck: batched (vmap)": (torch.autograd.gradcheck, {
        "check_batched_grad": True, "check_forward_ad": True, "check_batched_forward_grad": True}),
    "gradgradcheck: second derivatives": (torch.autograd.gradgradcheck, {"check_fwd_over_rev": True}),
}


def plain(x, y):
    """Return e^x + cos(y) by torch's own operations."""
    return x.exp() + y.cos()


def values_and_gradients(function, x, y):
    """Return z, dz/dx and dz/dy, elementwise."""
    x, y = x.clone().requires_grad_(), y.clone().requires_grad_()
    z = function(x, y)
    return z.detach(), *torch.autograd.grad(z.sum(), (x, y))


def verdicts(generator):
    """Return a dict from check to its result, on shapes that broadcast."""
    x, y = (torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in ((3, 1), (4,)))
    results = {}
    for name, (check, options) in CHECKS.items():
        try:
            results[name] = "passed" if check(exp_cos, (x, y), **options) else "failed"
        except RuntimeError as error:  # how gradcheck reports a failure
            results[name] = f"failed: {first_line(error)}"
    return results


def plot_field(path):
    """Draw the function as colours and contour lines, and its gradient as arrows."""
    x, y = torch.meshgrid(torch.linspace(-2, 2, 161), torch.linspace(-7, 7, 161), indexing="ij")
    z, *_ = values_and_gradients(exp_cos, x, y)
    at = torch.meshgrid(torch.linspace(-1.9, 1.9, 14), torch.linspace(-6.7, 6.7, 19), indexing="ij")
    _, dx, dy = values_and_gradients(exp_cos, *at)
    shrink = (dx * dx + dy * dy).pow(-0.25)  # so that arrows of length 0.1 and of 7 are both visible
    with figure(path, size=(6, 7)) as (fig, panes):
        pane = panes[0, 0]
        filled = pane.contourf(x, y, z, levels=24, cmap="viridis")
        pane.contour(x, y, z, levels=24, colors="white", linewidths=0.4, alpha=0.6)
        pane.quiver(*at, dx * shrink, dy * shrink, color="black", angles="xy", width=0.003, scale=40)
        pane.grid(visible=False)
        fig.colorbar(filled, ax=pane, label="z = e^x + cos(y)")
        pane.set(xlabel="x", ylabel="y")
        set_title(fig, "e^x + cos(y) and its gradient (arrows)")


def run(seed, folder):
    """Print the task's tables; return its numbers, and its pictures as a dict from name to drawing function."""
    generator = torch.Generator().manual_seed(seed)
    x, y = (2 * torch.randn(6, generator=generator, dtype=torch.float64) for _ in range(2))
    ours, theirs = values_and_gradients(exp_cos, x, y), values_and_gradients(plain, x, y)
    print("e^x + cos(y) and its gradient: ours, and by torch's own operations")
    print_table({"x": ".3f", "y": ".3f", "z": ".6f", "torch's z": ".6f", "dz/dx": ".6f", "torch's dz/dx": ".6f",
                 "dz/dy": ".6f", "torch's dz/dy": ".6f"},
                list(zip(x.tolist(), y.tolist(), *(pair.tolist() for pairs in zip(ours, theirs) for pair in pairs))))
    largest = max((a - b).abs().max().item() for a, b in zip(ours, theirs))
    print(f"largest difference: {largest}\n")
    checks = verdicts(generator)
    for name, verdict in checks.items():
        print(f"{name}: {verdict}")
    points = [dict(zip(("x", "y", "z", "dz/dx", "dz/dy"), row))
              for row in zip(x.tolist(), y.tolist(), *(values.tolist() for values in ours))]
    return {"seed": seed, "points": points, "largest difference": largest, "checks": checks}, {"field.png": plot_field}
