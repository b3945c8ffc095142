"""The coordinator's page: a study is designed, checked, followed, verified and exported here."""
