"""Recording: pictures of a display become one H.264 stream that survives its encoder.

A *frame source* turns a display into *stream pieces* (whole MPEG-TS packets with the instant they
arrived). The *recorder* keeps a source running and marks what is missing as a *recorded gap*. The
*sandbox desktop* is a fresh virtual display to record; a *shared picture* is one that a gate keeps,
already redacted, and a *frame plan* says when it is taken. A *thumbnail* is a small picture of what is
really being recorded. A *child* is a program that cannot outlive the engine.
"""
