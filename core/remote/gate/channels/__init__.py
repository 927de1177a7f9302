"""Filters for RDP's virtual channels: one takes whole PDUs and says what is passed, was tried, or happened."""
