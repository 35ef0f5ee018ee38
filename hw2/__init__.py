"""HW2: five ways to generate text with a trained decoder, and a small decoder of our own in `tiny`."""
from pathlib import Path

TINY = Path(__file__).parent / "tiny"
