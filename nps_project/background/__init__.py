"""Background work: dispatch, queues, schedule, sweeps, and the rows that sweeps put aside."""
