"""The running example under the name by which the lessons call it; its numbers stand in nnlib/data/example.py."""

from nnlib.data.example import half_adder, half_adder_network, tiny_network, tiny_sample

__all__ = ["half_adder", "half_adder_network", "tiny_network", "tiny_sample"]
