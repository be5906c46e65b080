"""The forward pass and the question's six formulas, in every source's own symbols, as LaTeX."""

from __future__ import annotations

import re

from nnlib.notation.sources import Source, source

# The key of each formula, and what it states. The six are of one sample, in the order of the question (lesson 4).
FORMULAS = {
    "forward": "from the activations of one layer to those of the next",
    "db_last": "the slope for a bias of the last layer",
    "dw_last": "the slope for a weight of the last layer",
    "da_last": "the slope for an activation of the layer before the last",
    "db": "the slope for a bias of an earlier layer",
    "dw": "the slope for a weight of an earlier layer",
    "da": "the slope for an activation of the layer before that",
}


def formula(name: str | Source, which: str) -> str:
    r"""One formula in a source's symbols, as LaTeX without dollar signs (lesson 1); `which` is a key of FORMULAS.

    Raises ValueError for an unknown source or formula, with the names to choose from.
    """
    row = source(name)
    if which not in FORMULAS:
        raise ValueError(f"which: expected one of {', '.join(FORMULAS)}, got {which!r}")
    cost, *lines = SHORTHAND[row.slug]
    text = lines[list(FORMULAS).index(which)]
    text = re.sub(r"<([^<>]*)>", lambda found: rf"\frac{{\partial {cost}}}{{\partial {found[1]}}}", text)
    text = re.sub(r"!(\\[a-zA-Z]+)", r"\\boldsymbol{\1}", text)
    return re.sub(r"!([a-zA-Z])", r"\\mathbf{\1}", text)


def _indexed(cost, residual, last, w, b, z, a, x):
    """The rows of the libraries: y is to and x is from; w, b, z, a, x say how each spells its arrays."""
    delta = rf"{residual} \, f'({z('y', last)})"
    hidden = rf"<{a('y', 'l')}> \, f'({z('y', 'l')})"
    z_y, a_y = z("y", "l"), a("y", "l")
    line = [cost, rf"{z_y} = \sum_x {x('x', 'l')} \, {w('x', 'y', 'l')} + {b('y', 'l')}, \quad {a_y} = f({z_y})"]
    for layer, slope in ((last, delta), ("l", hidden)):
        line.append(f"<{b('y', layer)}> = {slope}")
        line.append(rf"<{w('x', 'y', layer)}> = {slope} \, {x('x', layer)}")
        line.append(rf"<{x('x', layer)}> = \sum_y {slope} \, {w('x', 'y', layer)}")
    return tuple(line)


def _at(word, layer, indices):
    return rf"\mathrm{{{word}}}^{{({layer})}}_{{{indices}}}"


def _item(word, layer, indices):
    return rf"\mathrm{{{word}}}[{layer}]_{{{indices}}}"


