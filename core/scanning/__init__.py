"""Scanning: the camera looks for a QR code.

A *camera* is what ffmpeg reads pictures from. A *view* is one picture of it: grey, of one size, with a small *preview*
for the screen. A *scan* looks at one view after the other until one holds a code. Nothing of it is kept.
"""
