"""Session: one recording from touch to proof.

An *opening* is what is written down before the first picture; a *live recording* joins a recorder to a
sealer; *closing* turns sealed chunks into a signed manifest; *recovery* does the same for a session that
the appliance could not end itself.
"""