_MODULE = {
    "b": lambda y, l: _at("bias", l, y),
    "z": lambda y, l: f"z^{{({l})}}_{{i{y}}}",
    "a": lambda y, l: f"x^{{({l}+1)}}_{{i{y}}}",
    "x": lambda x, l: f"x^{{({l})}}_{{i{x}}}",
}
# <x> is the derivative of the row's cost by x, and !x is a bold x; the cost of one sample stands first in each row.
_OURS_LAST = r"^{(\mathrm{last})}"
SHORTHAND = {
    "ours": ("C_i",
        r"z_{iy}^{(L)} = b_y^{(L)} + \sum_x a_{ix}^{(L-1)} w_{xy}^{(L)}, \quad a_{iy}^{(L)} = S(z_{iy}^{(L)})",
        *(text.replace("^*", _OURS_LAST).replace("^-", r"^{(\mathrm{last}-1)}") for text in (
            r"<b_x^*> = (2 a_{ix}^* - 2 e_{ix}) \, S'(z_{ix}^*)",
            r"<w_{xy}^*> = (2 a_{iy}^* - 2 e_{iy}) \, S'(z_{iy}^*) \, a_{ix}^-",
            r"<a_{ix}^-> = \sum_j (2 a_{ij}^* - 2 e_{ij}) \, S'(z_{ij}^*) \, w_{xj}^*")),
        r"<b_x^{(L)}> = <a_{ix}^{(L)}> \, S'(z_{ix}^{(L)})",
        r"<w_{xy}^{(L)}> = <a_{iy}^{(L)}> \, S'(z_{iy}^{(L)}) \, a_{ix}^{(L-1)}",
        r"<a_{ix}^{(L-1)}> = \sum_j <a_{ij}^{(L)}> \, S'(z_{ij}^{(L)}) \, w_{xj}^{(L)}"),
    "nielsen": ("C_x",
        r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j, \quad a^l_j = \sigma(z^l_j)",
        r"<b^L_j> = \delta^L_j = (a^L_j - y_j) \, \sigma'(z^L_j)",
        r"<w^L_{jk}> = a^{L-1}_k \delta^L_j",
        r"<a^{L-1}_k> = \sum_j w^L_{jk} \delta^L_j",
        r"<b^l_j> = \delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \, \sigma'(z^l_j)",
        r"<w^l_{jk}> = a^{l-1}_k \delta^l_j",
        r"<a^{l-1}_k> = \sum_j w^l_{jk} \delta^l_j"),
    "3blue1brown": ("C_0",
        r"z_j^{(L)} = \sum_k w_{jk}^{(L)} a_k^{(L-1)} + b_j^{(L)}, \quad a_j^{(L)} = \sigma(z_j^{(L)})",
        r"<b_j^{(L)}> = \sigma'(z_j^{(L)}) \, 2(a_j^{(L)} - y_j)",
        r"<w_{jk}^{(L)}> = a_k^{(L-1)} \sigma'(z_j^{(L)}) \, 2(a_j^{(L)} - y_j)",
        r"<a_k^{(L-1)}> = \sum_{j=0}^{n_L-1} w_{jk}^{(L)} \sigma'(z_j^{(L)}) \, 2(a_j^{(L)} - y_j)",
        r"<b_j^{(l)}> = \sigma'(z_j^{(l)}) <a_j^{(l)}>",
        r"<w_{jk}^{(l)}> = a_k^{(l-1)} \sigma'(z_j^{(l)}) <a_j^{(l)}>",
        r"<a_k^{(l-1)}> = \sum_{j=0}^{n_l-1} w_{jk}^{(l)} \sigma'(z_j^{(l)}) <a_j^{(l)}>"),
    "bishop": ("E_n",
        r"a_j = \sum_i w_{ji} z_i + w_{j0}, \quad z_j = h(a_j)",
        r"<w_{k0}> = \delta_k = (y_{nk} - t_{nk}) \, h'(a_k)",
        r"<w_{kj}> = \delta_k z_j",
        r"<z_j> = \sum_k w_{kj} \delta_k",
        r"<w_{j0}> = \delta_j = h'(a_j) \sum_k w_{kj} \delta_k",
        r"<w_{ji}> = \delta_j z_i",
        r"<z_i> = \sum_j w_{ji} \delta_j"),
    "goodfellow": ("J",
        r"!a^{(k)} = !b^{(k)} + !W^{(k)} !h^{(k-1)}, \quad !h^{(k)} = f(!a^{(k)})",
        r"\nabla_{!b^{(l)}} J = !g = 2(\hat{!y} - !y) \odot f'(!a^{(l)})",
        r"\nabla_{!W^{(l)}} J = !g \, !h^{(l-1)\top}",
        r"\nabla_{!h^{(l-1)}} J = !W^{(l)\top} !g",
        r"\nabla_{!b^{(k)}} J = !g = \nabla_{!h^{(k)}} J \odot f'(!a^{(k)})",
        r"\nabla_{!W^{(k)}} J = !g \, !h^{(k-1)\top}",
        r"\nabla_{!h^{(k-1)}} J = !W^{(k)\top} !g"),
    "goodfellow-xor": ("J",
        r"!h = g(!W^\top !x + !c), \quad f = g(!w^\top !h + b)",
        r"<b> = 2(f - f^*) \, g'(!w^\top !h + b)",
        r"\nabla_{!w} J = <b> !h",
        r"\nabla_{!h} J = <b> !w",
        r"\nabla_{!c} J = \nabla_{!h} J \odot g'(!W^\top !x + !c)",
        r"\nabla_{!W} J = !x (\nabla_{!c} J)^\top",
        r"\nabla_{!x} J = !W \, \nabla_{!c} J"),
    "cs229": ("J^{(i)}",
        r"z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}, \quad a^{[l]} = \sigma(z^{[l]})",
        r"<b^{[r]}> = \delta^{[r]} = (a^{[r]} - y^{(i)}) \odot \sigma'(z^{[r]})",
        r"<W^{[r]}> = \delta^{[r]} a^{[r-1]\top}",
        r"<a^{[r-1]}> = W^{[r]\top} \delta^{[r]}",
        r"<b^{[l]}> = \delta^{[l]} = (W^{[l+1]\top} \delta^{[l+1]}) \odot \sigma'(z^{[l]})",
        r"<W^{[l]}> = \delta^{[l]} a^{[l-1]\top}",
        r"<a^{[l-1]}> = W^{[l]\top} \delta^{[l]}"),
    "ufldl": ("J",
        r"z_i^{(l+1)} = \sum_j W_{ij}^{(l)} a_j^{(l)} + b_i^{(l)}, \quad a_i^{(l+1)} = f(z_i^{(l+1)})",
        r"<b_i^{(n_l-1)}> = \delta_i^{(n_l)} = -(y_i - a_i^{(n_l)}) \, f'(z_i^{(n_l)})",
        r"<W_{ij}^{(n_l-1)}> = a_j^{(n_l-1)} \delta_i^{(n_l)}",
        r"<a_j^{(n_l-1)}> = \sum_i W_{ij}^{(n_l-1)} \delta_i^{(n_l)}",
        r"<b_i^{(l-1)}> = \delta_i^{(l)} = ( \sum_j W_{ji}^{(l)} \delta_j^{(l+1)} ) \, f'(z_i^{(l)})",
        r"<W_{ij}^{(l)}> = a_j^{(l)} \delta_i^{(l+1)}",
        r"<a_j^{(l)}> = \sum_i W_{ij}^{(l)} \delta_i^{(l+1)}"),
    "cs231n": ("L",
        r"\mathrm{hidden} = f(X W + b), \quad \mathrm{scores} = \mathrm{hidden} \, W_2 + b_2",
        r"\mathrm{db}_2 = \sum_i \mathrm{dscores}_i, \quad \mathrm{dscores}_{ik} = \frac{1}{N} (p_{ik} - 1[k = y_i])",
        r"\mathrm{dW}_2 = \mathrm{hidden}^\top \, \mathrm{dscores}",
        r"\mathrm{dhidden} = \mathrm{dscores} \, W_2^\top",
        r"\mathrm{db} = \sum_i (\mathrm{dhidden} \odot f'(X W + b))_i",
        r"\mathrm{dW} = X^\top (\mathrm{dhidden} \odot f'(X W + b))",
        r"\mathrm{dX} = (\mathrm{dhidden} \odot f'(X W + b)) \, W^\top"),
    "d2l": ("l^{(i)}",
        r"!H = \sigma(!X !W^{(1)} + !b^{(1)}), \quad !O = !H !W^{(2)} + !b^{(2)}, \quad \hat{!Y} = \sigma(!O)",
        r"<!b^{(2)}> = <!o> = (\hat{!y} - !y) \odot \sigma'(!o)",
        r"<!W^{(2)}> = !h^\top <!o>",
        r"<!h> = <!o> !W^{(2)\top}",
        r"<!b^{(1)}> = <!h> \odot \sigma'(!x !W^{(1)} + !b^{(1)})",
        r"<!W^{(1)}> = !x^\top <!b^{(1)}>",
        r"<!x> = <!b^{(1)}> !W^{(1)\top}"),
    "d2l-backprop": ("J",
        r"!z = !W^{(1)} !x + !b^{(1)}, \quad !h = \phi(!z), \quad "
        r"!o = !W^{(2)} !h + !b^{(2)}, \quad \hat{!y} = \phi(!o)",
        r"<!b^{(2)}> = <!o> = (\hat{!y} - !y) \odot \phi'(!o)",
        r"<!W^{(2)}> = <!o> !h^\top",
        r"<!h> = !W^{(2)\top} <!o>",
        r"<!b^{(1)}> = <!z> = <!h> \odot \phi'(!z)",
        r"<!W^{(1)}> = <!z> !x^\top",
        r"<!x> = !W^{(1)\top} <!z>"),
    "prince": (r"\ell_i",
        r"!f_k = !\beta_k + !\Omega_k !h_k, \quad !h_{k+1} = !a[!f_k]",
        r"<!\beta_K> = <!f_K> = 2(!a[!f_K] - !y_i) \odot !a'[!f_K]",
        r"<!\Omega_K> = <!f_K> !h_K^\top",
        r"<!h_K> = !\Omega_K^\top <!f_K>",
        r"<!\beta_k> = <!f_k> = !a'[!f_k] \odot ( !\Omega_{k+1}^\top <!f_{k+1}> )",
        r"<!\Omega_k> = <!f_k> !h_k^\top",
        r"<!h_k> = !\Omega_k^\top <!f_k>"),
    "pytorch": _indexed(r"\ell_i", r"\frac{2}{K} (\mathrm{input}_{iy} - \mathrm{target}_{iy})", "N",
        w=lambda x, y, l: _at("weight", l, y + x), **_MODULE),
    "keras": _indexed(r"\ell_i", r"\frac{2}{K} (\mathrm{y\_pred}_{iy} - \mathrm{y\_true}_{iy})", "N",
        w=lambda x, y, l: _at("kernel", l, x + y), **_MODULE),
    "sklearn": _indexed(r"\ell_i", r"(\mathrm{activations}[-1]_{iy} - y_{iy})", "-1",
        w=lambda x, y, l: _item(r"coefs\_", l, x + y),
        b=lambda y, l: _item(r"intercepts\_", l, y),
        z=lambda y, l: f"z[{l}]_{{i{y}}}",
        a=lambda y, l: _item("activations", f"{l}+1", "i" + y),
        x=lambda x, l: _item("activations", "-2" if l == "-1" else l, "i" + x)),
}  # fmt: skip
