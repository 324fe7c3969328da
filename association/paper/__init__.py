"""Paper: sheets (notice, receipt, letter) as PDF and labels as SVG or PNG, set by Typst from plain data. No address.

What is printed is described by ``rules``; ``press`` prints it; ``answers`` hands it to a browser. ``fonts`` holds the
open fonts that are embedded, ``sheets`` the two forms.
"""
