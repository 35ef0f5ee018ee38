"""HW2's table of texts, which is printed, and report.md, which has the table and the texts."""
from hw2.findings import answers
from hw2.tasks import settings_text
from hw2.texts import printable
from minidl.files import write_text
from minidl.tables import TablePrinter, markdown_table

COLUMNS = {"method": "s", "prompt": "s", "settings": "s", "score": ".1f", "per token": ".3f", "length": "d", "EOS": "s",
           "JSON": "s", "distinct-2": ".3f"}
INTRODUCTION = ("Score: the sum of the log-softmax of a text's tokens, also divided by its length. Length: the number "
                "of tokens, EOS included. Distinct-2: the share of distinct pairs among the pairs of neighbouring "
                "tokens; distinct-2 of two runs counts the pairs of both texts, so that it is halved if the second "
                "run repeats the first.")


def cells(result):
    """Return the cells of one text's row, as text."""
    length = len(result["tokens"])
    values = (result["method"], result["prompt"], settings_text(result["key"]["settings"]) or "-", result["score"],
              result["score"] / length, length, "yes" if result["finished"] else "no", result["fault"] or "-",
              result["distinct_2"])
    return [format(value, form) for value, form in zip(values, COLUMNS.values())]


def print_table(results):
    """Print one row per text; columns of text are left-aligned."""
    rows = [cells(result) for result in results]
    widths = {name: max(len(name), *(len(row[number]) for row in rows))
              for number, (name, form) in enumerate(COLUMNS.items()) if form == "s"}
    table = TablePrinter({f"{name:<{widths.get(name, 0)}}": "s" for name in COLUMNS})
    for row in rows:
        table.row(*(f"{cell:<{widths.get(name, 0)}}" for name, cell in zip(COLUMNS, row)))


def write_report(path, task, model, prompts, results, other_results=()):
    """Write the report of a task: prompts, table, the assignment's questions answered, texts.

    other_results: the results of the other tasks on the same prompts, if there are any.
    """
    parts = [f"# HW2, task {task.number}: {task.title}", f"Model: {model}. {INTRODUCTION}"]
    parts += [f"- **{prompt.name}**: {prompt.system} / {prompt.text}" for prompt in prompts]
    parts += [markdown_table(list(COLUMNS), map(cells, results)), *answers(results, list(other_results)), "## Texts"]
    for result in results:
        quoted = "\n".join(f"> {line}" for line in printable(result["text"]).splitlines() or [""])
        parts.append(f"{result['prompt']}, {settings_text(result['key']['settings']) or result['method']}:\n\n{quoted}")
    write_text(path, "\n\n".join(parts) + "\n")
