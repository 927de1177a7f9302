"""The parts that screens are made of, one QML file each."""
