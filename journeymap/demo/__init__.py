"""The demo: two fictional firms, one journey with its touchpoints, comments, workshops and promises."""
