"""Times for a call: what the team's calendar and the people present can keep, and what customers book of it."""
