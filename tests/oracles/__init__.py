"""The slow, obvious NumPy truth: one file per family, independent of burnish and of SciPy."""
