"""The Qt desktop app of cashiers, associates and managers."""

from store_app.bridge.immortal import keep_none

keep_none()
