"""Bank transfer by VietQR: the code to scan, and the money that comes by itself or by a statement."""
