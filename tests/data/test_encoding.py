import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from minidl.data import TabularEncoder
from minidl.data.numbers import is_missing
from tests.strategies import cells, is_number, numeric_columns


def column(*values):
    return np.array(values, dtype=object)


@given(numeric_columns(), numeric_columns())
def test_numbers_equal_scikit_learns_imputer_and_scaler(train, test):
    encoder = TabularEncoder().fit({"x": train})
    imputer, scaler = SimpleImputer(strategy="median"), StandardScaler()

    def values(cells):
        return np.array([[float(cell) if cell else np.nan] for cell in cells])

    scaler.fit(imputer.fit_transform(values(train)))
    constant = np.ptp(imputer.transform(values(train))) < 1e-6  # for smaller ranges rounding decides
    for part in (train, test):
        numbers = encoder.transform({"x": part})[0]
        expected = scaler.transform(imputer.transform(values(part)))
        if not constant:
            np.testing.assert_allclose(numbers[:, 0], expected[:, 0], rtol=1e-4, atol=1e-4)
        if "" in train:
            np.testing.assert_array_equal(numbers[:, 1], part == "")
        assert numbers.shape == (len(part), 1 + ("" in train)) and numbers.dtype == np.float32


@given(st.lists(cells, min_size=1, max_size=20), st.lists(cells, min_size=1, max_size=20))
def test_ids_equal_scikit_learns_ordinals_plus_1(train, test):
    train, test = column("not a number", *train), column(*test)
    encoder = TabularEncoder().fit({"x": train})
    reference = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(train[:, None])
    for part in (train, test):
        ids = encoder.transform({"x": part})[1]
        np.testing.assert_array_equal(ids, reference.transform(part[:, None]) + 1)
    assert encoder.cardinalities == [1 + len(set(train))]


@given(st.lists(cells, min_size=1, max_size=10).filter(lambda drawn: "inf" not in "".join(drawn).lower()))
@example(["NAN"])
@example(["NA"])
def test_a_column_is_numeric_if_every_non_missing_cell_is_a_number(values):
    encoder = TabularEncoder().fit({"x": column(*values)})
    assert (encoder.number_names != []) == all(is_number(cell) for cell in values if not is_missing(cell))


@pytest.mark.parametrize("numeric", ["standard", "piecewise"])
@given(numeric_columns(min_size=2), numeric_columns())
def test_transform_does_not_change_the_encoder(numeric, train, test):
    encoder = TabularEncoder(numeric).fit({"x": train, "c": train + "x"})
    first = encoder.transform({"x": train, "c": train + "x"})
    encoder.transform({"x": test, "c": test + "x"})
    for before, after in zip(first, encoder.transform({"x": train, "c": train + "x"})):
        np.testing.assert_array_equal(before, after)


@given(numeric_columns(min_size=2))
@example(column("6.04829747526195e-64", "", "", "", ""))
@example(column("0.0", "2.104107613848814e-279"))
def test_train_is_standardised(train):
    numbers = TabularEncoder().fit({"x": train}).transform({"x": train})[0][:, 0].astype(np.float64)
    assert abs(numbers.mean()) < 1e-4 and (abs(numbers.std() - 1) < 1e-4 or np.ptp(numbers) < 1e-4)


def test_cells_missing_only_in_test_become_the_median_without_a_flag():
    encoder = TabularEncoder().fit({"x": column("1", "2", "6")})
    numbers = encoder.transform({"x": column("", "2")})[0]
    assert encoder.number_names == ["x"] and numbers[0] == numbers[1]


def test_a_constant_and_an_empty_column_become_zeros():
    encoder = TabularEncoder().fit({"constant": column("7", "7"), "empty": column("", "")})
    numbers, _ = encoder.transform({"constant": column("7", "8"), "empty": column("", "5")})
    assert numbers.tolist() == [[0, 0, 1], [1, 5, 0]]


def test_tables_with_only_numbers_or_only_categories():
    numbers, ids = TabularEncoder().fit({"x": column("1")}).transform({"x": column("1", "2")})
    assert numbers.shape == (2, 1) and ids.shape == (2, 0)
    numbers, ids = TabularEncoder().fit({"c": column("a")}).transform({"c": column("a", "b", "")})
    assert numbers.shape == (3, 0) and ids.tolist() == [[1], [0], [0]]


def test_large_offsets_keep_their_digits():
    numbers, _ = TabularEncoder().fit({"x": column("1000000001", "1000000002", "1000000003")}).transform(
        {"x": column("1000000003")})
    assert numbers.item() == pytest.approx(np.sqrt(1.5))


def test_transform_before_fit_raises():
    with pytest.raises(ValueError, match="^TabularEncoder: call fit before transform$"):
        TabularEncoder().transform({"x": column("1")})


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="^table: must have the columns of train, got none named 'x'$"):
        TabularEncoder().fit({"x": column("1")}).transform({"y": column("1")})


def test_text_where_train_had_numbers_is_named():
    with pytest.raises(ValueError, match="^row 1, column 'x': must be a number, as in train, got 'one'$"):
        TabularEncoder().fit({"x": column("1")}).transform({"x": column("1", "one")})


def test_infinite_numbers_are_named():
    with pytest.raises(ValueError, match="^row 1, column 'x': must be a finite number, got '-inf'$"):
        TabularEncoder().fit({"x": column("1", "-inf")})
    with pytest.raises(ValueError, match="^row 0, column 'x': must be a finite number, got 'inf'$"):
        TabularEncoder().fit({"x": column("1", "2")}).transform({"x": column("inf")})


@pytest.mark.parametrize("cell", ["1e39", "-1e39", "1.7e308"])
def test_a_number_too_far_for_float32_is_named(cell):
    encoder = TabularEncoder().fit({"x": column("-1", "0.5")})
    message = f"^row 1, column 'x': must lie within 3.4e[+]38 standard deviations of train's mean, got '{cell}'$"
    with pytest.raises(ValueError, match=message):
        encoder.transform({"x": column("1", cell)})
    assert encoder.transform({"x": column("1e38")})[0].item() == pytest.approx(1e38 / 0.75)


@given(numeric_columns(), numeric_columns())
def test_piecewise_numbers_are_positions_and_flags(train, test):
    encoder = TabularEncoder("piecewise").fit({"x": train, "c": train + "x"})
    numbers = encoder.transform({"x": test, "c": test + "x"})[0]
    columns, steps, mean, std = encoder.unfolding()
    assert (columns == 0).sum() == encoder._columns["x"].scale.bins and 0 <= numbers[:, 0].min()
    assert numbers[:, 0].max() <= (columns == 0).sum()
    if "" in train:
        np.testing.assert_array_equal(numbers[:, 1], test == "")
        assert mean[-1] == (train == "").mean() and std[-1] == pytest.approx((train == "").std())


def test_an_unknown_encoding_raises():
    with pytest.raises(ValueError, match="^numeric: must be one of standard, piecewise, got 'log'$"):
        TabularEncoder("log")
