"""HW2: five ways to generate text with a trained decoder."""
