"""Text in: what people type and paste becomes values and layers.

Law: text is parsed, never executed, and a fault is shown where it stands.
"""
