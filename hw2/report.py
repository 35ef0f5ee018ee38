"""HW2's table of texts, which is printed, and report.md, which has the table and the texts.

The sentences of the report, in English and Russian, are in report.ini.
"""
from pathlib import Path

from hw2.conclusions import conclusion
from hw2.findings import MIN_DISTINCT_2, MIN_SCORE, answers
from hw2.tasks import settings_text
from hw2.texts import escaped
from minidl.files import write_text
from minidl.sentences import Sentences
from minidl.tables import markdown_table, print_table

COLUMNS = {"score": ".1f", "per token": ".3f", "length": "d", "EOS": "s", "JSON": "s", "distinct-2": ".3f"}
SETTINGS = {"temperature": "temperature", "top_p": "top_p", "num_beams": "beams", "length_penalty": "length penalty a"}
RANKED_BY = "score / length ** a"  # the column that beam search adds
SENTENCES = Path(__file__).with_name("report.ini")
KINDS = {"prompt": "prompt", "EOS": "end", "JSON": "fault"}  # the columns of words, and what report.ini calls these


def table(results):
    """Return the table of a task's texts: its headings and its rows, each as text.

    There is a column for each setting that the task has; beam search adds the score that it ranks by.
    """
    settings = [name for name in results[0]["key"]["settings"] if name in SETTINGS]
    ranked = [RANKED_BY] if "length_penalty" in settings else []
    return (["prompt", *map(SETTINGS.get, settings), *COLUMNS, *ranked],
            [cells(result, settings) for result in results])


def cells(result, settings):
    """Return the cells of one text's row, as text; settings: the names of those that have a column."""
    length, values = len(result["tokens"]), result["key"]["settings"]
    numbers = (result["score"], result["score"] / length, length, "yes" if result["finished"] else "no",
               result["fault"] or "-", result["distinct_2"])
    row = [result["prompt"], *(str(values[name]) for name in settings), *map(format, numbers, COLUMNS.values())]
    return [*row, f"{result['score'] / length ** values['length_penalty']:.4f}"] if "length_penalty" in values else row


def print_results(results):
    """Print one row per text; columns of words are left-aligned."""
    headings, rows = table(results)
    print_table({name: "<s" if name in KINDS else "s" for name in headings}, rows)


def write_report(path, task, model, prompts, results, other_results=(), *, pictures=(), checks_stories=False,
                 language="en"):
    """Write the report of a task: prompts, table, pictures, the assignment's questions answered, texts, conclusion.

    other_results: the results of the other tasks on the same prompts, if there are any.
    pictures: names of files beside the report; checks_stories: whether stories were checked by their grammar;
    language: of minidl.sentences.
    """
    say = Sentences(SENTENCES, language)
    checks = say("checks of all", score=MIN_SCORE, distinct=MIN_DISTINCT_2)
    if checks_stories:
        checks += f"; {say('checks of stories')}"
    parts = [say("title", number=task.number, title=say.translated("name", task.title)),
             say("model", model=escaped(model)), say("checks", checks=checks)]
    parts += [f"- **{say.translated('prompt', prompt.name)}**: {escaped(prompt.system)} / {escaped(prompt.text)}"
              for prompt in prompts]
    parts.append(results_table(say, results))
    for name in pictures:
        parts += [f"![{name.rpartition('/')[2].removesuffix('.png')}]({name})", say(f"picture.{name}")]
    parts += [*answers(say, results, list(other_results)), say("texts heading"), *texts_of(say, results)]
    write_text(path, "\n\n".join([*parts, say("conclusion heading"), conclusion(say, results)]) + "\n")


def results_table(say, results):
    """Return one row per text, in Markdown; say: the Sentences, here and below."""
    headings, rows = table(results)
    rows = [[say.translated(KINDS[name], cell) if name in KINDS else cell for name, cell in zip(headings, row)]
            for row in rows]
    return markdown_table([say.translated("column", name) for name in headings], rows)


def texts_of(say, results):
    """Return Markdown: each text once, after the settings that gave it."""
    by_text = {}
    for result in results:
        by_text.setdefault((result["prompt"], result["text"]), []).append(result)
    parts = []
    for (prompt, text), equal in by_text.items():
        names = {}
        for result in equal:
            names.setdefault(settings_text(result["key"]["settings"]) or result["method"], []).append(result)
        named = {say.translated("name", name): len(runs) for name, runs in names.items()}
        names_text = "; ".join(name if count == 1 else say("several texts", name=name, count=count)
                               for name, count in named.items())
        lines = [line for line in text.splitlines() if line.strip()] or [""]
        heading = f"{say.translated('prompt', prompt)}, {names_text}:"
        parts.append(f"{heading}\n\n" + "\n>\n".join(f"> {escaped(line)}" for line in lines))
    return parts
