"""Commands that make the knowledge something people read: answers, a leaflet, a review page, lists and differences."""
