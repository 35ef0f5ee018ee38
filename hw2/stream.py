"""Texts on the terminal: printed while they are decoded, wrapped, and each only once."""
import re
import sys

from minidl.terminal import printable, terminal_width, wrapped


class Stream:
    """An on_token callback that prints the text of row 0, token by token.

    shown: dict from each text that was printed before to where it stands.  Nothing is
        printed as long as the new text could become one of them.
    """

    def __init__(self, tokenizer, ends, shown=None):
        self.tokenizer, self.ends, self.shown = tokenizer, ends, {} if shown is None else shown
        self.tokens, self.text, self.word, self.column = [], "", "", 0
        self.space = ""  # after the last printed word; a new line may come in its place

    def __call__(self, row, token):
        if row == 0 and token not in self.ends:
            self.tokens.append(token)
            text = self.whole_text()
            repeats = any(earlier.startswith(text) for earlier in self.shown)
            if not repeats and not text.endswith("\ufffd"):  # the last token is only a part of a character
                self._print(text)

    def whole_text(self):
        """Return the text so far."""
        return self.tokenizer.decode(self.tokens, skip_special_tokens=False)

    def _print(self, text):
        self.word += printable(text[len(self.text):])
        *words, self.word = re.split(r"(?<=\s)", self.word)  # the last one may go on
        for word in words:
            self._put(word)
        sys.stdout.flush()
        self.text = text

    def _put(self, word):
        """Print a word and the space after it, on a new line if this one has no room."""
        bare = word.rstrip(" ")
        if self.column and self.column + len(self.space) + len(bare.rstrip()) > terminal_width():
            self.space, self.column = "\n", 0  # in place of the space
        sys.stdout.write(self.space + bare)
        self.column = 0 if bare.endswith("\n") else self.column + len(self.space.strip("\n") + bare)
        self.space = word[len(bare):]

    def close(self, label="above"):
        """Print what is left of the text, or that it stands above, and end the line."""
        text = self.whole_text()
        if not self.text and text in self.shown:
            print(f"[the same text as {self.shown[text]}]")
            return
        self._print(text)
        self._put(self.word)
        self.word = ""
        self.shown[text] = label
        print()


def show_texts(texts, label, shown, note=""):
    """Print those of the texts that were not printed before; shown: as for Stream; note: a line after them."""
    for text in dict.fromkeys(texts):
        if text in shown:
            print("[the same text again]" if shown[text] == label else f"[the same text as {shown[text]}]")
        else:
            print(f"--- another\n{wrapped(printable(text), '')}" if label in shown.values()
                  else wrapped(printable(text), ""))
            shown[text] = label
    if note:
        print(note)


def prompt_lines(prompt):
    """Return the lines that stand above a prompt's texts."""
    return f"\n{wrapped(f'system: {printable(prompt.system)}')}\n{wrapped(f'prompt: {printable(prompt.text)}')}"
