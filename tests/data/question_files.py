"""One collection of questions and answers, written as people's tools write it."""
import csv
import gzip
import html
import io
import json

from hypothesis import strategies as st

from minidl.data import read_qa

ANSWERS = ["yes, it is; \"mostly\"", "\"quoted\" at its start", "NA", "None", "a long one " + "x" * 140_000,
           "ночь, улица", "null"]
ROWS = [(f"question {n}, {text}", ANSWERS[n % len(ANSWERS)]) for n, text in enumerate(
    ["what?", "\"why\" not", "где; когда", "which | one", "nan", "who", "where", "a 'b'", "#1", "[x]", "{y}"])]
NAMES = ("query", "answer")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1).filter(str.strip)
PAIRS = st.lists(st.tuples(TEXTS, st.one_of(TEXTS, st.sampled_from(["yes", "no"]))), min_size=1, max_size=6)


def table(rows, names=NAMES, **options):
    """Return rows as CSV, after a header unless names is None."""
    text = io.StringIO()
    csv.writer(text, **{"lineterminator": "\n", **options}).writerows(([names] if names else []) + rows)
    return text.getvalue()


def objects(rows, names=NAMES):
    """Return rows as dicts."""
    return [dict(zip(names, row)) for row in rows]


def lines(rows, **options):
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row, **options) + "\n" for row in objects(rows))


def squad(rows):
    """Return rows in SQuAD's nesting: the answer is the paragraph, and the span is its first word."""
    return json.dumps({"version": "1.1", "data": [{"title": "t", "paragraphs": [
        {"context": answer, "qas": [{"id": str(n), "question": query, "answers": [
            {"text": answer.split()[0], "answer_start": 0}]}]} for n, (query, answer) in enumerate(rows)]}]})


def anki(rows):
    """Return rows as Anki exports them with HTML, an identifier and tags."""
    cells = [("id", html.escape(query, quote=False), html.escape(answer, quote=False).replace("\n", "<br>"), "t")
             for query, answer in rows]
    return "#separator:tab\n#html:true\n#guid column:1\n#tags column:4\n" + table(cells, None, delimiter="\t")


def pandas_columns(rows):
    """Return rows as pandas' to_json writes them."""
    return json.dumps({name: {str(n): row[k] for n, row in enumerate(rows)} for k, name in enumerate(NAMES)})


def with_index(rows):
    """Return rows as pandas' to_csv writes them, with a first column without a name."""
    return table([(n, *row) for n, row in enumerate(rows)], ("", *NAMES))


def unquoted(rows):
    """Return rows with tabs and no quoting at all."""
    return "".join("\t".join(row) + "\n" for row in [NAMES, *rows])


# the file's name, its content (text is written as UTF-8), the arguments of read_qa
SAME = {
    "CSV": ("a.csv", table, {}),
    "TSV": ("a.tsv", lambda rows: table(rows, delimiter="\t"), {}),
    "TSV in .csv": ("a.csv", lambda rows: table(rows, delimiter="\t"), {}),
    "semicolons": ("a.csv", lambda rows: table(rows, delimiter=";"), {}),
    "bars": ("a.csv", lambda rows: table(rows, delimiter="|"), {}),
    "TSV without quoting": ("a.tsv", unquoted, {}),
    "byte-order mark": ("a.csv", lambda rows: table(rows).encode("utf-8-sig"), {}),
    "UTF-16": ("a.csv", lambda rows: table(rows, delimiter="\t").encode("utf-16"), {}),
    "UTF-16 without mark": ("a.csv", lambda rows: table(rows).encode("utf-16-le"), {}),
    "cp1251": ("a.csv", lambda rows: table(rows).encode("cp1251"), {"encoding": "cp1251"}),
    "CRLF": ("a.csv", lambda rows: table(rows).replace("\n", "\r\n"), {}),
    "all quoted": ("a.csv", lambda rows: table(rows, quoting=csv.QUOTE_ALL), {}),
    "pandas' index": ("a.csv", with_index, {}),
    "gzip": ("a.csv.gz", lambda rows: gzip.compress(table(rows).encode()), {}),
    "gzip without .gz": ("a.csv", lambda rows: gzip.compress(table(rows).encode()), {}),
    "JSON Lines": ("a.jsonl", lines, {}),
    "JSON array": ("a.json", lambda rows: json.dumps(objects(rows), indent=1), {}),
    "JSON Lines in .json": ("a.json", lambda rows: lines(rows, ensure_ascii=False), {}),
    "array in .jsonl": ("a.jsonl", lambda rows: json.dumps(objects(rows)), {}),
    ".ndjson": ("a.ndjson", lines, {}),
    "JSON objects over several lines": ("a.json", lambda rows: lines(rows, indent=2), {}),
    '{"data": [...]}': ("a.json", lambda rows: json.dumps({"version": 2, "data": objects(rows)}), {}),
    "dict of columns": ("a.json", lambda rows: json.dumps(dict(zip(NAMES, zip(*rows)))), {}),
    "pandas' to_json": ("a.json", pandas_columns, {}),
    "pandas' split": ("a.json", lambda rows: json.dumps({"columns": NAMES, "index": [0], "data": rows}), {}),
    "lists of cells": ("a.json", lambda rows: json.dumps([NAMES, *rows]), {}),
    "SQuAD": ("a.json", squad, {}),
    "list of answers": ("a.jsonl", lambda rows: "".join(
        json.dumps({"question": query, "answers": [answer, "another"]}) + "\n" for query, answer in rows), {}),
    "Anki": ("a.txt", anki, {}),
    ".txt": ("a.txt", lambda rows: table(rows, ("Question", "ANSWER "), delimiter="\t"), {}),
    "no header": ("a.tsv", lambda rows: table(rows, None, delimiter="\t"), {"header": False}),
    "no ending": ("a", table, {}),
    "empty rows": ("a.csv", lambda rows: table([("", "x"), *rows, ("x", ""), ("", "")]), {}),
}
REFUSED = {
    "an Excel file": ("a.xlsx", lambda rows: b"PK\x03\x04" + b"\0" * 9, {},
                      "must be a text file, got a zip archive or an Excel file; save its table as CSV"),
    "another encoding": ("a.csv", lambda rows: table(rows).encode("cp1251"), {}, "line 4: must be UTF-8 text"),
    "a JSON file cut off": ("a.json", lambda rows: json.dumps(objects(rows))[:-9], {}, "line 1: must be JSON, got "),
    "other columns": ("a.csv", lambda rows: table(rows, ("x", "y")), {},
                      "must have a column of questions (query, question, q, anchor, front, prompt, instruction, "
                      "title), got 'x', 'y'; choose a column with --query-column; if the first line is no header, give "
                      "--no-header"),
    "an empty file": ("a.csv", lambda rows: " \n", {}, "must have a question, got an empty file"),
    "only questions": ("a.csv", lambda rows: table([(query, "") for query, _ in rows]), {},
                       "must have a question with its answer, got 11 rows without"),
}


def write(folder, name, content, rows):
    """Write rows as a file; return its path."""
    data = content(rows)
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read_text(tmp_path, text, **arguments):
    """Return the (questions, right answers as texts, notes) of a file with this text."""
    read = read_qa(write(tmp_path, "a", lambda _: text, ()), **arguments)
    return read.queries, [[read.answers[n] for n in right] for right in read.right_answers()], list(read.notes)
