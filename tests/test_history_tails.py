"""The tails that drift rests on: against exact sums and published tables; and that p-values are what they say."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.history.predictive import Pool, median_tails, pooled, rate_tail, volume_tail
from copydesk.history.tails import (
    beta_binomial_tail,
    beta_cdf,
    log_gamma,
    negative_binomial_cdf,
    student_tail,
)

parameters = st.floats(0.05, 300)


@given(st.floats(1e-6, 1e7))
def test_log_gamma_is_the_standard_library_s(x: float) -> None:
    assert log_gamma(x) == pytest.approx(math.lgamma(x), rel=1e-12, abs=1e-10)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 30), st.integers(1, 30))
def test_the_beta_binomial_tail_is_the_exact_sum(number: int, count: int, a: int, b: int) -> None:
    count = min(count, number)
    # with whole parameters each probability is a fraction of factorials
    f = math.factorial
    exact = sum(
        Fraction(
            math.comb(number, k) * f(a + k - 1) * f(b + number - k - 1) * f(a + b - 1),
            f(a + b + number - 1) * f(a - 1) * f(b - 1),
        )
        for k in range(count, number + 1)
    )
    (tail,) = beta_binomial_tail(count, number, np.array([float(a)]), np.array([float(b)]))
    assert tail == pytest.approx(float(exact), rel=1e-9)


@given(st.floats(0.001, 0.999), parameters, parameters)
def test_the_beta_distribution_mirrors_itself(x: float, a: float, b: float) -> None:
    assert float(beta_cdf(x, a, b)) == pytest.approx(1 - float(beta_cdf(1 - x, b, a)), abs=1e-10)


def test_published_values() -> None:
    assert float(beta_cdf(0.5, 2, 3)) == pytest.approx(11 / 16)
    # Student's t, NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2
    assert float(student_tail(2.015, 5)) == pytest.approx(0.05, abs=5e-5)
    assert float(student_tail(-3.365, 5)) == pytest.approx(0.99, abs=5e-5)
    assert float(student_tail(4.144, 10)) == pytest.approx(0.001, abs=5e-6)
    mean, shape = 4.0, 2.0
    summed = sum(math.comb(k + 1, k) * (1 / 3) ** 2 * (2 / 3) ** k for k in range(4))
    assert float(negative_binomial_cdf(3, mean, shape)) == pytest.approx(summed)


@settings(max_examples=6, deadline=None)
@given(
    st.integers(0, 2**32),
    st.floats(0.005, 0.6),
    st.floats(30, 300),
    st.sampled_from([10, 60]),
    st.sampled_from([3, 12]),
)
def test_p_values_of_rates_are_valid_when_nothing_has_changed(
    seed: int, mean: float, spread: float, articles: int, runs: int
) -> None:
    """P(p ≤ a) ≤ a, but for the chance of 250 draws: the level is drawn anew for each, as for sources of one pool."""
    chance, told = np.random.default_rng(seed), []
    for _ in range(250):
        level = float(np.clip(chance.beta(mean * 6, (1 - mean) * 6), 1e-4, 1 - 1e-4))
        rates = chance.beta(level * spread, (1 - level) * spread, runs + 1)
        *past, today = chance.binomial(articles, rates).tolist()
        told.append(
            rate_tail(today, articles, np.array(past, float), np.full(runs, float(articles)), Pool(mean, 6, spread))
        )
    for level in (0.01, 0.05, 0.2):
        bound = level + 4.5 * math.sqrt(level * (1 - level) / 250) + 1 / 250
        assert np.mean(np.array(told) <= level) <= bound


@settings(max_examples=5, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([3.0, 40.0, 900.0]),
    st.floats(8, 100),
    st.sampled_from([4, 20]),
    st.sampled_from([1, 7]),
)
def test_p_values_of_volumes_are_valid_when_nothing_has_changed(
    seed: int, mean: float, shape: float, runs: int, last: int
) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.poisson(mean * chance.gamma(shape, 1 / shape, (200, runs + last)))
    told = [
        volume_tail(int(row[runs:].sum()), float(last), row[:runs].astype(float), np.ones(runs), last) for row in counts
    ]
    for level in (0.01, 0.05):
        assert np.mean(np.array(told) <= level) <= level + 4.5 * math.sqrt(level * (1 - level) / 200) + 1 / 200


def test_p_values_of_medians_are_valid_when_nothing_has_changed() -> None:
    chance = np.random.default_rng(7)
    values = chance.normal(8, 0.15, (4_000, 9))
    above, below, _ = median_tails(values[:, -1], np.zeros(4_000), values[:, :-1], 0.15)
    for level in (0.001, 0.01, 0.05):
        bound = level + 4.5 * math.sqrt(level * (1 - level) / 4_000)
        assert np.mean(above <= level) <= bound
        assert np.mean(below <= level) <= bound


def test_a_longer_past_and_a_larger_break_make_it_less_likely() -> None:
    def p(failed: int, runs: int) -> float:
        return rate_tail(failed, 120, np.full(runs, 1.0), np.full(runs, 120.0), Pool())

    assert p(49, 3) < 1e-4
    assert p(49, 20) < p(49, 5) < p(49, 3)
    assert p(80, 5) < p(49, 5) < p(12, 5)
    assert rate_tail(0, 120, np.ones(5), np.full(5, 120.0), Pool()) == 1


def test_a_source_that_moves_much_is_given_room() -> None:
    past = np.array([0.0, 40, 5, 60, 0, 30, 80, 10])
    assert rate_tail(70, 120, past, np.full(8, 120.0), Pool()) > 0.01
    assert rate_tail(70, 120, np.zeros(8), np.full(8, 120.0), Pool()) < 1e-6


def test_neighbours_speak_for_a_source_with_little_past() -> None:
    many = np.full(50, 600.0)
    calm = pooled(np.full(50, 3.0), many, np.full(50, 3.0**2 / 600), np.full(50, 5.0))
    few = (np.zeros(3), np.full(3, 5.0))
    assert rate_tail(5, 5, *few, calm) < rate_tail(5, 5, *few, Pool())
    assert pooled(np.zeros(2), many[:2], np.zeros(2), np.full(2, 5.0)) == Pool()
