"""The doctor in a terminal: python -m nnlib.doctor FILE[:name]; exit 0 right, 1 wrong, 2 could not be judged."""

from __future__ import annotations

import os
import sys

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # the folder that nnlib lies in
if sys.path and os.path.abspath(sys.path[0]) == os.getcwd() != HOME:
    del sys.path[0]  # python -m puts it there: a neighbour called random.py would stand for the library's

import argparse  # noqa: E402
import codecs  # noqa: E402
import contextlib  # noqa: E402
import json  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402

from nnlib.doctor.running.calling import progress  # noqa: E402

HELP = """\
examples:
  python -m nnlib.doctor my_file.py:my_gradients
  python -m nnlib.doctor my_network.py:Network --cost "half sum"
  python -m nnlib.doctor --checkup my_training.py:run

FILE is executed: a script (.py) or a notebook (.ipynb). Without a name, what can be judged in it is looked for; of a
training loop that stands by itself one turn is judged.
A function is handed (weights, biases, X, E) and returns (dW, db), the gradient of C = (1/T) sum (a - e)^2: weights[l] of
shape (n_l, n_l+1), biases[l] (n_l+1,), X (T, n_0), E (T, n_L). With --kind train_step it is handed a learning rate too
and returns (weights, biases). A class or an object is read by its own methods: a step that changes its weights, or
gradients that it returns, beside its forward pass; --step, --grads and --output name them, --cost says the cost.

With --checkup, name is a function that returns the arguments of nnlib.checkup as a dict, or a network beside X and Y.

exit codes: 0 right, 1 wrong (also where the mistake has no name; it does not learn), 2 could not be judged
"""
SECONDS = 300.0
PLAIN = {"«": "<<", "»": ">>", "·": "*"}


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = argparse.ArgumentParser(
        prog="python -m nnlib.doctor",
        description="Diagnose your own backpropagation.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("target", metavar="FILE[:name]", help="as in my_file.py:my_gradients, net.py:Network, work.ipynb")
    made.add_argument(
        "--kind", choices=("gradients", "train_step"), help="what the function is (default: by its arguments)"
    )
    made.add_argument(
        "--convention", metavar="NAME", help='judge it by "half sum", "columns", ..., or a source as nielsen'
    )
    made.add_argument("--cost", metavar="NAME", help='"half sum", "sum", "mse", "squared", "bce", "cross-entropy"')
    for word, what in (
        ("step", "changes the weights"),
        ("grads", "returns gradients"),
        ("output", "is the forward pass"),
    ):
        made.add_argument(
            f"--{word}", metavar="CODE", help=f"an expression in the file's names that {what}: net.{word}"
        )
    made.add_argument("--checkup", action="store_true", help="say why it does not learn: rerun its training")
    made.add_argument("--json", action="store_true", help="print the diagnosis as JSON")
    made.add_argument("--answer", help=argparse.SUPPRESS)  # in the child: where to write the answer
    return made


def main(arguments=None) -> int:
    """Run the command; the exit code is 0 (right), 1 (wrong) or 2 (could not be judged)."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    chosen = parser().parse_args(arguments)
    if chosen.answer:
        return _child(chosen)
    code, text, error = _asked(arguments, chosen.json)
    told = _say(sys.stderr, f"nnlib.doctor: {error}") if error else True
    if text and not _say(sys.stdout, text):
        _say(sys.stderr, "nnlib.doctor: the report could not be written: standard output is full or closed")
        return 2
    return code if told or not error else 2


def _asked(arguments, as_json: bool) -> tuple[int, str, str]:
    """(exit code, report, error) of a child that runs the file: it can be stopped, whatever the file does."""
    with tempfile.TemporaryDirectory() as folder:
        answer = os.path.join(folder, "answer.json")
        command = [sys.executable, "-P", "-m", "nnlib.doctor", *arguments, "--answer", answer]
        paths = os.pathsep.join([HOME, *filter(None, [os.environ.get("PYTHONPATH")])])
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, **streams)
        try:
            with progress():
                trouble = child.communicate(timeout=SECONDS)[1]
        except subprocess.TimeoutExpired:
            return 2, "", f"not done after {SECONDS:g} seconds, and stopped. Bring one step, on few samples"
        finally:
            child.kill()
            child.wait()
        if not os.path.exists(answer):
            last = (trouble.decode(errors="replace").strip().splitlines() or [""])[-1]
            return 2, "", f"the file ended the process itself (exit code {child.returncode}) {last}".strip()
        with open(answer, encoding="utf-8") as file:
            found = json.load(file)
    if found.get("error"):
        return 2, "", found["error"]
    code = {True: 0, False: 1, None: 2}[found["correct"]]
    return code, json.dumps(found["fields"], indent=1) if as_json else "\n".join([found["text"], *found["read"]]), ""


def _say(stream, text: str) -> bool:
    """Write what the console can show of a text; False where nothing can be written."""
    if stream is None:
        return False
    try:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")
        print(text, file=stream, flush=True)
    except (OSError, ValueError):  # full, closed, or a pipe that nobody reads
        with contextlib.suppress(OSError, ValueError):  # else the interpreter complains once more when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True


def _plain(error: UnicodeEncodeError) -> tuple[str, int]:
    """What stands for letters that a console cannot show."""
    return "".join(PLAIN.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


codecs.register_error("plain", _plain)


def _child(chosen) -> int:
    """In the child: run the file, judge, and leave the answer as JSON."""
    from importlib import import_module

    from nnlib.doctor.command import Refused, judge_file

    try:
        judge = import_module("nnlib.experiments.command").command if chosen.checkup else judge_file
        diagnosis, read = judge(chosen.target, vars(chosen))
        fields = diagnosis.to_dict() if hasattr(diagnosis, "to_dict") else {"correct": diagnosis.correct}
        answer = {
            "correct": diagnosis.correct,
            "text": str(diagnosis),
            "fields": fields,
            "read": [f"  {r}" for r in read],
        }
    except (Refused, ValueError, TypeError) as error:
        answer = {"error": str(error)}
    with open(chosen.answer, "w", encoding="utf-8") as file:
        json.dump(answer, file, default=str)
    return 0


if __name__ == "__main__":
    sys.exit(main())
