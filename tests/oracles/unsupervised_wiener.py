"""The Gibbs sampler of a periodic image's spectrum, in float64, frequency by frequency."""

from __future__ import annotations

import numpy as np

_ROTATIONS = ((10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20))


def threefry(counter, key):
    """Return the four words of each counter (4 words along the first axis): 20 rounds."""
    x = [np.asarray(word).astype(np.uint32) for word in counter]
    keys = [np.full((), word, np.uint32) for word in key]
    keys.append(np.bitwise_xor.reduce([np.uint32(0x1BD11BDA), *keys]))

    def mix(one, other, by):
        x[one] = x[one] + x[other]
        x[other] = (x[other] << np.uint32(by) | x[other] >> np.uint32(32 - by)) ^ x[one]

    with np.errstate(over="ignore"):
        x = [word + each for word, each in zip(x, keys, strict=False)]
        for number in range(20):
            mix(0, 1 if number % 2 == 0 else 3, _ROTATIONS[number % 8][0])
            mix(2, 3 if number % 2 == 0 else 1, _ROTATIONS[number % 8][1])
            if number % 4 == 3:
                count = number // 4 + 1
                x = [word + keys[(count + i) % 5] for i, word in enumerate(x)]
                x[3] = x[3] + np.uint32(count)
    return np.array(x)


def _polar(distance, direction):
    """Return what Box and Muller make of two numbers from (0, 1]."""
    radius = np.sqrt(-2 * np.log(distance))
    return radius * np.exp(2j * np.pi * direction)


def _pair(words, in_double):
    """Return a complex normal of (two, in_double: four) words."""
    first, second, *rest = words.astype(np.float64)
    if not in_double:
        return _polar(np.floor(first / 2) * 2.0**-31 + 2.0**-32, second * 2.0**-32)
    low, (fine,) = second, rest[1:]
    distance = (np.floor(first / 2) + (np.floor(low / 2) + 0.5) * 2.0**-31) * 2.0**-31
    return _polar(distance, (rest[0] + np.floor(fine / 2) * 2.0**-31) * 2.0**-32)


def normals(shape, key, iteration, *, in_double):
    """Return complex normals, both parts of variance 1, for the half-spectrum of a real image.

    A frequency's draw is counted by its column, the lesser of its row and the opposite one, and its
    plane; the greater row has the other half of the draw. What is bound to be the conjugate of
    another frequency is that of the one in the lesser plane or row, and what is its own conjugate
    is real, of variance 2.
    """
    planes, rows, columns = (1,) * (3 - len(shape)) + tuple(shape)
    z, y, x = np.meshgrid(
        np.arange(planes), np.arange(rows), np.arange(columns // 2 + 1), indexing="ij"
    )
    zm, ym = -z % planes, -y % rows
    edge = (x == 0) | (2 * x == columns)
    bound = edge & ((z > zm) | ((z == zm) & (y > ym)))
    z, y, ym = np.where(bound, zm, z), np.where(bound, ym, y), np.where(bound, y, ym)
    counter = [x, np.minimum(y, ym), z, np.full(x.shape, iteration)]
    key = (key & 0xFFFFFFFF, key >> 32)
    words = threefry(counter, (*key, 0, 0))
    if in_double:
        drawn, other = _pair(words, True), _pair(threefry(counter, (*key, 1, 0)), True)
    else:
        drawn, other = _pair(words[:2], False), _pair(words[2:], False)
    drawn = np.where(y > ym, other, drawn)
    drawn = np.where(bound, drawn.conj(), drawn)
    own = edge & (z == -z % planes) & (y == -y % rows)
    drawn = np.where(own, np.sqrt(2) * drawn.real, drawn)
    return drawn.reshape(*shape[:-1], -1)


def transfer(kernel, shape):
    """Return the transfer function of a kernel whose centre is size // 2, wrapped around."""
    kernel = np.asarray(kernel, np.float64)
    wrapped = np.zeros(shape)
    for index in np.ndindex(kernel.shape):
        place = (
            (i - size // 2) % period
            for i, size, period in zip(index, kernel.shape, shape, strict=True)
        )
        wrapped[tuple(place)] += kernel[index]
    return np.fft.rfftn(wrapped)


def laplacian(ndim):
    kernel = np.zeros((3,) * ndim)
    for axis in range(ndim):
        for step in (0, 2):
            index = [1] * ndim
            index[axis] = step
            kernel[tuple(index)] = -1
    kernel[(1,) * ndim] = 2 * ndim
    return kernel


def weights(shape):
    """Return how often each frequency of a half-spectrum stands in the whole."""
    twice = np.full((*shape[:-1], shape[-1] // 2 + 1), 2.0)
    twice[..., 0] = 1
    if shape[-1] % 2 == 0:
        twice[..., -1] = 1
    return twice


def unsupervised_wiener(
    image,
    psf,
    *,
    draw_normals,
    draw_gamma,
    start,
    reg=None,
    threshold=1e-4,
    min_num_iter=30,
    max_num_iter=200,
    burnin=15,
    weights=weights,
    precisions=(0.0, np.inf),
):
    """Return the mean of the samples and both chains.

    draw_normals(iteration) gives complex normals, draw_gamma(shape) a standard gamma.
    """
    image = np.asarray(image).astype(np.float64)
    psf = np.asarray(psf, np.float64)
    blur = transfer(psf / psf.sum(), image.shape)
    rough = np.abs(transfer(laplacian(image.ndim) if reg is None else reg, image.shape)) ** 2
    data = np.fft.rfftn(image, norm="ortho")
    count = weights(image.shape)
    noise, prior = ([each] for each in start)
    total, samples = np.zeros_like(data), 0
    for iteration in range(max_num_iter):
        precision = noise[-1] * np.abs(blur) ** 2 + prior[-1] * rough
        mean = noise[-1] * blur.conj() * data / precision
        sample = mean + np.sqrt(0.5 / precision) * draw_normals(iteration)
        for chain, freedom, squares in (
            (noise, image.size, np.abs(data - blur * sample) ** 2),
            (prior, image.size - 1, rough * np.abs(sample) ** 2),
        ):
            drawn = 2 * draw_gamma(freedom / 2) / np.sum(count * squares)
            chain.append(np.clip(drawn, *precisions))
        if iteration <= burnin:
            continue
        before, total, samples = total, total + sample, samples + 1
        if iteration <= burnin + 1 or iteration <= min_num_iter:
            continue
        change = np.abs(total / samples - before / (samples - 1)).sum()
        if change / np.abs(total).sum() / samples < threshold:
            break
    restored = np.fft.irfftn(total / samples, image.shape, range(image.ndim), norm="ortho")
    return restored, {"noise": np.array(noise), "prior": np.array(prior)}
