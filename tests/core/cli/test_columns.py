"""Tables line up."""

from __future__ import annotations

from core.cli.columns import facts, table


def test_a_table_lines_up() -> None:
    """Columns are as wide as their widest cell, numbers to the right, and no line ends in blanks."""
    rows = [("a", "7", ""), ("long", "1000", "x")]
    assert list(table(("ID", ">SIZE", "KIND"), rows)) == [
        "ID    SIZE  KIND",
        "a        7",
        "long  1000  x",
    ]


def test_an_empty_table_is_its_header() -> None:
    """Without rows there is the header."""
    assert list(table(("ID", ">SIZE"), [])) == ["ID  SIZE"]


def test_facts_without_a_value_are_left_out() -> None:
    """What is not known is not printed."""
    assert list(facts([("state", "sealed"), ("block", None), ("x", "1")])) == [
        "state  sealed",
        "x      1",
    ]
