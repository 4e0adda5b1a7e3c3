"""Everything that touches the world outside: records, files, documents, stores."""
