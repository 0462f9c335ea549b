"""Who may come in, and as what: people, organisations, departments, roles and guests."""
