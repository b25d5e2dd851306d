"""The queue of tickets: its page, its filters and views, bulk actions, exports."""
