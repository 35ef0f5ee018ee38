"""minidl: the hard parts of four neural-network assignments, each written by hand.

This package imports nothing, so that `import minidl.metrics` costs numpy alone.
"""
