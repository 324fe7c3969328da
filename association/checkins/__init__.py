"""Codes at a door that change every few seconds: who shows one was there. Used by lessons and fairs."""
