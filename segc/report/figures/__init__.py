"""The analyses of a plant as documents, and these as text: blast radius, flatness, exposure.

A module that ends in `_text` renders the document of the one before it, and knows nothing else.
"""
