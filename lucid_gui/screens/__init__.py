"""The pages of the kiosk, one folder each: its QML and its view model."""
