"""A study that many readers share on a PostgreSQL server: who may see and add what, and if it is away."""
