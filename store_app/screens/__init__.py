"""The screens: each shows its view through ``render_view`` and says what people want through ``intent``."""
