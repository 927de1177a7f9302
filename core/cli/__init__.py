"""Command line, answer, conversation: the ``lucid`` command, a front end over ``core.api``.

A *command line* is read into an *invocation*. A *conversation* carries commands to an engine and
waits for what comes back. A command function returns an *answer*: a document for programs, lines
for people, and an exit code. Data goes to stdout, everything said on the way to stderr.
"""
