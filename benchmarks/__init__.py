"""What burnish costs beside SciPy, scikit-image and OpenCV.

``python -m benchmarks.compare`` prints the README's table, ``python -m benchmarks.methods`` how
well ``convolve`` chooses its method; ``asv run --config benchmarks/asv.conf.json`` follows the
times over commits. Where mkl_fft is installed, MKL is a peer too.
"""
