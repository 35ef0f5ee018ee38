"""minidl's own contract beyond the assignment's: PROMISES, a dict from a piece to its promises, each with its check.

A check is a function of the implementation that raises if the promise is broken.  `--strict` prints the results; they
do not count.
"""
import numpy as np
import torch

NAN = float("nan")


def refuses(*arguments, **settings):
    """Return the check that these arguments raise a ValueError or TypeError of one line."""
    def check(implementation):
        try:
            result = implementation(*arguments, **settings)
        except (ValueError, TypeError) as error:
            if "\n" in str(error):
                raise AssertionError("the error has several lines") from None
            return
        raise AssertionError(f"returns {result!r:.60}")
    return check


def returns(expected, *arguments, **settings):
    """Return the check that these arguments give this value."""
    def check(implementation):
        result = implementation(*arguments, **settings)
        if not np.array_equal(np.asarray(result, dtype=object), np.asarray(expected, dtype=object)):
            raise AssertionError(f"returns {result!r:.60}, expected {expected!r}")
    return check


def keeps_dtype(call, dtype):
    """Return the check that call(implementation, tensor) has the dtype of a tensor of ones, (2, 3), and no NaN."""
    def check(implementation):
        result = call(implementation, torch.ones(2, 3, dtype=dtype))
        if result.dtype != dtype or result.isnan().any():
            raise AssertionError(f"returns {result.dtype}{' with NaN' if result.isnan().any() else ''}")
    return check


def parameters():
    return [torch.nn.Parameter(torch.ones(2))]


LOGITS = torch.tensor([[1.0, 2.0]])
PROMISES = {
    "roc_auc_score": {
        "refuses labels of one class": refuses([1, 1], [0.2, 0.3]),
        "refuses NaN among the scores": refuses([0, 1], [0.2, NAN]),
        "refuses other labels than two": refuses([0, 1, 2], [0.1, 0.2, 0.3]),
        "takes labels -1 and 1": returns(1.0, [-1, 1], [0.1, 0.2]),
        "orders infinite scores": returns(1.0, [0, 1], [0.0, float("inf")]),
    },
    "recall_at_k": {
        "refuses k = 0": refuses([1], [[1, 2]], k=0),
        "takes string ids and ragged rows": returns(0.5, ["a", "b"], [["a", "c"], ["d"]], k=2),
    },
    "mean_reciprocal_rank": {
        "takes string ids and ragged rows": returns(0.5, ["a", "b"], [["a", "c"], []]),
        "refuses no queries": refuses([], []),
    },
    "TfidfVectorizer": {
        "refuses one string in place of documents": lambda cls: refuses("red fish")(cls().fit_transform),
        "refuses transform before fit": lambda cls: refuses(["red"])(cls().transform),
    },
    "temperature": {
        "refuses 0": refuses(LOGITS, 0.0),
        "refuses NaN": refuses(LOGITS, NAN),
    },
    "top_p_filter": {
        "refuses 0": refuses(LOGITS, 0.0),
        "refuses more than 1": refuses(LOGITS, 1.5),
        "keeps all with top_p = 1": returns(LOGITS.tolist(), LOGITS, 1.0),
    },
    "RMSNorm": {
        "keeps bfloat16": keeps_dtype(lambda cls, x: cls(3).to(x.dtype)(x), torch.bfloat16),
        "keeps float16": keeps_dtype(lambda cls, x: cls(3).to(x.dtype)(x), torch.float16),
    },
    "exp_cos": {
        "refuses integers": refuses(torch.tensor([1]), torch.tensor([1])),
        "has second derivatives": lambda function: torch.autograd.gradgradcheck(
            function, [torch.ones(2, dtype=torch.float64, requires_grad=True) for _ in range(2)]),
    },
    "Lion": {
        "refuses a negative lr": lambda cls: refuses(parameters(), lr=-1.0)(cls),
        "refuses beta1 = 1": lambda cls: refuses(parameters(), betas=(1.0, 0.9))(cls),
    },
    "SGD": {"refuses a negative lr": lambda cls: refuses(parameters(), lr=-1.0)(cls)},
    "Dropout": {"refuses p above 1": refuses(1.5)},
}
