"""What every room of the shop stands on: locks, codes, form fields, amounts as typed. It imports no other room."""
