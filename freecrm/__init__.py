"""A small firm's customers on its own computer."""

VERSION = "0.1.0"
