"""What stays around the screens: window, rail, header, navigation, appearance, notices."""
