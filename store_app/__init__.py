"""The Qt desktop app of cashiers, associates and managers."""
