"""What many runs say about plans: pure functions on numbers and tables; no model is run here.

| to find | look in |
|---|---|
| mean and interval (Student's t, BCa bootstrap), Cochran's rule | `means` |
| share of disasters with interval (Wilson, Clopper and Pearson) | `shares` |
| quantile and median with interval, runs that bound a quantile (Wilks) | `quantiles` |
| exceedance, mean of the worst cases (CVaR) | `tails` |
| several comparisons at once (Holm) | `multiple` |
| no practical difference (TOST) | `equivalence` |
| when to stop, how many more runs | `stopping` |
| which plan is best (Kim and Nelson, OCBA) | `selection` |
| worst case, regret, satisficing | `robustness` |
| which number matters (Morris, Sobol), knowledge and chance apart | `sensitivity`, `uncertainty` |
| queues (Erlang B and C, M/M/c) | `queues` |
| two plans on one figure, and the verdict in words | `compare`, `comparison`, `verdict` |
"""
