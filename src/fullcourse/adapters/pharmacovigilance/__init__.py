"""What a person writes for a report of an adverse event, read strictly, and the template that they begin with."""
