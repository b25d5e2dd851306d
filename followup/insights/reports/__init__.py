"""Reports by mail: the figures of a week or a month, of a survey, a team or a segment, with pictures, and as PDF."""
