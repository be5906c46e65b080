"""Plain Python lists and loops, indices as in the book of formulas.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import cmath


def gradients(weights, biases, X, E):
    W, B, T = [w.tolist() for w in weights], [b.tolist() for b in biases], len(X)
    dW = [[[0.0] * len(row) for row in w] for w in W]
    db = [[0.0] * len(b) for b in B]
    for x, e in zip(X.tolist(), E.tolist()):
        a = [x]
        for w, b in zip(W, B):
            z = [b[j] + sum(a[-1][i] * w[i][j] for i in range(len(w))) for j in range(len(b))]
            a.append([cmath.exp(-t).real for t in [max(-700.0, min(700.0, v)) for v in z]])
            a[-1] = [1.0 / (1.0 + v) for v in a[-1]]
        da = [2 * (p - q) for p, q in zip(a[-1], e)]
        for l in range(len(W) - 1, -1, -1):
            dz = [g * p * (1 - p) for g, p in zip(da, a[l + 1])]
            for j, g in enumerate(dz):
                db[l][j] += g / T
                for i, p in enumerate(a[l]):
                    dW[l][i][j] += p * g / T
            da = [sum(w * g for w, g in zip(row, dz)) for row in W[l]]
    return dW, db
