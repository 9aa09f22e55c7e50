"""Published measurements: means with their standard errors, as papers print them, and what can be told from them."""
