"""The whole seam between the engine and its front ends.

*Commands* are imperative, *events* are in the past tense, *questions* are noun phrases and
*snapshots* are values: all of them frozen dataclasses. A front end submits commands to an
``EnginePort`` and is told.
"""
