"""Answers laid out: one file for each kind of answer, each with a function that makes a ``Page``.

Law: here is decided what an answer says and in which order; never how it looks.
"""
