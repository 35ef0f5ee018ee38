"""HW1: should this client get a loan?  Five experiments on tabular data."""
