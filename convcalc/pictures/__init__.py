"""Operations as pictures: one scene, several painters.

Law: ``scene`` says what is where (pure data), ``layout`` says where it is drawn, and a painter
(``terminal``, ``svg``, ``raster``, ``html``) only draws. No painter computes a size or a value.
"""
