import sys

from integration.cli import main

sys.exit(main())
