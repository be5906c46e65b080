"""A lesson's kernel on Binder: Jupyter's own, without its debugger, and tidied after each cell that made much.

A session there has 1 GB for all open lessons. The debugger takes its share of every kernel, and no lesson uses it; the figures
that a cell has drawn refer to themselves in circles, so Python keeps their pixels until it next looks for such circles.
"""

import ctypes
import gc
import sys

del sys.path[0]  # the folder of this file, which is no place to import from
sys.modules["debugpy"] = None  # Jupyter then does without

from ipykernel.kernelapp import IPKernelApp  # noqa: E402


def tidy(*_):
    """Free what only circles hold and hand free memory back, unless the cell made so little that it does not pay."""
    if any(gc.get_count()[1:]):
        gc.collect()
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)


def main():
    app = IPKernelApp.instance()
    app.initialize()
    app.shell.events.register("post_run_cell", tidy)
    app.start()


if __name__ == "__main__":
    main()
