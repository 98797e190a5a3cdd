"""Pipelines in the settings: their stages, checks, allowed moves and reasons of loss."""
