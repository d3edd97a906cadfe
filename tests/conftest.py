"""No test needs a screen: Qt draws where nobody sees it, in this process and in the programs that tests start."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
