"""Catalog floor (Art. 12, Art. 18 item 7): the national catalog, the register of products, its desk and its judge."""
