"""The table of HW2, printed and in report.md, with the texts."""
from hw2.findings import answers
from hw2.tasks import settings_text, shown
from minidl.files import write_text
from minidl.tables import TablePrinter


def row_of(result):
    """Return the cells of one result."""
    length = len(result["tokens"])
    return (result["method"], result["prompt"], settings_text(result["key"]["settings"]) or "-", result["score"],
            result["score"] / length, length, "yes" if result["finished"] else "no", result["fault"] or "-",
            result["distinct_2"])


COLUMNS = {"method": "s", "prompt": "s", "settings": "s", "score": ".1f", "a token": ".3f", "length": "d", "EOS": "s",
           "JSON": "s", "distinct-2": ".3f"}


def show_table(results):
    """Print a row a text."""
    rows = [row_of(result) for result in results]
    wide = {name: max(len(name), *(len(row[place]) for row in rows)) for place, (name, form) in enumerate(
        COLUMNS.items()) if form == "s"}
    table = TablePrinter({f"{name:<{wide[name]}}" if name in wide else name: form for name, form in COLUMNS.items()})
    for row in rows:
        table.row(*(f"{cell:<{wide[name]}}" if name in wide else cell for name, cell in zip(COLUMNS, row)))


def write_report(path, task, model, prompts, results, others=()):
    """Write the report of a task: prompts, table, the sheet's questions answered, texts.

    others: results of the other tasks, on the same prompts, where there are any.
    """
    parts = [f"# HW2, task {task.number}: {task.title}",
             f"Model {model}. Score: the sum of the log-softmax of a text's tokens; length in tokens, EOS among them; "
             "distinct-2: the share of different ones among the pairs of neighbouring tokens; of two runs: among those "
             "of both, so that a text made twice counts half."]
    parts += [f"- **{prompt.name}**: {prompt.system} / {prompt.text}" for prompt in prompts]
    rows = [f"| {' | '.join(COLUMNS)} |", "|" + " --- |" * len(COLUMNS)]
    for result in results:
        cells = [cell if isinstance(cell, str) else format(cell, form)
                 for cell, form in zip(row_of(result), COLUMNS.values())]
        rows.append(f"| {' | '.join(cells)} |")
    parts += ["\n".join(rows), *answers(results, list(others)), "## Texts"]
    for result in results:
        quoted = "\n".join(f"> {line}" for line in shown(result["text"]).splitlines() or [""])
        parts.append(f"{result['prompt']}, {settings_text(result['key']['settings']) or result['method']}:\n\n{quoted}")
    write_text(path, "\n\n".join(parts) + "\n")
