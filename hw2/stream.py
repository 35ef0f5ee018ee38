"""A text that is printed while it is decoded."""
import sys

from hw2.texts import printable


class Stream:
    """An on_token callback that prints the text of row 0, token by token."""

    def __init__(self, tokenizer, ends):
        self.tokenizer, self.ends, self.tokens, self.text = tokenizer, ends, [], ""

    def __call__(self, row, token):
        if row == 0 and token not in self.ends:
            self.tokens.append(token)
            text = self.tokenizer.decode(self.tokens, skip_special_tokens=False)
            if not text.endswith("\ufffd"):  # the last token is only a part of a character
                self._print(text)

    def _print(self, text):
        sys.stdout.write(printable(text[len(self.text):]))
        sys.stdout.flush()
        self.text = text

    def close(self):
        """Print an incomplete character, if there is one, and end the line."""
        self._print(self.tokenizer.decode(self.tokens, skip_special_tokens=False))
        print()
