from minidl.tables import TablePrinter


def test_table_columns_line_up():
    lines = []
    table = TablePrinter({"epoch": "d", "train loss": ".4f", "note": "s"}, show=lines.append)
    table.row(3, 0.25, "best")
    table.row(12, 10, "")
    assert lines == [" epoch  train loss    note", "     3      0.2500    best", "    12     10.0000        "]
