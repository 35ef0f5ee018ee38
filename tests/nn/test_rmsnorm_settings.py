"""The repr of RMSNorm, and the settings and inputs that raise."""
import re

import numpy as np
import pytest
import torch

from minidl.nn import RMSNorm


def test_the_repr_equals_torchs():
    assert RMSNorm(np.int64(8)).normalized_shape == (8,)
    assert repr(RMSNorm((2, 3))) == repr(torch.nn.RMSNorm((2, 3), eps=1e-6))
    assert repr(RMSNorm(4, partial=0.5)) == "RMSNorm((4,), eps=1e-06, elementwise_affine=True, partial=0.5)"


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (3, 2, 1)])
def test_other_shapes_raise(shape):
    with pytest.raises(ValueError, match=f"^{re.escape(f'x: must end in (3, 2), got {shape}')}$"):
        RMSNorm((3, 2))(torch.zeros(shape))
