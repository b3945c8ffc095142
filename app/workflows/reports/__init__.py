"""What a scan says: burden, report, follow-up."""
