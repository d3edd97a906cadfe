"""The Qt desktop app of cashiers, associates and managers."""

from store_app.bridge.immortal import keep_constants

keep_constants()
