"""Orders on their pages: their lines, what goes out and comes back, their invoices."""
