"""Who saw or changed what, when, from where and why."""
