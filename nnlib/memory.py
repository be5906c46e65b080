"""Makes the C library keep the memory of freed arrays, so that large networks need not request it again for every gradient.

Linux's malloc hands freed memory back to the system once it exceeds twice the largest block freed so far. Allocating 31 MB
once, untouched, and freeing it raises that limit; on 784-256-128-10 with 256 samples a gradient then takes 0.7 of the time
(`python tests/bench/memory.py`). Elsewhere it does nothing. Source: mallopt(3), M_TRIM_THRESHOLD.
"""

from __future__ import annotations

import numpy as np

BYTES = 31 * 2**20  # the most that raises the limit: 32 MB is glibc's DEFAULT_MMAP_THRESHOLD_MAX
np.empty(BYTES, np.uint8)  # freed at once; its pages are never touched, so no memory is taken
