"""Settings: what can be declared, by which names, and what each declaration says of shapes and scales."""

from dataclasses import dataclass

import pytest

from nnlib.doctor.setting import NAMES, Setting, neighbours, setting_of
from nnlib.notation import SOURCES, source


def test_the_default_is_the_series_own():
    assert setting_of() == Setting() == setting_of(convention="ours")
    assert Setting().scale(7, 4) == 1 / 7 and Setting().shape("weights", (3, 5)) == (3, 5)


@pytest.mark.parametrize("name", ["1/2", "One Half", "one-half", "half", " HALF ", "0.5"])
def test_names_are_read_generously(name):
    assert setting_of(convention=name) == Setting(half=True)


def test_each_kind_of_convention():
    @dataclass
    class Mine:
        half: bool = True
        name: str = "my course"

    assert setting_of(convention=Mine()) == Setting(half=True)
    assert setting_of(convention={"half": True, "over_samples": "sum"}) == setting_of(convention="half sum")
    assert setting_of(convention=source("nielsen")) == setting_of(convention="nielsen")
    assert setting_of(convention={"columns": True, "transposed": True}) == setting_of(convention="columns")
    assert setting_of(convention=Setting(half=True)) == Setting(half=True)
    assert all(setting_of(convention=name) for name in (*NAMES, *SOURCES))


def test_costs_and_activations_go_together():
    assert setting_of(cost="cross-entropy").activations == ("sigmoid", "softmax")
    assert setting_of(activations=("relu", "softmax")).cost == "cross-entropy"
    assert setting_of(cost="bce", activations="tanh").activations == ("tanh", "tanh")
    assert setting_of(convention={"cost": "bce", "activations": ("relu", "sigmoid")}).cost == "bce"
    assert setting_of(cost="half sum") == Setting(half=True, over_samples="sum")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"convention": "no such thing"}, "convention: expected one of ours, half"),
        ({"convention": {"halves": True}}, "convention: expected keys out of"),
        ({"convention": {"activations": "wave"}}, "activations: expected one name"),
        ({"convention": {"activations": ()}}, "activations: expected one name"),
        ({"cost": "hinge"}, "cost: expected one of squared"),
        ({"kind": "both"}, "kind: expected one of gradients"),
        ({"convention": {"over_samples": "median"}}, "over_samples: expected one of mean, sum"),
    ],
)
def test_what_is_refused(said, message):
    with pytest.raises(ValueError, match=message):
        setting_of(**said)


def test_another_type_is_refused():
    with pytest.raises(TypeError, match="convention: expected a name"):
        setting_of(convention=3)


def test_activations_of_each_layer():
    three = Setting(activations=("relu", "tanh", "identity"))
    assert [three.activation(l, 3) for l in range(3)] == ["relu", "tanh", "identity"]
    assert [Setting(activations=("relu", "identity")).activation(l, 4) for l in range(4)] == ["relu"] * 3 + ["identity"]
    assert three.activation(0, 1) == "identity" and three.activation(2, 4) == "tanh"


def test_shapes_and_scales():
    columns = setting_of(convention="columns")
    assert columns.shape("weights", (3, 5)) == (5, 3) and columns.shape("biases", (5,)) == (5, 1)
    assert setting_of(convention="mse").scale(7, 4) == 1 / 28 and setting_of(convention="sum").scale(7, 4) == 1
    assert Setting(factor=lambda T, n: n).scale(7, 4) == 1 / 28


def test_neighbours_are_other_settings_of_the_same_kind():
    for setting in (Setting(kind="train_step"), setting_of(cost="bce"), setting_of(cost="cross-entropy")):
        found = [other for _, other in neighbours(setting)]
        assert len(found) > 5 and setting not in found and {s.kind for s in found} == {setting.kind}
