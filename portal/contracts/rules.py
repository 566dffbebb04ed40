"""What a contract may be, for forms and imports alike."""

MAX_NUMBER = 60
MAX_TITLE = 200
# With two decimals all of them: values are kept in hundredths.
CURRENCIES = ("SEK", "NOK", "EUR", "DKK", "USD", "GBP", "CHF", "PLN", "CZK", "HUF", "RON")
