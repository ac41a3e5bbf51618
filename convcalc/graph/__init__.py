"""A whole network: nodes in order, and what they do to sizes, fields and cost.

Law: a node is an operation and the numbers of its inputs; an operation says, for the shapes of its
inputs, the shape of its output, its cost, and which cells it reads (a ``Reach`` for each axis).
Everything else (fields, single cells, legal sizes, repairs) follows from that one answer.

The package is called ``graph`` because ``convcalc.network`` is a function.
"""
