"""Pictures that stand beside shared links to pledges and commitments."""
