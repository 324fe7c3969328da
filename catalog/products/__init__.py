"""The workbench of makers and sellers: dossier, evidence, submission. ``/catalog/products``."""
