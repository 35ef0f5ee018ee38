"""Other libraries' errors in one line."""

MAX_LENGTH = 200  # characters


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message that is not blank; the error's type if it has no message.

    >>> first_line(ValueError("\\n bad header \\n details")), first_line(EOFError())
    ('bad header', 'EOFError')
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:MAX_LENGTH] if lines else type(error).__name__
