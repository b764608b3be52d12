"""The generalised Anscombe transform, and its unbiased inverse from the definition."""

from __future__ import annotations

import functools
import math

import numpy as np
from scipy import integrate, optimize, stats


def anscombe(image, *, gain=1.0, sigma=0.0, offset=0.0):
    image = np.asarray(image).astype(np.float64)
    inside = gain * image + 3 / 8 * gain**2 + sigma**2 - gain * offset
    return 2 / gain * np.sqrt(np.maximum(inside, 0))


@functools.cache
def mean_of_count(count: int, sigma: float) -> float:
    """Return the mean of a stabilised count: over the normal variable."""
    centre = count + 3 / 8 + sigma**2
    if sigma == 0:
        return 2 * np.sqrt(centre)
    # y = t**2, so that the root at 0 does no harm.
    low, high = np.sqrt(np.maximum(centre - 12 * sigma, 0)), np.sqrt(centre + 12 * sigma)
    return integrate.quad(
        lambda t: 4 * t**2 * math.exp(-(((t**2 - centre) / sigma) ** 2) / 2),
        low,
        high,
        points=[np.sqrt(centre)],
        epsabs=1e-13,
        epsrel=1e-13,
        limit=200,
    )[0] / (sigma * math.sqrt(2 * math.pi))


def stabilised_mean(mean: float, sigma: float = 0.0) -> float:
    """Return the mean of stabilised counts of this mean: a sum over the Poisson variable."""
    reach = 10 * np.sqrt(mean) + 20
    counts = np.arange(max(0, int(mean - reach)), int(mean + reach))
    means = [mean_of_count(int(count), sigma) for count in counts]
    return float(np.sum(stats.poisson.pmf(counts, mean) * means))


def mean_of(value: float, sigma: float = 0.0) -> float:
    """Return the mean of counts that are this on the average, once stabilised."""
    if value <= stabilised_mean(0.0, sigma):
        return 0.0
    most = value**2 / 4 + 10
    return optimize.brentq(
        lambda mean: stabilised_mean(mean, sigma) - value, 0.0, most, xtol=1e-13, rtol=1e-14
    )
