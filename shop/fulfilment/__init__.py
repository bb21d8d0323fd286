"""From a placed order to the buyer's door and back: parcels, cancelling, returns, and what they mean for the money."""
