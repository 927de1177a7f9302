"""Hosting: a session that a peer can join, from its policy to its end.

A *hosted session* joins the host's programs, the owner's grants and questions, the door with its codes, the limits
and the trail. What is in force is told to the gate; what the gate sees comes back as requests and entries.
"""
