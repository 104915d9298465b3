package experiments

import "fmt"

// mm1 is an experiment of one server with a queue, whose services of 100 ms have an
// exponential distribution: M/M/1 with μ = 10/s. top are the keys before its workload, two
// lines of them, and more is what else its function has.
func mm1(top, horizon, warmup, rate, more string) string {
	return fmt.Sprintf(`
%s
[workload]
horizon = "%s"
warmup = "%s"
[[workload.function]]
name = "f"
arrivals = { process = "poisson", rate = "%s" }
service = { dist = "exponential", mean = "100ms" }
%s
[[platform]]
name = "p"
dispatch = "queue"
limit = { instances = 1, over = "queue" }
keepalive = { name = "forever" }
[output]
plots = []
`, top, horizon, warmup, rate, more)
}

// batched is mm1 of a seed with intervals over batches of its one long run.
func batched(seed int, horizon, warmup, rate string) string {
	return mm1(fmt.Sprintf("seed = %d\nintervals = \"batches\"", seed), horizon, warmup, rate, "")
}
