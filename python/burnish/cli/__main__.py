"""``python -m burnish.cli``: the ``burnish`` command, where no script is on the path."""

import sys

from burnish.cli import main

sys.exit(main())
