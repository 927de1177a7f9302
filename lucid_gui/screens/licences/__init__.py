"""The page that says whose work Lucid is made of, and under which licences."""
