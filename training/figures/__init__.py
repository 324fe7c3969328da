"""What certificates, results and people come to: pages of figures, each a chart with its table."""
