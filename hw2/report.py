"""HW2's table of texts, which is printed, and report.md, which has the table and the texts."""
from hw2.conclusions import conclusion
from hw2.findings import CHECKS, answers
from hw2.pictures import EXPLANATIONS
from hw2.tasks import settings_text
from hw2.texts import escaped
from minidl.files import write_text
from minidl.tables import markdown_table, print_table

COLUMNS = {"prompt": "s", "score": ".1f", "per token": ".3f", "length": "d", "EOS": "s", "JSON": "s",
           "distinct-2": ".3f"}
SETTINGS = {"temperature": "temperature", "top_p": "top_p", "num_beams": "beams", "length_penalty": "length penalty a"}
LEFT = ("prompt", "EOS", "JSON")  # the columns of words are left-aligned
RANKED_BY = "score / length ** a"  # the column that beam search adds
INTRODUCTION = ("Score: the sum of the log-softmax of a text's tokens, also divided by its length. Length: the number "
                "of tokens, EOS included. Distinct-2: the share of distinct pairs among the pairs of neighbouring "
                "tokens; distinct-2 of two runs counts the pairs of both texts, so that it is halved if the second "
                "run repeats the first.")


def table(results):
    """Return the table of a task's texts: its columns, a dict from heading to format, and its rows, each as text.

    There is a column for each setting that the task has.
    """
    settings = {SETTINGS[name]: "s" for name in results[0]["key"]["settings"] if name in SETTINGS}
    ranked = {RANKED_BY: "s"} if SETTINGS["length_penalty"] in settings else {}
    prompt, *rest = COLUMNS.items()
    return dict([prompt, *settings.items(), *rest, *ranked.items()]), [cells(result) for result in results]


def cells(result):
    """Return the cells of one text's row, as text; beam search adds the score that it ranks by."""
    length, settings = len(result["tokens"]), result["key"]["settings"]
    values = (result["score"], result["score"] / length, length, "yes" if result["finished"] else "no",
              result["fault"] or "-", result["distinct_2"])
    row = [result["prompt"], *[str(value) for name, value in settings.items() if name in SETTINGS],
           *[format(value, form) for value, form in zip(values, list(COLUMNS.values())[1:])]]
    penalty = settings.get("length_penalty")
    return row if penalty is None else [*row, f"{result['score'] / length ** penalty:.4f}"]


def print_results(results):
    """Print one row per text."""
    columns, rows = table(results)
    print_table({name: "<s" if name in LEFT else "s" for name in columns}, rows)


def write_report(path, task, model, prompts, results, other_results=(), *, pictures=(), checks=CHECKS):
    """Write the report of a task: prompts, table, pictures, the assignment's questions answered, texts, conclusion.

    other_results: the results of the other tasks on the same prompts, if there are any.
    pictures: names of files beside the report; checks: what is checked automatically.
    """
    parts = [f"# HW2, task {task.number}: {task.title}", f"Model: {escaped(model)}. {INTRODUCTION}",
             f"Automatic checks: {checks}. They do not judge what a text means."]
    parts += [f"- **{prompt.name}**: {escaped(prompt.system)} / {escaped(prompt.text)}" for prompt in prompts]
    parts.append(markdown_table(*table(results)))
    for name in pictures:
        parts += [f"![{name.rpartition('/')[2].removesuffix('.png')}]({name})", EXPLANATIONS[name]]
    parts += [*answers(results, list(other_results)), "## Texts", *texts_of(results)]
    write_text(path, "\n\n".join([*parts, "## Conclusion", conclusion(results)]) + "\n")


def texts_of(results):
    """Return Markdown: each text once, after the settings that gave it."""
    by_text = {}
    for result in results:
        by_text.setdefault((result["prompt"], result["text"]), []).append(result)
    parts = []
    for (prompt, text), equal in by_text.items():
        names = {}
        for result in equal:
            names.setdefault(settings_text(result["key"]["settings"]) or result["method"], []).append(result)
        names_text = "; ".join(name if len(runs) == 1 else f"{name} ({len(runs)} texts)"
                               for name, runs in names.items())
        lines = [line for line in text.splitlines() if line.strip()] or [""]
        parts.append(f"{prompt}, {names_text}:\n\n" + "\n>\n".join(f"> {escaped(line)}" for line in lines))
    return parts
