"""What customers owe and paid, on the screen: the account on their page, receipts, ageing, dunning letters."""
