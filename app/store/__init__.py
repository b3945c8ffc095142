"""Where a study is kept: the only home of SQLAlchemy; domain objects in, domain objects out."""
