"""Own OWL 2 RL: a set of triples in, its closure out, with a derivation of all inferred.

See https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules. It knows
nothing of what Clef's own data is about.
"""

from __future__ import annotations

from kg.reason.closure import Closure, materialize
from kg.reason.rules import RULES, RlRule

__all__ = ["RULES", "Closure", "RlRule", "materialize"]
