"""Draws every move as a figure: a skeleton with fixed limbs, posed at the start and at the end, rendered into SVG.

vectors    points in space          skeleton   a pose's numbers -> joints
poses      data/figures -> poses    drawing    joints and props -> SVG      sheet   all of them on one page
"""
