package results

import (
	"fmt"
	"math"
)

// startMetrics are the columns of instances that start, beside those of requests that are
// cold.
var startMetrics = []Metric{
	counted(measure("instance_starts", "instances", "instances created in the window, whoever they were started for; what goes on from a pause or a layer is not created again", func(r *Replication) float64 {
		return float64(r.Lives.Created)
	})),
	counted(measure("starts_ahead", "instances", "of these, those that no request was waiting for: of a prewarm policy, a floor, a pool, or an autoscaler", func(r *Replication) float64 {
		return float64(r.Lives.Prewarmed)
	})),
}

// A row's cold requests and starts are far apart where one is so many times the other, and
// more than so many beyond it: a start at an end of the window has its request outside.
const (
	farApart     = 1.25
	leastFromOne = 10
)

// apart returns how many times as many cold requests as starts a row has, or the reverse: 1
// where they are as good as equal. Of starts ahead of requests none need have met any.
func apart(r *Row) float64 {
	cold, starts := r.mean("cold_starts"), r.mean("instance_starts")
	asked := starts - r.mean("starts_ahead")
	if layers := r.mean("layer_starts"); layers > 0 {
		starts += layers
	}
	for _, pair := range [2][2]float64{{cold, starts}, {asked, cold}} {
		if more, less := pair[0], pair[1]; more > farApart*less && more > less+leastFromOne {
			return more / less
		}
	}
	return 1
}

// startsNote says what cold counts, by the row in which it is the farthest from the number
// of starts; "" where both are about the same in all.
func (s *Set) startsNote(rows []Row) string {
	worst, far := -1, 1.0
	for i := range rows {
		if x := apart(&rows[i]); x > far && !rows[i].Bound {
			worst, far = i, x
		}
	}
	if worst < 0 {
		return ""
	}
	r, in := &rows[worst], ""
	if name := rowNames(rows, false)[worst]; name != "" {
		in = " in " + quoted(name)
	}
	ahead := ""
	if n := r.mean("starts_ahead"); n > 0 {
		ahead = fmt.Sprintf(", %s of them ahead of requests", thousands(math.Round(n)))
	}
	return fmt.Sprintf("cold: requests that waited while the instance that served them initialised, whoever it was started for, and whatever else they waited for; not starts of instances, of which one may keep several waiting and another nobody:%s %s requests were cold, and %s instances started%s (cold_starts, instance_starts, starts_ahead in cells.csv)",
		in, thousands(math.Round(r.mean("cold_starts"))), thousands(math.Round(r.mean("instance_starts"))), ahead)
}
