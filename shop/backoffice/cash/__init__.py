"""Cash in hands: who has the cash of which parcel, what is handed over, what producers owe."""
