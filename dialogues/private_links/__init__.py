"""Let residents see, change and withdraw what they sent, by private links."""
