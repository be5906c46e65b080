"""Single precision throughout.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def gradients(weights, biases, X, E):
    f = np.float32
    ws, bs, x, e = [w.astype(f) for w in weights], [b.astype(f) for b in biases], X.astype(f), E.astype(f)
    acts = [x]
    for w, b in zip(ws, bs):
        acts.append(f(1) / (f(1) + np.exp(-(acts[-1] @ w + b))))
    d, dW, db = f(2) * (acts[-1] - e) / f(len(x)), [], []
    for l in range(len(ws) - 1, -1, -1):
        d = d * acts[l + 1] * (f(1) - acts[l + 1])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ ws[l].T
    return dW, db
