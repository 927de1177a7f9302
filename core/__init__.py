"""The engine of Lucid: it records, seals, anchors and proves sessions, without a screen."""
