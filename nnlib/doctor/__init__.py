"""The gradient doctor: bring your own backpropagation and be told which mistake it is.

The idea is that of a spelling corrector. The right program of a setting (a cost, activations, a layout) is known; every
single edit of it is made and run; the edit that gives the numbers which the learner's code gave is the mistake.
Each line below is a part, and imports only from its own line and from those under it:

    command                       a file or notebook in a terminal
    bare_loop, data_flow          a training loop that stands by itself, as a step; which of its lines make which names
    entry_points                  what in it can be judged, and the call that does it
    layers                        the backward pass of any one layer
    brought                       code as it is: the slopes of its forward pass, then its name by the contract
    rules                         a rule with state, such as momentum or Adam
    judge                         the verdict on a function of the contract
    assemble                      what was found, with its evidence and a hint
    rewriting                     edits of source code: of right programs written out, and of the learner's own
    search                        which candidate gives the learner's numbers?
    questions                     what a function of the contract is asked, its answers, and what needs no formula
    running                       call code that is not ours, open and match what comes back, leave no trace
    words, verdict                sentences; a diagnosis in the learner's own names
    diagnosis, report             what is answered, and how it is said
    setting                       what code is judged by: cost, activations, layout
    candidates                    the right expressions, their edits, the named mistakes
    vocabulary, costs, sums       the words; the costs; is an array a multiple, or a sum, of known ones?
"""

from __future__ import annotations

import importlib

from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.judge import judge
from nnlib.doctor.setting import CHOICES, Setting, setting_of
from nnlib.doctor.vocabulary import SYMPTOMS

__all__ = ["Diagnosis", "Setting", "diagnose", "diagnose_layer", "diagnose_rule", "judge"]

KINDS = CHOICES["kind"]
LATER = {"diagnose_layer": "layers.judge", "diagnose_rule": "rules.judge"}  # brought in when they are first asked for


def diagnose(
    function=None,
    kind: str = "gradients",
    *,
    convention=None,
    cost=None,
    activations=None,
    step=None,
    grads=None,
    **brought,
) -> Diagnosis:
    """Say whether a gradient function, or a training step, is right, and if not, where and which mistake it is (lesson 5).

    `function(weights, biases, X, E) -> (dW, db)` is the gradient of C = (1/T) sum_i sum_j (a_ij - e_ij)^2 with the sigmoid
    in every layer; with kind="train_step", `function(weights, biases, X, E, learning_rate) -> (weights, biases)` is one
    step of plain gradient descent. `convention` names another cost or layout to be judged by, `cost` another cost
    ("half", "mse", "bce", "cross-entropy"), `activations` one name or (hidden, output): see nnlib.doctor.setting.

    Code of any other form is brought as it is: diagnose(net, step=net.train, output=net.forward, cost="half sum"), or
    grads=net.backward for gradients that are returned or left as attributes; a list or a dictionary of arrays and
    vars(module) do as well. For `output`, `data`, `logits`, `climb`, `decay` and `seed` see `diagnose_brought` in
    nnlib.doctor.brought.diagnose.

    The code is a black box: it is called on small problems, and judged by what it returns and does. What cannot be judged
    by the plain call gets no verdict, and the line to write instead.
    Raises TypeError or ValueError only for a wrong call of `diagnose` itself; whatever the code does, it gets a verdict.
    """
    if step is not None or grads is not None or brought:
        from nnlib.doctor.brought.diagnose import diagnose_brought

        return diagnose_brought(function, step=step, grads=grads, cost=cost, **brought)
    from nnlib.doctor.entry_points import instead

    if other := instead(function, kind):
        return other
    if not callable(function):
        raise TypeError(
            f"function: expected a function (weights, biases, X, E) -> (dW, db), got {type(function).__name__}"
        )
    found = judge(function, setting_of(kind, convention, cost, activations))
    if found.correct is False and found.category in SYMPTOMS:  # one change that makes the code right is looked for
        from nnlib.doctor.rewriting.repair import repaired

        return repaired(function, found)
    return found


def __getattr__(name):
    """Layers and rules are judged by modules of their own, which are brought in when they are first asked for."""
    if name in LATER:
        return getattr(importlib.import_module(f"nnlib.doctor.{LATER[name]}"), name)
    raise AttributeError(f"module 'nnlib.doctor' has no attribute {name!r}")
