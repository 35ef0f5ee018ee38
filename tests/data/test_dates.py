from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.data.dates import date_features, read_dates, read_times

moments = st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)).map(lambda d: d.replace(microsecond=0)),
                   min_size=1, max_size=5)
FORMS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%SZ", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d %b %Y",
         "%d %B %y", "%b %d, %Y", "%m/%d/%Y %I:%M %p", "%m/%d/%y"]


def texts(*values):
    return np.array(values, dtype=object)


@given(moments, st.sampled_from(FORMS), st.booleans())
def test_dates_are_read_as_they_were_written(drawn, form, missing):
    cells = [moment.strftime(form) for moment in drawn] + [""] * missing
    expected = [np.datetime64(datetime.strptime(cell, form), "s") for cell in cells if cell]
    found = read_dates(texts(*cells))
    assert found[:len(drawn)].tolist() == np.array(expected).tolist()
    assert np.isnat(found[len(drawn):]).all()


@pytest.mark.parametrize("cells, first", [
    (["13/01/2020", "02/01/2020"], "2020-01-13"), (["01/13/2020", "01/02/2020"], "2020-01-13"),
    (["01/02/2020"], "2020-01-02"), (["01.02.2020"], "2020-02-01"), (["2020-01-02T23:30:00+02:00"], "2020-01-02"),
])
def test_the_whole_column_decides_the_order(cells, first):
    assert str(read_dates(texts(*cells))[0])[:10] == first


@pytest.mark.parametrize("cells", [["2020-13-01"], ["2020-02-30"], ["2020-01-01", "soon"], ["1"], [""], ["1.5"],
                                   ["31/12/2020", "12/31/2020"], ["2020-01-01 25:00"], ["5 Foo 2020"]])
def test_other_texts_are_not_dates(cells):
    assert read_dates(texts(*cells)) is None


@pytest.mark.parametrize("zone, hours", [("Z", 0), (" UTC", 0), ("+05:30", 5.5), ("-0330", -3.5)])
def test_times_with_a_zone_are_in_utc(zone, hours):
    found, = read_dates(texts(f"2020-01-02 12:00{zone}"))
    assert found == np.datetime64("2020-01-02T12:00:00") - np.timedelta64(int(3600 * hours), "s")


def test_times_of_day_are_hours():
    assert read_times(texts("14:30", "2:15 pm", "0:00:36")).tolist() == [14.5, 14.25, 0.01]
    assert read_times(texts("14:30", "")).tolist()[0] == 14.5 and np.isnan(read_times(texts("1:00", ""))[1])
    for cells in (["24:00"], ["13:00 pm"], ["x"], [""], ["12:60"]):
        assert read_times(texts(*cells)) is None


@given(moments)
def test_features_are_those_of_the_calendar(drawn):
    dates = np.array([*drawn, None], dtype="datetime64[s]")
    features = date_features(dates, dates[:-1].min())
    assert list(features) == ["year", "month", "day of week", "days"]
    for moment, *row in zip(drawn, *features.values()):
        days = (moment - min(drawn)) / timedelta(days=1)
        assert row == [moment.year, moment.month, moment.weekday(), pytest.approx(days, abs=1e-9)]
    assert all(np.isnan(values[-1]) for values in features.values())
