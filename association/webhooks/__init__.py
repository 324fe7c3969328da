"""Messages to programs: posted to an address of theirs, signed, and every try written down (``/association/webhooks``)."""
