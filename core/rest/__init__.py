"""REST: what programs of member NGOs read and write under `/api/v1/<plugin>/`, with a token and nothing else."""
