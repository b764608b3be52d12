"""What burnish costs beside SciPy, scikit-image and OpenCV.

``python -m benchmarks.compare`` prints the README's table; ``asv run --config
benchmarks/asv.conf.json`` follows the times over commits.
"""
