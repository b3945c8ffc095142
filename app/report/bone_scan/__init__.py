"""The report of one bone scan: what is said, who changed and signed it, and the forms it takes."""
