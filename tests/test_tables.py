import pytest

from minidl.tables import TablePrinter, print_table


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_table_columns_line_up():
    lines = []
    table = TablePrinter({"epoch": "d", "train loss": ".4f", "note": "s"}, show=lines.append)
    table.row(3, 0.25, "best")
    table.row(12, 10, "")
    assert lines == [" epoch  train loss    note", "     3      0.2500    best", "    12     10.0000"]


def test_a_column_is_as_wide_as_its_widest_cell_and_its_format_says():
    lines = []
    print_table({"name": "<s", "loss": "9.2f", "note": "s"}, [["a long name", 0.5, "x"], ["b", 1, "longer"]],
                show=lines.append)
    assert lines == ["name              loss    note", "a long name       0.50       x",
                     "b                 1.00  longer"]


@pytest.mark.parametrize("width, n_lines", [(80, 1), (60, 2), (20, 2)])
def test_headings_are_broken_if_the_table_is_wider_than_the_terminal(monkeypatch, width, n_lines):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = []
    TablePrinter({"name": "<s", "train ROC-AUC": ".4f", "valid ROC-AUC": ".4f", "padded    ": "s", "last loss": ".4f",
                  "best": "d"}, show=lines.append)
    assert len(lines) == n_lines and max(map(len, lines)) <= max(width, 55)
    if n_lines == 2:
        assert lines == ["          train    valid                last",
                         "name    ROC-AUC  ROC-AUC  padded        loss    best"]


def test_a_heading_is_broken_no_more_than_its_cells_ask_for(monkeypatch):
    monkeypatch.setenv("COLUMNS", "25")
    lines = []
    print_table({"95 % interval": "s", "p, against SGD": ".3f"}, [["0.7633, 0.8274", 0.5]], show=lines.append)
    assert lines == ["                     p,", "                against", " 95 % interval      SGD",
                     "0.7633, 0.8274    0.500"]


def test_one_space_separates_the_columns_if_the_table_fits_only_so(monkeypatch):
    shown = {}
    for width in (17, 16, 15):
        monkeypatch.setenv("COLUMNS", str(width))
        shown[width] = []
        print_table({"first": "s", "second": "s"}, [["a", "123456789"]], show=shown[width].append)
    assert shown[17] == shown[15] == [" first     second", "     a  123456789"]
    assert shown[16] == [" first    second", "     a 123456789"]


def test_the_best_row_has_a_mark_where_there_is_no_terminal(capsys):
    print_table({"k": "d"}, [[1], [2], [3]], best=1)
    assert capsys.readouterr().out == "     k\n     1\n     2 *\n     3\n"
