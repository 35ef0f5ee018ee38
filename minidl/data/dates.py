"""Dates and times of day as people write them: columns of text become numbers.

    date   2024-03-01, 2024/3/1, 01.03.2024, 3/1/2024, 1 Mar 2024, Mar 1, 2024, with a time or without
           becomes its year, month, day of the week (0 is Monday) and the days since the column's first date
    time   14:30, 2:30 pm, 14:30:05  becomes hours since midnight

The order of day and month is that in which every cell of the column is a date.  If both fit, the day comes first
between points and hyphens, the month between slashes.
"""
import re
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats, Strings

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TIME = (r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
        r"\s*(?P<zone>Z|UTC|(?P<zone_sign>[+-])(?P<zone_hour>\d{2}):?(?P<zone_minute>\d{2}))?")
DAY, MONTH, YEAR = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", r"(?P<year>\d{4})"
SHORT_YEAR, NAME, MARK = r"(?P<year>\d{4}|\d{2})", r"(?P<name>[A-Za-z]{3,9})\.?", r"(?P<mark>[-/.])"
ORDERS = {
    "year first": f"{YEAR}{MARK}{MONTH}(?P=mark){DAY}",
    "day first": f"{DAY}{MARK}{MONTH}(?P=mark){SHORT_YEAR}",
    "month first": f"{MONTH}{MARK}{DAY}(?P=mark){SHORT_YEAR}",
    "day, name": f"{DAY}[- ]{NAME}[- ,]+{SHORT_YEAR}",
    "name, day": f"{NAME} {DAY},? +{YEAR}",
}
PATTERNS = {order: re.compile(f"{pattern}(?:(?:T|,? +){TIME})?") for order, pattern in ORDERS.items()}
TIME_OF_DAY = re.compile(TIME)

Dates = npt.NDArray[np.datetime64]


def read_dates(cells: Strings) -> Dates | None:
    """Return the cells as (N,) datetime64[s], NaT where they are missing; None if they are not dates.

    >>> read_dates(np.array(["31.12.2023", "", "01.02.2024"], object)).astype(str).tolist()
    ['2023-12-31T00:00:00', 'NaT', '2024-02-01T00:00:00']
    """
    distinct = sorted(set(cells) - {""})
    orders = list(PATTERNS)
    if any("/" in cell for cell in distinct):
        orders[1:3] = orders[2], orders[1]
    for order in orders if distinct else []:
        known = {}
        for cell in distinct:
            known[cell] = date(cell, order)
            if known[cell] is None:
                break
        else:
            return np.array([known.get(cell) for cell in cells], dtype="datetime64[s]")
    return None


def date(cell: str, order: str) -> datetime | None:
    """Return a cell as a datetime in UTC, or without a time zone if it has none; None if it is not a date."""
    match = PATTERNS[order].fullmatch(cell)
    if match is None:
        return None
    parts = match.groupdict()
    month = parts.get("month")
    if month is None:
        month = next((str(k) for k, name in enumerate(MONTHS, start=1) if parts["name"].lower().startswith(name)), "0")
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= 69 else 2000  # as POSIX reads two digits
    hours = 0.0 if parts["hour"] is None else hours_of(match)
    try:
        return None if hours is None else datetime(year, int(month), int(parts["day"])) + timedelta(hours=hours)
    except (ValueError, OverflowError):
        return None


def hours_of(match: re.Match[str]) -> float | None:
    """Return the hours since midnight UTC of a match of TIME; None if it is no time of day."""
    parts = match.groupdict()
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if parts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    offset = int(parts["zone_hour"] or 0) + int(parts["zone_minute"] or 0) / 60
    return hour + minute / 60 + second / 3600 - (offset if parts["zone_sign"] == "+" else -offset)


def read_times(cells: Strings) -> Floats | None:
    """Return times of day as (N,) hours since midnight, NaN where they are missing; None if a cell is none."""
    known = {cell: match and hours_of(match) for cell in set(cells) - {""} for match in [TIME_OF_DAY.fullmatch(cell)]}
    if not known or any(hours is None for hours in known.values()):
        return None
    return np.array([known.get(cell, np.nan) for cell in cells], dtype=np.float64)


def date_features(dates: Dates, first: np.datetime64) -> dict[str, Floats]:
    """Return a dict from the name of a feature to (N,) float64, NaN where the date is missing."""
    days = (dates - first) / np.timedelta64(1, "D")
    months = dates.astype("datetime64[M]").astype(np.int64)
    weekday = (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    features = {"year": months // 12 + 1970, "month": months % 12 + 1, "day of week": weekday, "days": days}
    return {name: np.where(np.isnat(dates), np.nan, values) for name, values in features.items()}
