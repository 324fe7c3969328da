"""The administrators' desk: accounts of all people (``/accounts/people/…``)."""
