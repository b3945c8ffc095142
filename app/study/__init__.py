"""What a reader study is: its protocol, its order, its session, its clock and its record."""
