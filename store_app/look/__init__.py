"""How Comptoir looks: tokens, type scale, icons, and the one stylesheet made from them."""
