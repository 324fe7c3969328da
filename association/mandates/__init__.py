"""The entrustments of Art. 18, item by item (``/association/mandates``): no mandate, no decision."""
