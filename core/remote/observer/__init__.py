"""An observer's program: it shows a session's recorded picture to one client, which can only look.

The recorded picture is what the gate lets be recorded: what is hidden is not in it. The program reads it through a
descriptor that cannot be written to, and has no way to the session. It uses the gate's own parts for the display's
protocol, the page and the line to the engine, and like them needs the standard library alone.
"""
