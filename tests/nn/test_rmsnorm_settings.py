"""The repr of RMSNorm, and the settings and inputs that raise."""
import math
import re

import numpy as np
import pytest
import torch

from minidl.nn import RMSNorm


def test_the_repr_equals_torchs():
    assert RMSNorm(np.int64(8)).normalized_shape == (8,)
    assert repr(RMSNorm((2, 3))) == repr(torch.nn.RMSNorm((2, 3), eps=1e-6))
    assert repr(RMSNorm(4, partial=0.5)) == "RMSNorm((4,), eps=1e-06, elementwise_affine=True, partial=0.5)"


@pytest.mark.parametrize("options, message", [
    ({"normalized_shape": 0}, "normalized_shape: must have only sizes of at least 1, got 0"),
    ({"normalized_shape": ()}, r"normalized_shape: must have only sizes of at least 1, got \(\)"),
    ({"normalized_shape": (2, -1)}, r"normalized_shape: must have only sizes of at least 1, got \(2, -1\)"),
    ({"normalized_shape": 1, "eps": -1e-9}, "eps: must be finite and at least 0, got -1e-09"),
    ({"normalized_shape": 1, "eps": math.nan}, "eps: must be finite and at least 0, got nan"),
    ({"normalized_shape": 1, "eps": math.inf}, "eps: must be finite and at least 0, got inf"),
    ({"normalized_shape": 1, "eps": None}, "eps: must be finite and at least 0, got None"),
    ({"normalized_shape": 1, "partial": 0}, r"partial: must be in \(0, 1\], got 0"),
    ({"normalized_shape": 1, "partial": 1.1}, r"partial: must be in \(0, 1\], got 1.1"),
    ({"normalized_shape": 1, "partial": math.nan}, r"partial: must be in \(0, 1\], got nan"),
])
def test_other_settings_raise(options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        RMSNorm(**options)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (3, 2, 1)])
def test_other_shapes_raise(shape):
    with pytest.raises(ValueError, match=f"^{re.escape(f'x: must end in (3, 2), got {shape}')}$"):
        RMSNorm((3, 2))(torch.zeros(shape))


@pytest.mark.parametrize("dtype", [torch.int64, torch.complex64, torch.bool])
def test_other_dtypes_raise(dtype):
    with pytest.raises(TypeError, match=f"^x: must be of a floating dtype, got {dtype}$"):
        RMSNorm(3)(torch.ones(2, 3).to(dtype))
