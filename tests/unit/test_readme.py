"""The README's examples print what their comments say."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)


def printed_and_promised(blocks):
    """What the code prints, line by line, and what stands in the comments behind its prints."""
    space, out = {}, io.StringIO()
    with contextlib.redirect_stdout(out):
        for block in blocks:
            exec(compile(block, "README.md", "exec"), space)
    promised = [found[1].strip() for block in blocks for found in re.finditer(r"^print\(.*?#(.*)$", block, flags=re.M)]
    return out.getvalue().split("\n")[:-1], promised


def test_examples_print_what_their_comments_say():
    printed, promised = printed_and_promised(BLOCKS)
    assert printed == promised and len(promised) >= 3


def test_a_wrong_comment_would_be_seen():
    printed, promised = printed_and_promised(["print(1 + 1)  # 3\n"])
    assert printed != promised
