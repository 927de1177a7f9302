"""What the appliance watches about itself, such as its free space."""
