"""A team on one LAN: this file exchanges its changes with one shared PostgreSQL."""
