"""Draws every move as a figure: a skeleton with fixed limbs, posed in two or three positions, rendered into SVG.

vectors    points in space           skeleton   a pose's numbers -> joints      figure   what a figure is made of
poses      poses/*.toml -> figures   motion     the bodies between two poses    drawing  bodies and props -> SVG
"""
