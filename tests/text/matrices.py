"""Conversion of dense arrays to minidl's CSR."""
import numpy as np
import scipy.sparse

from minidl.text.csr import CSR


def csr(dense):
    """Return a CSR of a dense array, by scipy."""
    matrix = scipy.sparse.csr_array(np.asarray(dense, dtype=np.float64))
    return CSR(matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32), matrix.shape)
