"""What theory expects of pRMSNorm, which estimates the RMS of D features from the first k.

    error = sqrt((1 - k / D) / 2k)        for independent, normally distributed features

A mean of k squares has the relative variance 2 / k, its root a quarter of that, and the k features are a part of the D.
This is the first order in 1 / k.
"""
ROWS, FEATURES = 256, 896  # the shape of x in task 1
FEATURE_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # k of FEATURES


def expected_error(k, features=FEATURES):
    """Return the relative error of the RMS that theory expects.

    >>> round(expected_error(64), 4), expected_error(896)
    (0.0852, 0.0)
    """
    return ((1 - k / features) / (2 * k)) ** 0.5
