"""Task 1: RMSNorm compared with torch's, inside a language model, and estimated from a part of its features."""
import textwrap

import torch
from transformers.models.qwen2.modeling_qwen2 import Qwen2RMSNorm

from hw2 import TINY
from hw4.partial import FEATURE_COUNTS, FEATURES, ROWS, expected_error
from minidl.decoding import greedy
from minidl.decoding.chat import encode_chat
from minidl.decoding.model import load_model
from minidl.nn import RMSNorm
from minidl.plots import figure, plain_ticks, set_title
from minidl.tables import print_table
from minidl.terminal import wrapped

DTYPES = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
ERROR_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5)
SYSTEM = "You are a storyteller. You write short, warm stories for children."
PROMPT = "Write a short story about a tiny hedgehog."


def gradients(norm, x, direction):
    """Return the output, and the gradients of sum(output * direction) with respect to x and weight."""
    x = x.clone().requires_grad_()
    y = norm(x)
    return y.detach(), *torch.autograd.grad(y, (x, norm.weight), direction)


def difference(ours, theirs):
    """Return the largest difference of two tensors, divided by the largest number of the second."""
    return ((ours.double() - theirs.double()).abs().max() / theirs.double().abs().max()).item()


def compare_dtypes(generator):
    """Return a dict from dtype to the differences to torch.nn.RMSNorm: output, gradient of x, gradient of weight."""
    differences = {}
    for name, dtype in DTYPES.items():
        ours, theirs = RMSNorm(FEATURES).to(dtype), torch.nn.RMSNorm(FEATURES, eps=1e-6).to(dtype)
        ours.load_state_dict({"weight": torch.randn(FEATURES, generator=generator)})
        theirs.load_state_dict(ours.state_dict())
        x, direction = (torch.randn(ROWS, FEATURES, generator=generator).to(dtype) for _ in range(2))
        differences[name] = [difference(*pair) for pair in zip(gradients(ours, x, direction),
                                                               gradients(theirs, x, direction))]
    return differences


def swap_norms(model):
    """Replace each norm of a Qwen2 model by minidl's RMSNorm with the same weight; return how many there were."""
    count = 0
    for module in list(model.modules()):
        for name, norm in list(module.named_children()):
            if isinstance(norm, Qwen2RMSNorm):
                ours = RMSNorm(norm.weight.shape, norm.variance_epsilon).to(norm.weight)
                ours.load_state_dict(norm.state_dict())
                setattr(module, name, ours)
                count += 1
    return count


def compare_models(steps=100):
    """Return how HW2's small Qwen2 changes if its norms are replaced: a dict of logits, greedy tokens, text."""
    model, tokenizer = load_model(str(TINY))
    ids = encode_chat(tokenizer, SYSTEM, PROMPT)

    @torch.no_grad()
    def logits_and_tokens():
        text = greedy(model, ids, max_new_tokens=steps)[0][0]
        return model(ids).logits[0], text.tokens

    theirs = logits_and_tokens()
    norms = swap_norms(model)
    ours = logits_and_tokens()
    return {"norms": norms, "logits": difference(ours[0], theirs[0]), "tokens": len(theirs[1]),
            "equal tokens": sum(a == b for a, b in zip(ours[1], theirs[1])), "text": tokenizer.decode(ours[1])}


def estimate_errors(generator, rows=2000):
    """Return a dict from k to the standard deviation of RMS(first k features) / RMS(all) - 1, for normal x."""
    squares = torch.randn(rows, FEATURES, generator=generator).double().square()
    whole = squares.mean(1).sqrt()
    return {k: (squares[:, :k].mean(1).sqrt() / whole - 1).square().mean().sqrt().item() for k in FEATURE_COUNTS}


def plot_estimates(path, errors):
    """Draw the errors over k, and the error that theory predicts."""
    with figure(path, size=(7, 4.2)) as (fig, panes):
        pane = panes[0, 0]
        pane.loglog(list(errors), list(errors.values()), linestyle="none", label="measured on normal features")
        pane.loglog(list(errors), [expected_error(k) for k in errors], marker="",
                    label="theory: sqrt((1 - k / D) / 2k)")
        pane.axvline(FEATURES / 16, color="grey", linestyle=":", label="the paper's 6.25 %")
        pane.set(xlabel=f"features k of D = {FEATURES} that estimate the RMS", ylabel="relative error of the RMS")
        plain_ticks(pane.xaxis, list(errors))
        plain_ticks(pane.yaxis, ERROR_TICKS)
        pane.legend()
        set_title(fig, "pRMSNorm: error of the RMS from k features")


def run(seed, folder):
    """Print the task's tables; return its numbers, and its pictures as a dict from name to drawing function."""
    generator = torch.Generator().manual_seed(seed)
    print(f"RMSNorm against torch.nn.RMSNorm, x ({ROWS}, {FEATURES}): largest relative difference")
    dtypes = compare_dtypes(generator)
    print_table({"dtype": "s", "output": "9.1e", "gradient of x": ".1e", "gradient of weight": ".1e"},
                [[name, *differences] for name, differences in dtypes.items()])
    model = compare_models()
    print(wrapped(
        f"\nHW2's small Qwen2 with its {model['norms']} norms replaced: logits differ by {model['logits']:.1e} of the "
        f"largest; {model['equal tokens']} of {model['tokens']} greedy tokens are the same. It writes:", ""))
    print(wrapped(textwrap.indent(model["text"], "    "), "    "))
    errors = estimate_errors(generator)
    print("\npRMSNorm: relative error of the RMS when k features estimate it")
    print_table({"k": "d", "error": ".3f"}, list(errors.items()))
    numbers = {"seed": seed, "differences": dtypes, "qwen2": model, "partial": errors}
    return numbers, {"partial.png": lambda path: plot_estimates(path, errors)}
