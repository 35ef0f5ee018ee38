"""Task 1: RMSNorm beside torch's, inside a language model, and from a share of its features."""
import textwrap

import torch
from transformers.models.qwen2.modeling_qwen2 import Qwen2RMSNorm

from hw2 import TINY
from hw2.tasks import PROMPTS
from minidl.decoding import greedy
from minidl.decoding.model import encode_chat, end_token, load_model
from minidl.nn import RMSNorm
from minidl.plots import figure
from minidl.tables import TablePrinter

DTYPES = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
ROWS, FEATURES = 256, 896
SHARES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # k of FEATURES


def gradients(norm, x, direction):
    """Return the output, and the gradients of sum(output * direction) by x and weight."""
    x = x.clone().requires_grad_()
    y = norm(x)
    return y.detach(), *torch.autograd.grad(y, (x, norm.weight), direction)


def difference(ours, theirs):
    """Return the largest difference of two tensors, as a share of the largest number in the second."""
    return ((ours.double() - theirs.double()).abs().max() / theirs.double().abs().max()).item()


def compare_dtypes(generator):
    """Return a dict from dtype to the differences to torch.nn.RMSNorm: output, gradient of x, gradient of weight."""
    found = {}
    for name, dtype in DTYPES.items():
        ours, theirs = RMSNorm(FEATURES).to(dtype), torch.nn.RMSNorm(FEATURES, eps=1e-6).to(dtype)
        ours.load_state_dict({"weight": torch.randn(FEATURES, generator=generator)})
        theirs.load_state_dict(ours.state_dict())
        x, direction = (torch.randn(ROWS, FEATURES, generator=generator).to(dtype) for _ in range(2))
        found[name] = [difference(*pair) for pair in zip(gradients(ours, x, direction),
                                                         gradients(theirs, x, direction))]
    return found


def swap_norms(model):
    """Put minidl's RMSNorm in the place of each norm of a Qwen2 model, with its weight; return how many."""
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
    """Return a dict on HW2's small Qwen2 before and after its norms are swapped: logits, and greedy tokens."""
    model, tokenizer = load_model(str(TINY))
    prompts = [encode_chat(tokenizer, prompt.system, prompt.text) for prompt in PROMPTS]

    @torch.no_grad()
    def outcome():
        texts = [greedy(model, ids, max_new_tokens=steps, eos_token_id=end_token(tokenizer))[0][0] for ids in prompts]
        return torch.cat([model(ids).logits[0] for ids in prompts]), [text.tokens for text in texts]

    before, tokens = outcome()
    norms = swap_norms(model)
    after, others = outcome()
    return {"norms": norms, "logits": difference(after, before), "tokens": sum(map(len, tokens)),
            "equal tokens": sum(ours == theirs for pair in zip(tokens, others) for ours, theirs in zip(*pair)),
            "text": tokenizer.decode(others[0])}


def estimate_errors(generator, rows=2000):
    """Return a dict from k to the standard deviation of RMS(first k features) / RMS(all) - 1, for normal x."""
    squares = torch.randn(rows, FEATURES, generator=generator).double().square()
    whole = squares.mean(1).sqrt()
    return {k: (squares[:, :k].mean(1).sqrt() / whole - 1).square().mean().sqrt().item() for k in SHARES}


def plot_estimates(path, errors):
    """Draw the errors over k, beside what theory says of them."""
    with figure(path, size=(7, 4.5)) as (_, panes):
        pane = panes[0, 0]
        pane.loglog(list(errors), list(errors.values()), "o", label="measured on normal features")
        pane.loglog(list(errors), [((1 - k / FEATURES) / (2 * k)) ** 0.5 for k in errors], "-",
                    label="theory: sqrt((1 - k / D) / 2k)")
        pane.axvline(FEATURES / 16, color="grey", linestyle=":", label="the paper's 6.25 %")
        pane.set(xlabel=f"features k of D = {FEATURES} that estimate the RMS", ylabel="relative error of the RMS",
                 title="pRMSNorm: how many features are enough?")
        pane.grid(alpha=0.3, which="both")
        pane.legend()


def run(seed, folder):
    """Print the task's tables; return its numbers and the pictures to draw."""
    generator = torch.Generator().manual_seed(seed)
    print(f"RMSNorm against torch.nn.RMSNorm, x ({ROWS}, {FEATURES}): largest difference, as a share of the largest")
    table = TablePrinter({"dtype": "s", "   output": ".1e", "gradient of x": ".1e", "gradient of weight": ".1e"})
    dtypes = compare_dtypes(generator)
    for name, differences in dtypes.items():
        table.row(name, *differences)
    model = compare_models()
    print(f"\nHW2's small Qwen2 with its {model['norms']} norms swapped: logits differ by {model['logits']:.1e} of the "
          f"largest;\n{model['equal tokens']} of {model['tokens']} greedy tokens are the same. It writes:\n"
          + textwrap.indent(model["text"], "    "))
    errors = estimate_errors(generator)
    print("\npRMSNorm: relative error of the RMS when k features estimate it")
    table = TablePrinter({"k": "d", "error": ".3f"})
    for k, error in errors.items():
        table.row(k, error)
    numbers = {"seed": seed, "differences": dtypes, "qwen2": model, "partial": errors}
    return numbers, {"partial.png": lambda path: plot_estimates(path, errors)}
