"""The NPS by survey, team, language, channel, company, account manager, or any trait."""
