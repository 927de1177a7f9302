"""Words for people: failures, amounts, times, translations."""
