"""The trips people make, as stories: in headless Chromium and by program, against the real server."""
