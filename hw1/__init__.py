"""HW1: may this client be given a loan?  Five experiments on tabular data."""
