"""What is printed while a batch of texts is decoded: one text per prompt, then a progress bar for the others."""
from tqdm import tqdm

from hw2.stream import Stream


class Screen:
    """Prints some texts of a batch token by token, one after another; its methods are the decoders' callbacks.

    headings: dict from the rows whose texts are printed, in this order, to the lines of the prompt and the label.
    rows: number of texts in the batch.
    A row's tokens wait until the text before it has ended.  After the last of these texts, a
    bar shows how many of the tokens that the other texts may have are decoded.
    """

    def __init__(self, setup, headings, rows):
        self.headings, self.limit = list(headings.items()), setup.options.max_new_tokens
        self.streams = {row: Stream(setup.tokenizer, setup.ends, setup.shown) for row in headings}
        self.waiting = {row: [] for row in headings}
        self.done = 0  # tokens, those that ended texts do without too
        self.bar = tqdm(total=rows * self.limit, unit="token", leave=False, disable=True)
        self.ended, self.lengths = set(), [0] * rows
        self._open()

    def on_token(self, row, token):
        """Print or keep a token."""
        self._count(row, 1)
        if self.headings and row == self.headings[0][0]:
            self.streams[row](0, token)
        elif row in self.waiting:
            self.waiting[row].append(token)

    def on_text(self, row):
        """End the row's text; print what the next one has so far."""
        self._count(row, self.limit - self.lengths[row])
        self.ended.add(row)
        while self.headings and self.headings[0][0] in self.ended:
            row, (_, label) = self.headings.pop(0)
            self.streams[row].close(label)
            self._open()

    def close(self):
        """Remove the bar."""
        self.bar.close()

    def _open(self):
        """Begin the next text, or the bar if there is none."""
        if not self.headings:
            self.bar.close()
            self.bar = tqdm(total=self.bar.total, initial=self.done, unit="token", leave=False, disable=None)
            return
        row, (prompt, label) = self.headings[0]
        print(f"{prompt}\n\n{label}")
        for token in self.waiting.pop(row):
            self.streams[row](0, token)

    def _count(self, row, tokens):
        self.lengths[row] += tokens
        self.done += tokens
        self.bar.update(tokens)
